"""The result formats say the same as the engine's own serializer, for any terms."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import BNode, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.query import Result

from illicit_power.engine.sparql.results import SOLUTIONS, AnyTerm

XSD = "http://www.w3.org/2001/XMLSchema#"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
IRIS = st.from_regex(r"[a-z]{2,6}://[a-z0-9/?&=;']{1,20}(#[a-z]*)?", fullmatch=True).map(pyoxigraph.NamedNode)
LITERALS = st.one_of(
    TEXTS.map(pyoxigraph.Literal),
    st.builds(
        lambda text, tag: pyoxigraph.Literal(text, language=tag), TEXTS, st.sampled_from(["en", "ar", "zh-hant"])
    ),
    st.builds(
        lambda text, type_: pyoxigraph.Literal(text, datatype=pyoxigraph.NamedNode(XSD + type_)),
        st.one_of(TEXTS, st.integers().map(str), st.floats(allow_nan=False).map(str), st.sampled_from(["true", "1.0"])),
        st.sampled_from(["integer", "decimal", "double", "boolean", "date", "string"]),
    ),
)
BLANKS = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True).map(pyoxigraph.BlankNode)
ROWS = st.lists(st.lists(st.one_of(st.none(), IRIS, BLANKS, LITERALS), min_size=3, max_size=3), max_size=5)
SERIALIZERS = {
    "json": pyoxigraph.QueryResultsFormat.JSON,
    "xml": pyoxigraph.QueryResultsFormat.XML,
    "tsv": pyoxigraph.QueryResultsFormat.TSV,
}
RESULTS = "{http://www.w3.org/2005/sparql-results#}"
VARIABLES = ["a", "b2", "c_d"]


def written(format_: str, rows: list[list[AnyTerm | None]]) -> str:
    how = SOLUTIONS[format_]
    return how.head(VARIABLES, None) + how.separator.join(how.row(VARIABLES, row) for row in rows) + how.tail


def solutions_of(query: str) -> pyoxigraph.QuerySolutions:
    solutions = pyoxigraph.Store().query(query)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    return solutions


def as_pyoxigraph(rows: pyoxigraph.QuerySolutions) -> list[list[AnyTerm | None]]:
    return [[row[name] for name in VARIABLES] for row in rows]


@pytest.mark.parametrize("format_", ["json", "tsv"])
@given(rows=ROWS)
def test_what_is_written_is_read_back_by_a_strict_parser(format_: str, rows: list[list[AnyTerm | None]]) -> None:
    read = pyoxigraph.parse_query_results(written(format_, rows), format=SERIALIZERS[format_])
    assert isinstance(read, pyoxigraph.QuerySolutions)
    assert as_pyoxigraph(read) == rows


@given(rows=ROWS)
def test_xml_is_read_back_but_for_what_xml_cannot_hold(rows: list[list[AnyTerm | None]]) -> None:
    results = ElementTree.fromstring(written("xml", rows)).findall(f"{RESULTS}results/{RESULTS}result")
    assert len(results) == len(rows)
    for result, row in zip(results, rows, strict=True):
        found = {binding.get("name"): binding[0] for binding in result}
        assert list(found) == [name for name, term in zip(VARIABLES, row, strict=True) if term is not None]
        for name, term in zip(VARIABLES, row, strict=True):
            if term is not None and not isinstance(term, pyoxigraph.Triple):
                text = found[name].text or ""
                assert text == term.value if _fits_xml(term.value) else "\ufffd" in text


def _fits_xml(text: str) -> bool:
    return all(c in "\t\n\r" or "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff" for c in text)


@given(rows=ROWS)
def test_csv_has_the_plain_values(rows: list[list[AnyTerm | None]]) -> None:
    table = list(csv.reader(io.StringIO(written("csv", rows), newline="")))
    assert table[0] == VARIABLES
    assert table[1:] == [[_plain(term) for term in row] for row in rows]


def _plain(term: AnyTerm | None) -> str:
    if term is None or isinstance(term, pyoxigraph.Triple):
        return ""
    return f"_:{term.value}" if isinstance(term, pyoxigraph.BlankNode) else term.value


def test_a_second_reader_agrees() -> None:
    rows: list[list[AnyTerm | None]] = [
        [pyoxigraph.NamedNode("http://example.org/a"), pyoxigraph.Literal('say "a, b"\n', language="en"), None],
        [pyoxigraph.BlankNode("x"), pyoxigraph.Literal("7", datatype=pyoxigraph.NamedNode(f"{XSD}integer")), None],
    ]
    for format_ in ("json", "xml"):
        result = Result.parse(io.BytesIO(written(format_, rows).encode()), format=format_)
        (first, second) = [row.asdict() for row in result]  # type: ignore[union-attr]
        assert first == {"a": URIRef("http://example.org/a"), "b2": RdflibLiteral('say "a, b"\n', lang="en")}
        assert isinstance(second["a"], BNode)
        assert second["b2"] == RdflibLiteral(7)


@pytest.mark.parametrize("format_", ["json", "xml"])
def test_a_cut_answer_says_so_in_its_head(format_: str) -> None:
    how = SOLUTIONS[format_]
    text = how.head(["a"], "cut after 0 rows") + how.tail
    assert "cut after 0 rows" in text.partition("results>" if format_ == "xml" else '"results"')[0]
    assert len(Result.parse(io.BytesIO(text.encode()), format=format_)) == 0


@pytest.mark.parametrize("format_", ["json", "xml", "tsv"])
def test_triple_terms_and_directions_are_written_as_the_engine_writes_them(format_: str) -> None:
    query = 'SELECT (TRIPLE(<a:s>, <a:p>, "x"@en) AS ?t) ("y"@ar--rtl AS ?d) (1.50 AS ?n) {}'
    ours = SOLUTIONS[format_]
    solutions = solutions_of(query)
    names = [variable.value for variable in solutions.variables]
    text = ours.head(names, None) + "".join(ours.row(names, row) for row in solutions) + ours.tail
    theirs = solutions_of(query).serialize(format=SERIALIZERS[format_])
    assert theirs is not None
    assert "".join(text.split()) == "".join(theirs.decode().replace("&apos;", "'").split())
