"""What every answer carries, and what pages of other sites may read of it."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import httpx
import pytest

from illicit_power.server.app import create_app
from illicit_power.server.serving.editions import rdf_files
from illicit_power.server.settings import ServerSettings
from tests.server.asgi import served
from tests.server.probes import write_data

ADDRESSES = [
    "/",
    "/sparql?query=ASK%20%7B%7D",
    "/sparql?query=SELECT",
    "/api/v1/people",
    "/api/v1/people?color=red",
    "/id/nobody",
    "/static/style.css",
    "/health/live",
]
READ_BY_SCRIPTS = {
    "Answer-Truncated",
    "ETag",
    "Link",
    "Request-Id",
    "Retry-After",
    "Snapshot-Version",
    "X-Total-Count",
}


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_every_answer_is_guarded_named_and_readable(tmp_path: Path, accept: str) -> None:
    file = write_data(tmp_path / "data.ttl", 3)
    app = create_app(ServerSettings.of({"workers": 1, "kept_queries": tmp_path / "kept"}), partial(rdf_files, [file]))

    async def answers() -> list[httpx.Response]:
        headers = {"Accept": accept, "Origin": "https://notebook.example"}
        async with served(app) as client:
            return [await client.get(address, headers=headers) for address in ADDRESSES]

    for answer in asyncio.run(answers()):
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} == set(policy)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Snapshot-Version"]
        assert answer.headers["Request-Id"]
        exposed = answer.headers["Access-Control-Expose-Headers"]
        assert {name.strip() for name in exposed.split(",")} >= READ_BY_SCRIPTS
