"""What the line of a request says of its answer."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse

from illicit_power.server.middleware.access_log import AccessLogMiddleware


def line(caplog: pytest.LogCaptureFixture, method: str, path: str, status: int = 200) -> dict[str, Any]:
    """The level and the fields of the line of a request, which is answered with five bytes."""
    observed: list[int] = []
    app = AccessLogMiddleware(PlainTextResponse("bytes", status), observed.append, log_queries=False)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.request(method, path)

    with caplog.at_level(logging.DEBUG, "illicit_power"):
        answer = asyncio.run(ask())
    (record,) = [record for record in caplog.records if record.getMessage() == "request"]
    fields: dict[str, Any] = record.__dict__["fields"]
    assert answer.headers["Request-Id"] == fields["id"]
    assert observed == [status]
    return {"level": record.levelname, **fields}


def test_the_bytes_are_those_that_are_sent(caplog: pytest.LogCaptureFixture) -> None:
    assert line(caplog, "GET", "/")["bytes"] == 5


def test_an_answer_to_head_has_none(caplog: pytest.LogCaptureFixture) -> None:
    assert line(caplog, "HEAD", "/")["bytes"] == 0


@pytest.mark.parametrize(
    ("path", "status", "level"),
    [
        ("/", 200, "INFO"),
        ("/", 404, "INFO"),
        ("/", 500, "WARNING"),
        ("/health/live", 200, "DEBUG"),
        ("/metrics", 200, "DEBUG"),
        ("/health/ready", 503, "WARNING"),
    ],
)
def test_what_is_asked_all_day_is_for_debugging_and_what_fails_is_a_warning(
    caplog: pytest.LogCaptureFixture, path: str, status: int, level: str
) -> None:
    assert line(caplog, "GET", path, status)["level"] == level
