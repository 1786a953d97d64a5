"""The document of a thing: all that the dataset says of it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

import pyoxigraph
from pyoxigraph import NamedNode, Triple

from illicit_power.dataset.documents import replacements
from illicit_power.engine.in_process import solutions
from illicit_power.engine.terms import Term
from illicit_power.exports.queries import stored_query
from illicit_power.model.iris import BASE, is_iri

DOCUMENT_QUERY: Final = stored_query("document")
"""Constructs what the document of ``?thing`` says."""

ADDRESSES_QUERY: Final = stored_query("addresses")
"""Selects the ``?iri`` of each thing that the dataset describes."""

_SUGGESTIONS: Final = 3
_LIKENESS: Final = 0.7


class UnknownThing(LookupError):
    """The dataset does not describe a thing, or does so no longer; the message says which, and the way out."""


def document_of(store: pyoxigraph.Store, iri: str) -> list[Triple]:
    """What the document of a thing says, subject by subject.

    :raises UnknownThing: when there is no such thing, or it has been withdrawn
    """
    if not is_iri(iri):
        raise UnknownThing(f"“{iri}” is no IRI: look for what is meant by its name")
    thing = NamedNode(iri)
    substitutions: dict[pyoxigraph.Variable, Term | Triple] = {pyoxigraph.Variable("thing"): thing}
    found = store.query(DOCUMENT_QUERY, use_default_graph_as_union=True, substitutions=substitutions)
    assert isinstance(found, pyoxigraph.QueryTriples), "a CONSTRUCT query gives triples"
    triples = sorted(found, key=str)
    if (instead := replacements(triples, thing)) is not None:
        advice = f"use {' or '.join(instead)}" if instead else "nothing has taken its place"
        raise UnknownThing(f"{iri} has been withdrawn: {advice}")
    if not any(triple.subject == thing for triple in triples):
        near = nearest(iri, (str(row["iri"]) for row in solutions(store, ADDRESSES_QUERY)))
        advice = f"did you mean {' or '.join(near)}?" if near else "look for it by its name"
        raise UnknownThing(f"there is nothing at {iri}: {advice}")
    return triples


def nearest(iri: str, known: Iterable[str]) -> list[str]:
    """The IRIs most like one that does not exist, of those of its kind.

    :param known: the IRIs that exist
    """
    path = iri.removeprefix(BASE)
    folder = BASE + path.partition("/")[0] + "/"
    names = [other.removeprefix(BASE) for other in known if other.startswith(folder)]
    return [BASE + name for name in get_close_matches(path, names, _SUGGESTIONS, _LIKENESS)]
