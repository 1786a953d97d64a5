"""RDF is written with its prefixes in order."""

from __future__ import annotations

from io import BytesIO

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from illicit_power.model.serialization import to_bytes, write

PREFIXES = {"long": "http://example.org/long/", "a": "http://example.org/a#", "unused": "http://example.org/unused/"}
TRIPLES = [
    Triple(NamedNode("http://example.org/a#x"), NamedNode("http://example.org/long/p"), Literal("1")),
    Triple(NamedNode("http://example.org/a#y"), NamedNode("http://example.org/long/p"), Literal("2")),
    Triple(NamedNode("http://example.org/a#x"), NamedNode("http://example.org/long/q"), Literal("@prefix ")),
]


def in_graph(triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, NamedNode("http://example.org/a#g"))


def test_turtle_declares_what_it_uses_in_order_and_says_all_of_a_subject_at_once() -> None:
    assert to_bytes(TRIPLES, RdfFormat.TURTLE, PREFIXES).decode().splitlines() == [
        "@prefix a: <http://example.org/a#> .",
        "@prefix long: <http://example.org/long/> .",
        "",
        'a:x long:p "1" ;',
        '\tlong:q "@prefix " .',
        'a:y long:p "2" .',
    ]


def test_the_prefix_of_a_datatype_is_declared() -> None:
    prefixes = {**PREFIXES, "xsd": "http://www.w3.org/2001/XMLSchema#"}
    year = Literal("2007", datatype=NamedNode(prefixes["xsd"] + "gYear"))
    lines = (
        to_bytes([Triple(TRIPLES[0].subject, TRIPLES[0].predicate, year)], RdfFormat.TURTLE, prefixes)
        .decode()
        .splitlines()
    )
    assert lines[-3:] == ["@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .", "", 'a:x long:p "2007"^^xsd:gYear .']


def test_nothing_needs_no_prefix() -> None:
    assert to_bytes([], RdfFormat.TURTLE, PREFIXES) == b""


@pytest.mark.parametrize("format_", [RdfFormat.TRIG, RdfFormat.N_QUADS, RdfFormat.JSON_LD])
def test_quads_are_read_back_as_they_were(format_: RdfFormat) -> None:
    quads = {in_graph(triple) for triple in TRIPLES}
    output = BytesIO()
    write(quads, output, format_, PREFIXES)
    assert set(parse(output.getvalue(), format=format_)) == quads


def test_a_line_of_the_body_may_be_shorter_than_the_word_prefix() -> None:
    output = BytesIO()
    write([in_graph(TRIPLES[0])], output, RdfFormat.TRIG, PREFIXES)
    assert output.getvalue().decode().splitlines()[3:6] == ["", "a:g {", '\ta:x long:p "1" .']
