"""An answer that is cut says so in its head, where a program sees it whatever the format."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from illicit_power.server.app import create_app
from illicit_power.server.serving.editions import rdf_files
from illicit_power.server.settings import ServerSettings
from tests.server.asgi import served
from tests.server.probes import write_data

ROWS = 5
ALL = "SELECT * { ?s ?p ?o }"
CUT = f"cut after {ROWS} rows, the most that an answer may have"


@asynccontextmanager
async def client(folder: Path, **settings: object) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server whose answers have five rows at most."""
    file = folder / "data.ttl"
    if not file.exists():
        write_data(file)
    given = ServerSettings.of({"workers": 1, "result_rows": ROWS, "kept_queries": folder / "kept"} | settings)
    async with served(create_app(given, partial(rdf_files, [file]))) as client:
        yield client


@pytest.mark.parametrize("cache_mib", [0, 1])
@pytest.mark.parametrize(
    "query",
    [ALL, "SELECT ?s (RAND() AS ?number) { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"],
    ids=["the same each time", "another each time", "a graph"],
)
def test_a_cut_answer_has_the_header_each_time_it_is_given(tmp_path: Path, query: str, cache_mib: int) -> None:
    async def scenario() -> None:
        async with client(tmp_path, cache_mib=cache_mib) as asking:
            for _ in range(2):
                answer = await asking.get("/sparql", params={"query": query}, headers={"Origin": "https://a.example"})
                assert answer.status_code == httpx.codes.OK
                assert answer.headers["Answer-Truncated"] == CUT
                assert "Answer-Truncated" in answer.headers["Access-Control-Expose-Headers"]

    asyncio.run(scenario())


def test_a_whole_answer_has_no_such_header(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with client(tmp_path) as asking:
            for query in (f"{ALL} LIMIT {ROWS}", "ASK { ?s ?p ?o }"):
                assert "Answer-Truncated" not in (await asking.get("/sparql", params={"query": query})).headers

    asyncio.run(scenario())


def test_another_ceiling_is_another_answer_under_another_tag(tmp_path: Path) -> None:
    async def tag(**settings: object) -> str:
        async with client(tmp_path, **settings) as asking:
            return str((await asking.get("/sparql", params={"query": ALL})).headers["ETag"])

    async def scenario() -> None:
        first, again = await tag(), await tag()
        assert first == again
        assert len({first, await tag(result_rows=ROWS + 1), await tag(result_mib=1)}) == 3

    asyncio.run(scenario())


def test_people_read_it_on_the_page(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with client(tmp_path) as asking:
            page = await asking.get("/sparql", params={"query": ALL}, headers={"Accept": "text/html"})
            assert f"This is not the whole answer: it was {CUT}." in page.text

    asyncio.run(scenario())


def test_a_cut_answer_that_is_kept_says_so_for_good(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with client(tmp_path) as asking:
            kept = await asking.post("/q/", data={"query": ALL})
            answer = await asking.get(f"{kept.headers['Location']}.csv")
            assert len(answer.text.splitlines()) == 1 + ROWS
            assert answer.headers["Answer-Truncated"] == CUT
            assert "the answer was cut short" in kept.json()["bibtex"]

    asyncio.run(scenario())
