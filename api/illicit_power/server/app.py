"""The web application."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from illicit_power import __version__
from illicit_power.engine.embedded import EmbeddedEngine
from illicit_power.server import citations, editions, home, problems, resources, rest, sameas, sparql
from illicit_power.server.answers import AnswerCache
from illicit_power.server.headers import AnswerHeaders
from illicit_power.server.kept_queries import KeptQueries
from illicit_power.server.reconciliation import routes as reconciliation
from illicit_power.server.serving import Edition, LeaseDataset, Serving
from illicit_power.server.settings import ServerSettings


def create_app(settings: ServerSettings, newest: Callable[[], Edition]) -> FastAPI:
    """An application that serves what there is to serve; it loads it when it starts up.

    :param newest: what is to be served now; see :class:`illicit_power.server.serving.Serving`
    """

    async def start(edition: Edition) -> EmbeddedEngine:
        editions.check(edition)
        return await EmbeddedEngine.start(edition.files, settings.limits, settings.endpoints.split())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
        await serving.open()
        yield
        await serving.close()

    serving = Serving(newest, start, settings.watch)
    app = FastAPI(
        title="Illicit Power",
        version=__version__,
        description="Linked open data about illicit power structures, with the source of every statement.",
        license_info={"name": "CC BY 4.0 (data)", "url": "https://creativecommons.org/licenses/by/4.0/"},
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.settings = settings
    app.state.serving = serving
    app.state.cache = AnswerCache(settings.cache_mib << 20)
    app.state.kept_queries = KeptQueries(
        Path(settings.kept_queries), settings.kept_queries_count, settings.kept_queries_mib << 20
    )
    problems.install(app)
    app.state.routers = tuple(
        module.router
        for module in (
            home,
            sparql,
            citations,
            rest,
            resources,
            reconciliation,
            sameas,
        )
    )
    for router in app.state.routers:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    app.add_middleware(AnswerHeaders)
    app.add_middleware(LeaseDataset, serving=serving)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST", "QUERY"],
        allow_headers=["*"],
        expose_headers=["Link", "ETag", "Snapshot-Version", "Answer-Truncated", "Retry-After", "Request-Id"],
    )
    return app
