"""Terms that are offered in place of one that the data does not have."""

from __future__ import annotations

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad

from illicit_power.engine.help.nearest import Vocabulary
from illicit_power.model.prefixes import Prefixes

E = "http://example.org/"


def test_no_more_are_offered_than_one_looks_through() -> None:
    store = pyoxigraph.Store()
    name = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    for number in range(5):
        store.add(Quad(NamedNode(f"{E}persons{number}"), name, Literal("Something else")))
        store.add(Quad(NamedNode(f"{E}other{number}"), name, Literal("Person")))
    found = Vocabulary(store, Prefixes()).nearest(NamedNode(E + "Person"))
    assert len(found) == 3
    assert all(term.value.startswith(E + "other") for term in found), "those that have just this name"
