"""A term is the same after its way through JSON."""

from __future__ import annotations

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from illicit_power.engine.terms import Term, from_json, to_json
from tests.engine.sparql.test_results import BLANKS, IRIS, LITERALS


@given(term=st.one_of(IRIS, BLANKS, LITERALS))
def test_what_is_written_is_read_back(term: Term) -> None:
    assert from_json(to_json(term)) == term


@pytest.mark.parametrize("type_", ["triple", "typed-literal", ""])
def test_what_is_no_term_is_refused(type_: str) -> None:
    with pytest.raises(ValueError, match="uri, bnode or literal"):
        from_json({"type": type_, "value": "x"})


def test_a_triple_term_is_written_with_its_parts() -> None:
    node = pyoxigraph.NamedNode("http://example.org/a")
    written = to_json(pyoxigraph.Triple(node, node, pyoxigraph.Literal("x", language="en")))
    assert written["value"]["object"] == {"type": "literal", "value": "x", "xml:lang": "en"}
