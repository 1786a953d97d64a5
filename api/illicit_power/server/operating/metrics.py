"""Metrics: what the server counts, for Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.responses import Response

from illicit_power.engine.query import Execution
from illicit_power.server.connections import Connections
from illicit_power.server.dependencies import READ
from illicit_power.server.http.answer_cache import AnswerCache
from illicit_power.server.middleware.rate_limit import RateLimits
from illicit_power.server.serving.served_dataset import Serving

router = APIRouter()

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The metrics of one application: what happens is counted here, what is so is asked of those who know."""

    def __init__(self, serving: Serving, cache: AnswerCache, rate_limits: RateLimits, connections: Connections) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "illicit_power_requests", "Requests answered, by status", ["status"], registry=self.registry
        )
        self._queries = Counter(
            "illicit_power_queries", "Queries, by what came of them", ["outcome"], registry=self.registry
        )
        self._ran = Histogram(
            "illicit_power_query_seconds", "How long queries ran", buckets=_SECONDS, registry=self.registry
        )
        self._waited = Histogram(
            "illicit_power_query_wait_seconds",
            "How long queries waited for a worker",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.registry.register(_State(serving, cache, rate_limits, connections))
        ProcessCollector(registry=self.registry)

    def count_request(self, status: int) -> None:
        self._requests.labels(str(status)).inc()

    def count_query(self, execution: Execution) -> None:
        self._queries.labels(execution.outcome).inc()
        self._ran.observe(execution.ran)
        self._waited.observe(execution.waited)


class _State(Collector):
    """What is so at the moment of asking."""

    def __init__(self, serving: Serving, cache: AnswerCache, rate_limits: RateLimits, connections: Connections) -> None:
        self._serving, self._cache, self._rate_limits, self._connections = serving, cache, rate_limits, connections

    def collect(self) -> Iterable[Metric]:
        cache, connections, serving = self._cache, self._connections, self._serving
        yield from self._engine()
        yield _gauge("cache_bytes", "Answers kept", cache.bytes)
        yield _counter("cache_hits", "Answers given from the cache", cache.hits)
        yield _counter("cache_misses", "Answers that were not in the cache", cache.misses)
        yield _gauge("connections", "Open connections", connections.count)
        yield _counters("connections_refused", "Connections not taken", "limit", connections.refused)
        yield _counters("connections_ended", "Connections ended for holding still", "held_up", connections.ended)
        yield _counters("budget_refusals", "Requests refused, by spent budget", "budget", self._rate_limits.refusals)
        yield _counters("reloads", "New datasets, by whether they were taken", "result", serving.reloads)

    def _engine(self) -> Iterator[Metric]:
        served = self._serving.served
        yield _gauge("ready", "Whether queries are answered", int(self._serving.is_ready))
        if served is None:
            return
        info = InfoMetricFamily("illicit_power_snapshot", "The dataset that is served")
        info.add_metric([], {"version": served.version})
        yield info
        yield _gauge("quads", "Statements in the dataset", served.engine.quads)
        workers = GaugeMetricFamily("illicit_power_workers", "Workers, by what they do", labels=["state"])
        workers.add_metric(["idle"], served.engine.idle)
        workers.add_metric(["busy"], served.engine.running)
        yield workers
        yield _gauge("queue_length", "Queries that wait for a worker", served.engine.waiting)


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(f"illicit_power_{name}", help_, value=value)


def _counter(name: str, help_: str, value: float) -> Metric:
    return CounterMetricFamily(f"illicit_power_{name}", help_, value=value)


def _counters(name: str, help_: str, label: str, values: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(f"illicit_power_{name}", help_, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


@router.api_route("/metrics", methods=READ, include_in_schema=False)
async def metrics(request: Request) -> Response:
    """The metrics, in the format that the scraper likes best."""
    kept: Metrics = request.app.state.metrics
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(kept.registry), headers={"Content-Type": content_type, "Cache-Control": "no-store"})
