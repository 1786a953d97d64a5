"""The web application."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from illicit_power import __version__
from illicit_power.archive.kept_queries import KeptQueries
from illicit_power.dataset.publication import LICENSE, LICENSE_NAME, NAME, SUMMARY
from illicit_power.engine.pool.pool import EmbeddedEngine
from illicit_power.engine.query import Execution
from illicit_power.server import rest
from illicit_power.server.citing import routes as citations
from illicit_power.server.connections import Connections
from illicit_power.server.documents import downloads, home
from illicit_power.server.documents import routes as resources
from illicit_power.server.http import problem_responses, problems
from illicit_power.server.http.answer_cache import AnswerCache
from illicit_power.server.http.client_address import TrustedProxies, client_key
from illicit_power.server.http.request_context import current_request
from illicit_power.server.middleware.absolute_form import AbsoluteFormMiddleware
from illicit_power.server.middleware.access_log import AccessLogMiddleware
from illicit_power.server.middleware.conditional_requests import ConditionalRequestsMiddleware
from illicit_power.server.middleware.dataset_lease import DatasetLeaseMiddleware
from illicit_power.server.middleware.disconnection import DisconnectionMiddleware
from illicit_power.server.middleware.failures import FailureMiddleware
from illicit_power.server.middleware.forwarded import ForwardedMiddleware
from illicit_power.server.middleware.rate_limit import RateLimitMiddleware, RateLimits
from illicit_power.server.middleware.request_limits import RequestLimitsMiddleware
from illicit_power.server.middleware.response_headers import ResponseHeadersMiddleware
from illicit_power.server.operating import health, metrics
from illicit_power.server.operating.metrics import Metrics
from illicit_power.server.reconciliation import routes as reconciliation
from illicit_power.server.reconciliation import sameas
from illicit_power.server.reconciliation.pool import ReconciliationPool
from illicit_power.server.serving import editions
from illicit_power.server.serving.served_dataset import Edition, Serving
from illicit_power.server.settings import ServerSettings
from illicit_power.server.sparql import routes as sparql


def create_app(settings: ServerSettings, newest: Callable[[], Edition]) -> FastAPI:
    """An ASGI application that serves what there is to serve. Its lifespan opens it, and closes it in the end.

    The start fails with :class:`illicit_power.server.serving.served_dataset.BrokenEdition` when what there is to serve
    is not whole, and with :class:`illicit_power.engine.errors.EngineFailure` when it cannot be loaded.

    :param newest: what is to be served now; see :class:`illicit_power.server.serving.served_dataset.Serving`
    """

    def observe(execution: Execution) -> None:
        counted.count_query(execution)
        charge(execution)

    def charge(execution: Execution) -> None:
        if record := current_request.get():
            record.executions.append(execution)
            rate_limits.charge(client_key(record.client), rate_limits.seconds, execution.ran)

    def client() -> str:
        record = current_request.get()
        return client_key(record.client) if record else ""

    async def start(edition: Edition) -> EmbeddedEngine:
        editions.check(edition)
        return await EmbeddedEngine.start(
            edition.files, settings.limits, settings.endpoints, observe, client, edition.prefixes
        )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
        await serving.open()
        try:
            yield
        finally:
            await reconciliation_pool.close()
            await serving.close()

    serving = Serving(newest, start, settings.watch)
    proxies = TrustedProxies(settings.trusted_proxies)
    rate_limits = RateLimits(settings.client_seconds, settings.client_errors)
    connections = Connections(settings.connection_limits, proxies)
    reconciliation_pool = ReconciliationPool(settings.limits, charge, client)
    cache = AnswerCache(settings.cache_mib << 20)
    counted = Metrics(serving, cache, rate_limits, connections)
    app = FastAPI(
        title=NAME,
        version=__version__,
        description=f"{SUMMARY}.",
        license_info={"name": f"{LICENSE_NAME} (data)", "url": LICENSE},
        lifespan=lifespan,
        responses=problems.COMMON_PROBLEMS,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.settings = settings
    app.state.serving = serving
    app.state.cache = cache
    app.state.connections = connections
    app.state.reconciliation = reconciliation_pool
    app.state.metrics = counted
    app.state.kept_queries = KeptQueries(
        settings.kept_queries, settings.kept_queries_count, settings.kept_queries_mib << 20
    )
    problem_responses.install(app)
    app.state.routers = tuple(
        module.router
        for module in (
            home,
            downloads,
            sparql,
            citations,
            rest,
            resources,
            reconciliation,
            sameas,
            health,
            metrics,
        )
    )
    for router in app.state.routers:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    # The last one added is the first that a request passes.
    app.add_middleware(DisconnectionMiddleware)
    app.add_middleware(FailureMiddleware)  # whose answers get the headers of the middlewares that follow
    app.add_middleware(ConditionalRequestsMiddleware)
    app.add_middleware(RequestLimitsMiddleware, settings.connection_limits.head_bytes, settings.body_timeout)
    app.add_middleware(RateLimitMiddleware, rate_limits)
    app.add_middleware(ResponseHeadersMiddleware)
    app.add_middleware(DatasetLeaseMiddleware, serving=serving)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST", "QUERY"],
        allow_headers=["*"],
        expose_headers=[
            "Answer-Truncated",
            "ETag",
            "Link",
            "Request-Id",
            "Retry-After",
            "Snapshot-Version",
            "X-Total-Count",
            "X-Total-Count-By-Basis",
        ],
    )
    app.add_middleware(FailureMiddleware)  # for what fails in those
    app.add_middleware(AccessLogMiddleware, counted.count_request, bool(settings.log_queries))
    app.add_middleware(ForwardedMiddleware, proxies)
    app.add_middleware(AbsoluteFormMiddleware)
    return app
