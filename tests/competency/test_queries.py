"""Each query under ``queries/`` answers as the file beside it says, on our engine and on a second one."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import httpx
import pytest
from rdflib import RDF, RDFS, SH, Dataset, Graph, Namespace, URIRef

from illicit_power.dataset.compiled import Compiled
from illicit_power.model.iris import IPS, ONTOLOGY_GRAPH, QUERY
from tests.conftest import ROOT

SCHEMA = Namespace("https://schema.org/")
FILES = sorted((ROOT / "queries").glob("*.ttl"))
MOST_LINES = 14

Rows = list[tuple[str, ...]]


def text_of(path: Path) -> str:
    """The SPARQL text in a query file."""
    (text,) = Graph().parse(path).objects(QUERY[path.stem], SH.select)
    return str(text)


def rows_of(table: str) -> Rows:
    return [tuple(row) for row in csv.reader(io.StringIO(table)) if row]


def expected(path: Path) -> Rows:
    return rows_of(path.with_suffix(".csv").read_text(encoding="utf-8"))


every_query = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@every_query
def test_a_query_has_its_question_keywords_and_a_readable_text(path: Path) -> None:
    graph, query = Graph().parse(path), QUERY[path.stem]
    assert (query, RDF.type, SH.SPARQLSelectExecutable) in graph
    assert str(graph.value(query, RDFS.label))
    assert list(graph.objects(query, SCHEMA.keywords))
    lines = [line for line in text_of(path).splitlines() if line.strip() and not line.startswith("PREFIX")]
    assert len(lines) <= MOST_LINES


@every_query
def test_a_query_gives_the_expected_answer(client: httpx.Client, path: Path) -> None:
    answer = client.get("/sparql", params={"query": text_of(path)}, headers={"Accept": "text/csv"})
    assert answer.status_code == httpx.codes.OK, answer.text
    found = rows_of(answer.text)
    assert len(found) > 1, "a competency query has an answer"
    assert found == expected(path)


@pytest.fixture(scope="module")
def second_engine(compiled: Compiled) -> Dataset:
    """The dataset in rdflib, whose SPARQL engine shares nothing with ours."""
    dataset = Dataset(default_union=True)
    for iri, graph in compiled.graphs.items():
        target = dataset.graph(iri)
        for triple in graph:
            target.add(triple)
    return dataset


@every_query
def test_a_second_engine_gives_the_same_answer(second_engine: Dataset, path: Path) -> None:
    table = second_engine.query(text_of(path)).serialize(format="csv")
    assert table is not None
    assert sorted(rows_of(table.decode())) == sorted(expected(path))


def test_every_term_of_the_ontology_is_used_by_a_query(compiled: Compiled) -> None:
    texts = "\n".join(text_of(path) for path in FILES)
    terms = {term for term in compiled.graphs[ONTOLOGY_GRAPH].subjects(RDF.type) if str(term).startswith(str(IPS))}
    unused = {str(term) for term in terms if isinstance(term, URIRef) and not _names(texts, term)}
    assert unused == set()


def _names(text: str, term: URIRef) -> bool:
    return re.search(rf"\bips:{re.escape(str(term).removeprefix(str(IPS)))}\b(?!-)", text) is not None
