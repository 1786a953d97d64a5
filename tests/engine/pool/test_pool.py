"""The worker pool: what it answers, and what a hostile query cannot do."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode
from rdflib.query import Result

from illicit_power.dataset.prefixes import standard_prefixes
from illicit_power.engine.errors import (
    EngineBusy,
    EngineFailure,
    NotAcceptable,
    QueryError,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooCostly,
    ResultTooLarge,
)
from illicit_power.engine.formats import CSV, GRAPH_FORMATS, JSON, JSON_LD, TSV, TURTLE, XML, ResultFormat
from illicit_power.engine.pool import pool as embedded
from illicit_power.engine.pool.pool import EmbeddedEngine, Limits
from illicit_power.engine.query import Accepted, Execution, Query, select
from illicit_power.engine.sparql.outline import outline

ACCEPTED: Accepted = {"solutions": JSON, "boolean": JSON, "graph": TURTLE}
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"
HUNGRY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?i"
SHORT = Limits(workers=2, timeout=1.0, memory_bytes=64 << 20)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """400 triples in the default graph, and one in a named graph."""
    file = tmp_path_factory.mktemp("data") / "data.nq"
    lines = [f'<http://example.org/{n}> <http://example.org/p> "{n}" .' for n in range(400)]
    lines.append('<http://example.org/x> <http://example.org/in> "a graph" <http://example.org/graph> .')
    file.write_text("\n".join(lines) + "\n")
    return file


def run(
    data: Path,
    scenario: Callable[[EmbeddedEngine], Awaitable[None]],
    limits: Limits = SHORT,
    observe: Callable[[Execution], None] = lambda _: None,
) -> None:
    """Run a scenario with an engine of its own."""

    async def main() -> None:
        engine = await EmbeddedEngine.start([data], limits, observe=observe, prefixes=standard_prefixes())
        try:
            await scenario(engine)
        finally:
            await engine.close()

    asyncio.run(main())


def test_solutions_are_terms(data: Path) -> None:
    async def scenario(engine: EmbeddedEngine) -> None:
        rows = await select(engine, "SELECT ?s ?o { ?s <http://example.org/p> ?o FILTER(?o = '7') }")
        assert rows == [{"s": NamedNode("http://example.org/7"), "o": Literal("7")}]

    run(data, scenario)


def test_bound_values_are_terms_whatever_is_in_them(data: Path) -> None:
    async def scenario(engine: EmbeddedEngine) -> None:
        query = "SELECT ?s ?o { ?s <http://example.org/p> ?o }"
        assert await select(engine, query, {"o": Literal("7")}) == [
            {"s": NamedNode("http://example.org/7"), "o": Literal("7")}
        ]
        assert await select(engine, query, {"o": Literal('7" } UNION { ?s ?p ?o } #')}) == []

    run(data, scenario)


def test_the_default_graph_is_the_union_unless_graphs_are_named(data: Path) -> None:
    async def count(engine: EmbeddedEngine, text: str, default_graphs: list[str]) -> str:
        answer = await engine.execute(Query(text, ACCEPTED, default_graphs=default_graphs))
        return (await answer.read()).decode()

    async def scenario(engine: EmbeddedEngine) -> None:
        everything = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        graph = "http://example.org/graph"
        assert '"401"' in await count(engine, everything, [])
        assert '"1"' in await count(engine, everything, [graph])
        assert '"1"' in await count(engine, f"SELECT (COUNT(*) AS ?n) FROM <{graph}> {{ ?s ?p ?o }}", [])

    run(data, scenario)


def test_a_syntax_error_has_its_place(data: Path) -> None:
    async def scenario(engine: EmbeddedEngine) -> None:
        with pytest.raises(QuerySyntaxError) as caught:
            await engine.execute(Query("SELECT ?s\nWHERE { ?s ?p }", ACCEPTED))
        assert caught.value.line == 2

    run(data, scenario)


@pytest.mark.parametrize(
    ("query", "advice"),
    [
        (
            "SELECT * { ?s foaf:name ?o }",
            "prefix foaf: is not declared. Add at the top: PREFIX foaf: <http://xmlns.com/",
        ),
        ("SELECT * { ?s ips:page ?o }", "PREFIX ips: <https://w3id.org/illicit-power/ontology#>"),
        ("SELECT * {\n?s nope:name ?o }", "prefix nope: is not declared"),
        ("SELECT * { ?s ?p ?o", "The { of line 1, column 10 is never closed"),
    ],
)
def test_a_syntax_error_is_told_in_words(data: Path, query: str, advice: str) -> None:
    async def scenario(engine: EmbeddedEngine) -> None:
        with pytest.raises(QuerySyntaxError) as caught:
            await engine.execute(Query(query, ACCEPTED))
        assert advice in str(caught.value)
        assert "\\u{" not in str(caught.value)

    run(data, scenario)


def test_a_kind_of_result_that_is_not_accepted_is_an_error(data: Path) -> None:
    async def scenario(engine: EmbeddedEngine) -> None:
        accepted: Accepted = {**ACCEPTED, "graph": None}
        with pytest.raises(NotAcceptable) as caught:
            await engine.execute(Query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", accepted))
        assert caught.value.kind == "graph"

    run(data, scenario)


def test_turtle_has_its_prefixes_in_order_and_the_same_bytes_every_time(data: Path) -> None:
    async def scenario(engine: EmbeddedEngine) -> None:
        query = Query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(?o = '7') }", ACCEPTED)
        answers = {await (await engine.execute(query)).read() for _ in range(6)}
        (answer,) = answers
        prefixes = [line for line in answer.decode().splitlines() if line.startswith("@prefix")]
        assert prefixes == sorted(prefixes)
        assert answer.decode().rstrip().endswith('<http://example.org/7> <http://example.org/p> "7" .')

    run(data, scenario)


def test_a_query_over_its_deadline_is_ended_and_its_neighbours_never_notice(data: Path) -> None:
    async def scenario(engine: EmbeddedEngine) -> None:
        endless = asyncio.create_task(engine.execute(Query(ENDLESS, ACCEPTED)))
        neighbours = [await select(engine, "SELECT ?s { ?s ?p '7' }") for _ in range(20)]
        assert all(len(rows) == 1 for rows in neighbours)
        assert not endless.done()
        with pytest.raises(QueryTimeout, match="3 seconds"):
            await endless

    run(data, scenario, Limits(workers=2, timeout=3.0))


@pytest.mark.parametrize(("wanted", "given"), [(0.25, "0.25"), (5.0, "0.5"), (None, "0.5")])
def test_a_query_has_the_deadline_that_it_asks_for_up_to_a_maximum(
    data: Path, wanted: float | None, given: str
) -> None:
    async def scenario(engine: EmbeddedEngine) -> None:
        with pytest.raises(QueryTimeout, match=f"ran for {given} seconds"):
            await engine.execute(Query(ENDLESS, ACCEPTED, timeout=wanted))

    run(data, scenario, Limits(workers=1, timeout=2.0, max_timeout=0.5))


def test_a_full_queue_takes_nobody_and_one_client_never_fills_it(data: Path) -> None:
    asking = "a"

    async def main() -> None:
        nonlocal asking
        limits = Limits(workers=1, timeout=600, max_timeout=600, queue=4, queue_timeout=10, share=1)
        engine = await EmbeddedEngine.start([data], limits, client=lambda: asking)
        tasks = []
        try:
            for asking in ("a", "a", "b", "c", "d"):  # the first one runs, the others wait
                tasks.append(asyncio.create_task(engine.execute(Query(ENDLESS, ACCEPTED))))
                await asyncio.sleep(0)
                if asking == "a" and engine.waiting:
                    with pytest.raises(EngineBusy, match="Too many of your queries are waiting"):
                        await engine.execute(Query("ASK {}", ACCEPTED))
            assert engine.waiting == 4
            asking = "e"
            with pytest.raises(EngineBusy, match="Too many queries are waiting already"):
                await engine.execute(Query("ASK {}", ACCEPTED))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await engine.close()

    asyncio.run(main())


def test_the_pool_is_whole_again_after_every_worker_was_killed(data: Path) -> None:
    async def scenario(engine: EmbeddedEngine) -> None:
        queries = [engine.execute(Query(ENDLESS, ACCEPTED)) for _ in range(SHORT.workers)]
        outcomes = await asyncio.gather(*queries, return_exceptions=True)
        assert all(isinstance(outcome, QueryTimeout) for outcome in outcomes)
        answers = await asyncio.gather(*(select(engine, "SELECT ?s { ?s ?p '7' }") for _ in range(8)))
        assert all(len(rows) == 1 for rows in answers)

    run(data, scenario)


def test_a_query_over_its_memory_is_ended(data: Path) -> None:
    async def scenario(engine: EmbeddedEngine) -> None:
        with pytest.raises(QueryTooCostly, match="64 MiB"):
            await engine.execute(Query(HUNGRY, ACCEPTED))
        assert await select(engine, "SELECT ?s { ?s ?p '7' }")

    run(data, scenario, Limits(workers=1, timeout=30.0, memory_bytes=64 << 20))


@pytest.mark.parametrize("format_", [JSON, XML, CSV, TSV])
@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(workers=1, result_rows=1000), "cut after 1000 rows, the most"),
        (Limits(workers=1, result_bytes=10_000), "10000 bytes"),
    ],
)
def test_an_answer_over_its_ceiling_ends_after_a_row_and_says_so(
    data: Path, limits: Limits, reason: str, format_: ResultFormat
) -> None:
    async def scenario(engine: EmbeddedEngine) -> None:
        query = Query("SELECT * { ?a ?b ?c . ?d ?e ?f }", {**ACCEPTED, "solutions": format_})
        answer = await engine.execute(query)
        assert answer.truncated is not None
        assert reason in answer.truncated
        content = await answer.read()
        assert len(content) == answer.size <= 400 * answer.rows
        assert len(Result.parse(BytesIO(content), content_type=format_.media_type)) == answer.rows

    run(data, scenario, limits)


def test_an_answer_of_just_the_most_rows_is_complete(data: Path) -> None:
    async def scenario(engine: EmbeddedEngine) -> None:
        answer = await engine.execute(Query("SELECT * { ?a ?b ?c }", ACCEPTED))
        assert (answer.rows, answer.truncated) == (401, None)
        answer.content.close()

    run(data, scenario, Limits(workers=1, result_rows=401))


def test_a_query_that_needs_its_answer_whole_gets_it_or_an_error(data: Path) -> None:
    async def scenario(engine: EmbeddedEngine) -> None:
        assert len(await select(engine, "SELECT * { ?a ?b ?c }")) == 401
        with pytest.raises(ResultTooLarge, match="needed whole"):
            await select(engine, "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 2000")

    run(data, scenario, Limits(workers=1, result_rows=10, result_bytes=100_000))


@pytest.mark.parametrize("format_", GRAPH_FORMATS)
def test_a_graph_over_its_ceiling_is_cut_to_whole_triples(data: Path, format_: ResultFormat) -> None:
    async def scenario(engine: EmbeddedEngine) -> None:
        query = Query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", {**ACCEPTED, "graph": format_})
        answer = await engine.execute(query)
        assert answer.truncated is not None
        content = await answer.read()
        graph = pyoxigraph.parse(content, format=pyoxigraph.RdfFormat.from_media_type(format_.media_type))
        assert len(list(graph)) == answer.rows == 20
        has_comments = format_ is not JSON_LD
        assert (answer.truncated.encode() in content) == has_comments

    run(data, scenario, Limits(workers=1, result_rows=20))


def test_a_single_row_beyond_every_ceiling_is_an_error(data: Path) -> None:
    async def scenario(engine: EmbeddedEngine) -> None:
        with pytest.raises(ResultTooLarge, match="One row"):
            await engine.execute(Query("SELECT (GROUP_CONCAT(?o) AS ?all) { ?s ?p ?o }", ACCEPTED))

    run(data, scenario, Limits(workers=1, result_bytes=100))


def test_a_query_that_finds_no_free_worker_is_told_so(data: Path) -> None:
    async def scenario(engine: EmbeddedEngine) -> None:
        endless = asyncio.create_task(engine.execute(Query(ENDLESS, ACCEPTED)))
        await asyncio.sleep(0)
        with pytest.raises(EngineBusy):
            await engine.execute(Query("ASK {}", ACCEPTED))
        with pytest.raises(QueryTimeout):
            await endless

    observed: list[Execution] = []
    run(data, scenario, Limits(workers=1, timeout=2.0, queue_timeout=0.2), observed.append)
    refused, ended = observed
    assert (refused.outcome, refused.ran, refused.waited >= 0.2) == ("EngineBusy", 0.0, True)
    assert (ended.outcome, ended.ran >= 2.0) == ("QueryTimeout", True)


def test_the_jail_holds_when_admission_does_not(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the courtesy check out of the way, a worker still cannot open a connection."""
    monkeypatch.setattr(embedded, "admit", lambda text, endpoints: outline(text))
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.5)
        address = f"http://127.0.0.1:{canary.getsockname()[1]}/"

        async def scenario(engine: EmbeddedEngine) -> None:
            with pytest.raises(QueryError):
                await engine.execute(Query(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}", ACCEPTED))

        run(data, scenario)
        with pytest.raises(TimeoutError):
            canary.accept()


def test_thousands_of_brackets_end_only_their_worker(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "admit", lambda text, endpoints: outline(text))

    async def scenario(engine: EmbeddedEngine) -> None:
        with pytest.raises(QueryError):
            await engine.execute(Query("SELECT * " + "{" * 50_000 + "}" * 50_000, ACCEPTED))
        assert await select(engine, "SELECT ?s { ?s ?p '7' }")

    run(data, scenario)


def test_an_engine_whose_process_is_gone_says_so(data: Path) -> None:
    async def scenario(engine: EmbeddedEngine) -> None:
        engine._process.kill()
        engine._process.wait()
        with pytest.raises(EngineFailure, match="has ended"):
            await select(engine, "SELECT ?s { ?s ?p '7' }")

    run(data, scenario)


def test_a_file_that_cannot_be_loaded_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text("this is not Turtle")
    with pytest.raises(EngineFailure, match=r"broken\.ttl"):
        asyncio.run(EmbeddedEngine.start([broken]))
