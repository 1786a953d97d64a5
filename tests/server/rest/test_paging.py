"""Pages of a list: each item is on one of them, and the last one leads nowhere."""

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

PEOPLE = 6
ADDRESS = "/api/v1/people"


@asynccontextmanager
async def client(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server of six people, two of whom have the same name."""
    prologue = """@prefix entity: <https://w3id.org/illicit-power/id/> .
        @prefix ips: <https://w3id.org/illicit-power/ontology#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> ."""
    people = [f'entity:p{number} a ips:Person ; skos:prefLabel "Ann {number // 2}"@en .' for number in range(PEOPLE)]
    file = folder / "people.ttl"
    file.write_text("\n".join([prologue, *people]), encoding="utf-8")
    settings = ServerSettings.of({"workers": 1, "kept_queries": folder / "kept"})
    async with served(create_app(settings, partial(rdf_files, [file]))) as client:
        yield client


async def walk(client: httpx.AsyncClient, address: str) -> list[list[str]]:
    """The slugs on each page, following the links to the next."""
    pages = []
    while address:
        answer = await client.get(address)
        assert answer.headers["X-Total-Count"] == str(PEOPLE)
        pages.append([item["id"].rpartition("/")[2] for item in answer.json()["items"]])
        address = answer.links["next"]["url"] if "next" in answer.links else ""
    return pages


@pytest.mark.parametrize("sort", ["label", "-label"])
def test_every_size_of_page_divides_the_same_list(tmp_path: Path, sort: str) -> None:
    async def scenario() -> None:
        async with client(tmp_path) as asking:
            whole = [f"p{number}" for number in ([0, 1, 2, 3, 4, 5] if sort == "label" else [4, 5, 2, 3, 0, 1])]
            for limit in range(1, PEOPLE + 2):
                pages = await walk(asking, f"{ADDRESS}?limit={limit}&sort={sort}")
                assert pages == [whole[first : first + limit] for first in range(0, PEOPLE, limit)], limit

    asyncio.run(scenario())


def test_each_page_links_to_the_first_one_and_keeps_what_was_asked(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with client(tmp_path) as asking:
            first = await asking.get(f"{ADDRESS}?limit=2&fields=prefLabel")
            second = await asking.get(first.links["next"]["url"])
            for page in (first, second):
                assert page.links["first"]["url"] == f"http://test{ADDRESS}?limit=2&fields=prefLabel"
                assert [set(item) for item in page.json()["items"]] == [{"id", "prefLabel"}] * 2

    asyncio.run(scenario())


def test_a_csv_page_leads_on_as_well(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with client(tmp_path) as asking:
            for limit, leads_on in ((PEOPLE - 1, True), (PEOPLE, False)):
                answer = await asking.get(f"{ADDRESS}?limit={limit}", headers={"Accept": "text/csv"})
                assert ("next" in answer.links, len(answer.text.splitlines())) == (leads_on, 1 + limit)

    asyncio.run(scenario())
