"""Rate limits, and who a client is where proxies stand between."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network

import httpx
import pytest
from starlette.responses import PlainTextResponse

from illicit_power.server.http.client_address import TrustedProxies, client_key
from illicit_power.server.middleware import rate_limit as clients
from illicit_power.server.middleware.access_log import AccessLogMiddleware
from illicit_power.server.middleware.rate_limit import RateLimitMiddleware, RateLimits
from tests.conftest import server_process
from tests.server.probes import ENDLESS, ask, eventually, metric, problem, write_data

NOT_SPARQL = "SELECT"
OTHER = "127.0.0.2"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_data(tmp_path_factory.mktemp("data") / "data.ttl"))


# Who a client is


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_a_client_is_an_ipv4_address_or_an_ipv6_network(address: str, client: str) -> None:
    assert client_key(address) == client


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "client"),
    [
        pytest.param("203.0.113.7", "198.51.100.1", "203.0.113.7", id="nobody trusts the peer"),
        pytest.param("10.0.0.1", "", "10.0.0.1", id="the proxy itself asks"),
        pytest.param("10.0.0.1", "198.51.100.1", "198.51.100.1", id="one hop"),
        pytest.param("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1", id="the client made up a hop"),
        pytest.param("10.0.0.1", "1.1.1.1,198.51.100.1 , 10.9.9.9", "198.51.100.1", id="two proxies"),
        pytest.param("10.0.0.1", "198.51.100.1, junk", "10.0.0.1", id="no address"),
        pytest.param("10.0.0.1", "10.3.3.3", "10.3.3.3", id="all are proxies"),
        pytest.param("10.0.0.1", "198.51.100.1:5000", "198.51.100.1", id="with a port"),
        pytest.param("2001:db8::9", "[2001:db8:5::1]:443", "2001:db8:5::1", id="IPv6 with a port"),
    ],
)
def test_the_client_is_the_last_hop_that_no_trusted_proxy_made(peer: str, forwarded_for: str, client: str) -> None:
    networks = [ip_network("10.0.0.0/8"), ip_network("2001:db8::9")]
    assert TrustedProxies(networks).client(peer, forwarded_for) == client


# Buckets


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_limit_is_overdrawn_and_fills_steadily() -> None:
    clock = Clock()
    limits = RateLimits(60, 0, clock)
    limits.charge("a", limits.seconds, 90)
    assert limits.spent("a") == (limits.seconds, 30)
    assert limits.spent("b") is None
    clock.now = 20
    assert limits.spent("a") == (limits.seconds, 10)
    clock.now = 31
    assert limits.spent("a") is None


def test_a_limit_holds_no_more_than_a_minute_s_worth() -> None:
    clock = Clock()
    limits = RateLimits(60, 0, clock)
    limits.charge("a", limits.seconds, 1)
    clock.now = 3600
    limits.charge("a", limits.seconds, 61)
    assert limits.spent("a") == (limits.seconds, 1)


def test_whoever_asks_one_query_after_another_never_runs_out() -> None:
    clock = Clock()
    limits = RateLimits(60, 0, clock)
    for _ in range(1000):
        clock.now += 30
        limits.charge("a", limits.seconds, 30)
        assert limits.spent("a") is None


def test_a_limit_of_nothing_is_none() -> None:
    limits = RateLimits(0, 0, Clock())
    limits.charge("a", limits.seconds, 1e9)
    limits.charge("a", limits.errors, 1e9)
    assert limits.spent("a") is None


def test_clients_without_number_are_not_all_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "_REMEMBERED_BUCKETS", 3)
    limits = RateLimits(60, 0, Clock())
    for client in ("a", "b", "c", "a", "d"):
        limits.charge(client, limits.seconds, 61)
    assert [client for client in "abcd" if limits.spent(client)] == ["a", "c", "d"]


@pytest.mark.parametrize(
    ("status", "headers", "is_charged"),
    [
        (200, {}, False),
        (304, {}, False),
        (400, {}, True),
        (500, {}, True),
        pytest.param(503, {"Retry-After": "5"}, False, id="the server's trouble"),
    ],
)
def test_only_a_client_s_own_errors_are_charged(status: int, headers: dict[str, str], is_charged: bool) -> None:
    limits = RateLimits(0, 1, Clock())
    app = AccessLogMiddleware(
        RateLimitMiddleware(PlainTextResponse("", status, headers), limits), lambda _: None, log_queries=False
    )

    async def ask() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return [(await client.get("/")).status_code for _ in range(4)]

    assert asyncio.run(ask()) == [status, status, *([429, 429] if is_charged else [status, status])]


# On a server


def test_engine_time_is_charged_to_whoever_asked(data: str) -> None:
    with server_process("--data", data, "--client-seconds", "0.5", "--timeout", "1") as server:
        problem(ask(server.address, ENDLESS), 504)
        document = problem(refused := ask(server.address), 429)
        assert document["budget"] == "engine-seconds"
        assert "0.5 seconds for which queries ran in a minute" in document["detail"]
        assert "run your own copy" in document["detail"]
        assert 0 < int(refused.headers["Retry-After"]) <= 120
        assert ask(server.address, source=OTHER).json()["boolean"] is True
        assert httpx.get(f"{server.address}/health/ready").status_code == httpx.codes.OK
        assert metric(server.address, "budget_refusals_total", budget="engine-seconds") == 1


def test_one_client_cannot_hold_all_the_workers(data: str) -> None:
    limits = ["--workers", "2", "--timeout", "600", "--max-timeout", "600", "--queue-timeout", "1"]
    with ThreadPoolExecutor() as threads, server_process("--data", data, *limits) as server:
        greedy = [threads.submit(ask, server.address, ENDLESS) for _ in range(4)]
        eventually(lambda: metric(server.address, "workers", state="busy") == 1)
        for _ in range(20):
            assert ask(server.address, source=OTHER).json()["boolean"] is True
        eventually(lambda: sum(query.done() for query in greedy) == 3)
        server.process.kill()
        details = [problem(query.result(), 503)["detail"] for query in greedy if not query.exception()]
    assert len(details) == 3
    assert all("Your other queries hold the workers" in detail for detail in details)


def test_hanging_up_saves_nothing(data: str) -> None:
    with server_process("--data", data, "--client-seconds", "0.5", "--timeout", "600") as server:
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{server.address}/sparql", params={"query": ENDLESS}, timeout=1.0)
        eventually(lambda: metric(server.address, "queries_total", outcome="abandoned") == 1)
        assert problem(ask(server.address), 429)["budget"] == "engine-seconds"


def test_a_page_tells_a_browser_that_the_budget_is_spent(data: str) -> None:
    with server_process("--data", data, "--client-errors", "1") as server:
        for _ in range(2):
            ask(server.address, NOT_SPARQL)
        page = httpx.get(f"{server.address}/", headers={"Accept": "text/html"})
        assert page.status_code == httpx.codes.TOO_MANY_REQUESTS
        assert "1 requests that ended in an error" in page.text
        assert httpx.get(f"{server.address}/static/style.css").status_code == httpx.codes.OK


def test_errors_are_charged_and_refusals_are_not(data: str) -> None:
    with server_process("--data", data, "--client-errors", "5") as server:
        statuses = [ask(server.address, NOT_SPARQL).status_code for _ in range(9)]
        assert statuses == [400] * 6 + [429] * 3
        document = problem(refused := ask(server.address), 429)
        assert document["budget"] == "errors"
        assert "Mend the request" in document["detail"]
        assert int(refused.headers["Retry-After"]) <= 12
        assert ask(server.address, source=OTHER).status_code == httpx.codes.OK


def test_nobody_gets_a_new_budget_by_a_header(data: str) -> None:
    with server_process("--data", data, "--client-errors", "3") as server:
        for number in range(5):
            answer = ask(server.address, NOT_SPARQL, **{"X-Forwarded-For": f"198.51.100.{number}"})
        problem(answer, 429)


def test_a_trusted_proxy_s_clients_have_a_budget_each(data: str) -> None:
    with server_process("--data", data, "--client-errors", "2", "--trusted-proxies", "127.0.0.1") as server:
        for number in range(4):
            made_up = ask(server.address, NOT_SPARQL, **{"X-Forwarded-For": f"1.1.1.{number}, 198.51.100.1"})
        problem(made_up, 429)
        assert ask(server.address, **{"X-Forwarded-For": "198.51.100.2"}).status_code == httpx.codes.OK
        problem(ask(server.address, NOT_SPARQL, OTHER, **{"X-Forwarded-For": "198.51.100.1"}), 400)


FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "data.example.org", "Accept": "application/n-triples"}


@pytest.mark.parametrize(
    ("trusted", "headers", "endpoint"),
    [
        ("127.0.0.0/8", FORWARDED, "https://data.example.org/sparql"),
        ("127.0.0.0/8", {**FORWARDED, "X-Forwarded-Host": 'evil">'}, "https://127.0.0.1:{port}/sparql"),
        ("", FORWARDED, "http://127.0.0.1:{port}/sparql"),
    ],
    ids=["trusted", "trusted with a bad host", "not trusted"],
)
def test_links_are_those_of_a_trusted_proxy(data: str, trusted: str, headers: dict[str, str], endpoint: str) -> None:
    with server_process("--data", data, "--trusted-proxies", trusted) as server:
        description = httpx.get(f"{server.address}/sparql", headers=headers).text
        expected = endpoint.format(port=httpx.URL(server.address).port)
        assert f"service-description#endpoint> <{expected}> ." in description
