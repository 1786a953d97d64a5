"""The web application."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from illicit_power import __version__
from illicit_power.engine.embedded import EmbeddedEngine
from illicit_power.server import home, problems, resources, rest, sparql
from illicit_power.server.headers import SecurityHeaders
from illicit_power.server.settings import ServerSettings


def create_app(settings: ServerSettings) -> FastAPI:
    """An application that serves the files of its settings; it loads them when it starts up."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
        app.state.settings = settings
        app.state.engine = await EmbeddedEngine.start(settings.data, settings.limits)
        yield
        await app.state.engine.close()

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
    problems.install(app)
    for router in (home.router, sparql.router, rest.router, resources.router):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    app.add_middleware(SecurityHeaders)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST"],
        allow_headers=["*"],
        expose_headers=["Link", "X-Total-Count"],
    )
    return app
