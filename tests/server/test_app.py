"""The application is whole: any ASGI server can serve it."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from threading import Thread

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from illicit_power.server.app import create_app
from illicit_power.server.serving.editions import rdf_files
from illicit_power.server.serving.served_dataset import BrokenEdition
from illicit_power.server.settings import ServerSettings
from tests.server.asgi import StartupFailed, served
from tests.server.probes import eventually, write_data

ASK = {"query": "ASK { ?s ?p ?o }", "format": "json"}


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    file = write_data(tmp_path / "data.ttl")
    settings = ServerSettings.of({"workers": 1, "kept_queries": tmp_path / "kept"})
    return create_app(settings, partial(rdf_files, [file]))


def test_its_lifespan_opens_and_closes_what_it_serves(app: FastAPI) -> None:
    async def scenario() -> None:
        assert not app.state.serving.is_ready
        async with served(app) as client:
            assert (await client.get("/sparql", params=ASK)).json()["boolean"] is True
            assert app.state.serving.is_ready
        assert not app.state.serving.is_ready

    asyncio.run(scenario())


def test_data_that_is_broken_fails_the_start(tmp_path: Path) -> None:
    app = create_app(ServerSettings.of({}), partial(rdf_files, [tmp_path / "nowhere.ttl"]))

    async def scenario() -> None:
        with pytest.raises(StartupFailed) as failed:
            async with served(app):
                pass
        assert isinstance(failed.value.__cause__, BrokenEdition)

    asyncio.run(scenario())


def test_a_plain_uvicorn_serves_it(app: FastAPI) -> None:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None))
    thread = Thread(target=server.run)
    thread.start()
    try:
        eventually(lambda: server.started)
        port = server.servers[0].sockets[0].getsockname()[1]
        assert httpx.get(f"http://127.0.0.1:{port}/sparql", params=ASK).json()["boolean"] is True
    finally:
        server.should_exit = True
        thread.join()
    assert not app.state.serving.is_ready
