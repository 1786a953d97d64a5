"""Runs the W3C test suites for SPARQL 1.0 and 1.1 queries on our engine, from your own copy of them.

``python -m tests.conformance.w3c_queries FOLDER``, where FOLDER is ``sparql`` of https://github.com/w3c/rdf-tests.
Each test's graphs become named graphs, and the query is asked of them as SPARQL 1.1 Protocol names a dataset.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.query import Result
from rdflib.term import Node

from illicit_power.engine.errors import QueryError, QueryRefused, QuerySyntaxError
from illicit_power.engine.formats import CSV, JSON, N_TRIPLES
from illicit_power.engine.pool.pool import EmbeddedEngine, Limits
from illicit_power.engine.query import Query

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
ROW = Namespace("urn:row:")
MANIFESTS = (
    "sparql10/manifest-syntax.ttl",
    "sparql10/manifest-evaluation.ttl",
    "sparql11/manifest-sparql11-query.ttl",
    "sparql11/manifest-sparql11-results.ttl",
)


@dataclass(frozen=True)
class Case:
    """One test of a manifest.

    :ivar group: the folder of its manifest
    """

    group: str
    name: str
    type: URIRef
    query: URIRef
    data: list[URIRef]
    graphs: list[URIRef]
    result: URIRef | None


def cases(manifest: Path) -> Iterator[Case]:
    """The tests of a manifest and of those that it includes."""
    graph = Graph().parse(manifest, publicID=manifest.as_uri())
    for included in graph.objects(None, MF.include):
        for part in Collection(graph, included):
            yield from cases(_path(part))
    for entries in graph.objects(None, MF.entries):
        for test in Collection(graph, entries):
            action = graph.value(test, MF.action)
            query = graph.value(action, QT.query) or action
            type_, result = graph.value(test, RDF.type), graph.value(test, MF.result)
            assert isinstance(test, URIRef | BNode)
            assert isinstance(type_, URIRef)
            assert isinstance(query, URIRef)
            yield Case(
                f"{manifest.parent.parent.name}/{manifest.parent.name}",
                str(graph.value(test, MF.name)),
                type_,
                query,
                [URIRef(str(data)) for data in graph.objects(action, QT.data)],
                [URIRef(str(data)) for data in graph.objects(action, QT.graphData)],
                result if isinstance(result, URIRef) else None,
            )


def _path(iri: Node) -> Path:
    return Path(str(iri).removeprefix("file://"))


async def outcome(case: Case) -> str:
    """``passed``, ``skipped``, or how a test failed."""
    if not _path(case.query).is_file() or case.type not in {
        MF.PositiveSyntaxTest,
        MF.PositiveSyntaxTest11,
        MF.NegativeSyntaxTest,
        MF.NegativeSyntaxTest11,
        MF.QueryEvaluationTest,
        MF.CSVResultFormatTest,
    }:
        return "skipped"
    text = f"BASE <{case.query}>\n{_path(case.query).read_text(encoding='utf-8')}"
    named = [*case.data, *case.graphs, *_from(case, text)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "data.nq"
        _write(file, named)
        engine = await EmbeddedEngine.start([file], Limits(workers=1, timeout=20))
        try:
            return await _judge(engine, case, text)
        finally:
            await engine.close()


def _from(case: Case, text: str) -> list[URIRef]:
    """The files that the query itself names as its dataset."""
    if case.data or "FROM" not in text.upper():
        return []
    return [URIRef(path.as_uri()) for path in _path(case.query).parent.glob("data*.ttl")]


def _write(file: Path, graphs: list[URIRef]) -> None:
    quads = []
    for graph in dict.fromkeys(graphs):
        format_ = pyoxigraph.RdfFormat.from_extension(_path(graph).suffix[1:])
        for quad in pyoxigraph.parse(
            path=str(_path(graph)), format=format_, base_iri=str(graph), rename_blank_nodes=True
        ):
            quads.append(pyoxigraph.Quad(quad.subject, quad.predicate, quad.object, pyoxigraph.NamedNode(str(graph))))
    pyoxigraph.serialize(quads, str(file), pyoxigraph.RdfFormat.N_QUADS)


def _has_triples(graph: URIRef) -> bool:
    """An empty graph is none to the engine."""
    return len(Graph().parse(_path(graph))) > 0


async def _judge(engine: EmbeddedEngine, case: Case, text: str) -> str:
    negative = case.type in {MF.NegativeSyntaxTest, MF.NegativeSyntaxTest11}
    syntax_only = case.result is None
    is_csv = case.type == MF.CSVResultFormatTest
    query = Query(
        text,
        {"solutions": CSV if is_csv else JSON, "boolean": JSON, "graph": N_TRIPLES},
        default_graphs=[str(data) for data in case.data if _has_triples(data)],
        named_graphs=[str(data) for data in case.graphs if _has_triples(data)],
    )
    try:
        answer = await engine.execute(query)
    except QuerySyntaxError as error:
        return "passed" if negative else f"does not parse: {error}"
    except QueryRefused as error:
        if "SERVICE" in str(error):
            return "skipped"
        return "passed" if syntax_only and not negative else f"refused: {error}"
    except QueryError as error:
        return f"failed: {error}"
    content = await answer.read()
    if negative:
        return "parses, and should not"
    if syntax_only:
        return "passed"
    assert case.result is not None
    found = (
        Graph().parse(data=content, format="nt") if answer.kind == "graph" else _as_graph(content, answer.format.name)
    )
    wanted = _expected(_path(case.result))
    return "passed" if isomorphic(_by_value(found), _by_value(wanted)) else "another answer"


def _expected(path: Path) -> Graph:
    match path.suffix:
        case ".srx":
            return _as_graph(path.read_bytes(), "xml")
        case ".srj":
            return _as_graph(path.read_bytes(), "json")
        case ".tsv" | ".csv":
            return _as_graph(path.read_bytes(), path.suffix[1:])
    graph = Graph().parse(path)
    if (None, RDF.type, RS.ResultSet) not in graph:
        return graph
    rows = Graph()
    for solution in graph.objects(None, RS.solution):
        row = BNode()
        rows.add((row, RDF.type, ROW.row))
        for binding in graph.objects(solution, RS.binding):
            variable, value = graph.value(binding, RS.variable), graph.value(binding, RS.value)
            assert value is not None
            rows.add((row, ROW[str(variable)], value))
    for boolean in graph.objects(None, RS.boolean):
        rows.add((ROW.answer, RDF.value, Literal(str(boolean) == "true")))
    return rows


def _as_graph(content: bytes, format_: str) -> Graph:
    """Solutions as a graph with a blank node for each, so that they can be compared whatever their order."""
    result = Result.parse(io.BytesIO(content), format=format_)
    rows = Graph()
    if result.type == "ASK":
        rows.add((ROW.answer, RDF.value, Literal(result.askAnswer)))
        return rows
    for bindings in result.bindings:
        row = BNode()
        rows.add((row, RDF.type, ROW.row))
        for name, value in bindings.items():
            rows.add((row, ROW[str(name)], value))
    return rows


def _by_value(graph: Graph) -> Graph:
    """The same graph with its literals as the engine writes them: 1.10 as 1.1, @en-GB as @en-gb."""
    for odd in [triple for triple in graph if isinstance(triple[0], Literal)]:
        graph.remove(odd)  # rdflib reads some, the engine writes none
    store = pyoxigraph.Store()
    try:
        store.load(graph.serialize(format="nt").encode(), format=pyoxigraph.RdfFormat.N_TRIPLES)
    except SyntaxError:  # rdflib reads some terms that are not RDF
        return graph
    content = store.dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph())
    assert content is not None
    return Graph().parse(data=content, format="nt")


async def main(manifests: list[Path]) -> int:
    """Run all tests of some manifests; prints those that fail, and the figures of each folder."""
    tally: dict[str, Counter[str]] = {}
    for case in (case for manifest in manifests for case in cases(manifest)):
        result = await outcome(case)
        done = result in ("passed", "skipped")
        tally.setdefault(case.group, Counter())[result if done else "failed"] += 1
        if not done:
            print(f"{case.group}, {case.name}: {result[:200]}", flush=True)
    print()
    for group, counts in [*tally.items(), ("all", sum(tally.values(), Counter()))]:
        print(f"{group:30} {counts['passed']:4} passed, {counts['failed']:3} failed, {counts['skipped']:3} skipped")
    return 1 if any(counts["failed"] for counts in tally.values()) else 0


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # rdflib warns of every literal that is ill-typed on purpose
    sys.exit(asyncio.run(main([Path(sys.argv[1]).resolve() / manifest for manifest in MANIFESTS])))
