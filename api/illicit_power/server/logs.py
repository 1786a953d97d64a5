"""The log: a line for each request and each event, as text for people or as JSON for machines, on standard error.

What clients send is in it only in escaped form, so that nobody can write a line of their own.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from illicit_power.server.records import RequestRecord, current_request, new_request_id

_log = logging.getLogger(__name__)

_LEVELS: Final = ("debug", "info", "warning", "error")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_UNPRINTABLE: Final = re.compile(r"[^\x20-\x7e\xa1-\u2027\u2030-\ud7ff]")
_QUIET: Final = ("/health/", "/metrics")
"""Paths that are asked all day long; their lines are for debugging."""


def configure(format_: str, level: str) -> None:
    """Log to standard error from now on.

    :param format_: ``text`` or ``json``
    :param level: ``debug``, ``info``, ``warning`` or ``error``
    :raises ValueError: when it is none of these
    """
    if format_ not in _FORMATTERS:
        raise ValueError(f"log format {format_}: use {' or '.join(_FORMATTERS)}")
    if level not in _LEVELS:
        raise ValueError(f"log level {level}: use {', '.join(_LEVELS)}")
    handler = logging.StreamHandler()
    handler.setFormatter(_FORMATTERS[format_]())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("illicit_power").setLevel(level.upper())


class _JsonFormatter(logging.Formatter):
    """One JSON object a line: ``time`` (UTC), ``level``, ``event``, ``id`` of the request, and what the event has."""

    def format(self, record: logging.LogRecord) -> str:
        request = current_request.get()
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "id": request.id if request else None,
            **getattr(record, "fields", {}),
            "trace": self.formatException(record.exc_info) if record.exc_info else None,
        }
        return json.dumps({name: value for name, value in line.items() if value is not None})


class _TextFormatter(logging.Formatter):
    """Time, level where it is not *info*, and the message. Further lines, as of a trace, are indented."""

    def format(self, record: logging.LogRecord) -> str:
        level = "" if record.levelno == logging.INFO else record.levelname + " "
        fields = getattr(record, "fields", None)
        message = _in_words(fields) if fields else record.getMessage()
        if not fields and (request := current_request.get()):
            message += f" · {request.id}"
        if record.exc_info:
            message += f"\n{self.formatException(record.exc_info)}"
        clock = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        return f"{clock} {level}" + "\n    ".join(_printable(line) for line in message.split("\n"))


_FORMATTERS: Final = {"text": _TextFormatter, "json": _JsonFormatter}


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _in_words(fields: dict[str, Any]) -> str:
    shown = [f"{fields['ms']} ms", f"{fields['bytes']:,} bytes", fields["client"], fields["id"]]
    shown += [fields[name] for name in ("outcome", "query_text") if fields.get(name, "answered") != "answered"]
    return f"{fields['status']} {fields['method']} {fields['path']} · " + " · ".join(shown)


class LogRequests:
    """ASGI middleware that names each request, and writes its line once it is answered.

    A request keeps the name that a trusted proxy gave it; from others :class:`~illicit_power.server.proxies.Forwarded`
    lets none through.
    """

    def __init__(self, app: ASGIApp, observe: Callable[[int], None], log_queries: bool) -> None:
        """
        :param observe: is told the status of every answer
        :param log_queries: whether the text of queries may be logged
        """
        self._app, self._observe, self._log_queries = app, observe, log_queries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client = (scope.get("client") or ("", 0))[0]
        record = RequestRecord(_given_id(Headers(scope=scope)) or new_request_id(), client)
        current_request.set(record)
        begun = time.perf_counter()
        status, size = 0, 0

        async def send_and_count(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["Request-Id"] = record.id
            elif scope["method"] != "HEAD":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, send_and_count)
        finally:
            self._observe(status)
            milliseconds = round((time.perf_counter() - begun) * 1000)
            fields = {
                "id": record.id,
                "client": client,
                "method": scope["method"],
                "path": scope["raw_path"].decode("latin-1"),
                "status": status,
                "ms": milliseconds,
                "bytes": size,
                **self._of_query(record, status),
            }
            _log.log(_level(scope["path"], status), "request", extra={"fields": fields})

    def _of_query(self, record: RequestRecord, status: int) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        if record.query is not None:
            fields["query"] = hashlib.sha256(record.query.encode()).hexdigest()[:16]
            if self._log_queries:
                fields["query_text"] = record.query
            if status == HTTPStatus.OK:
                fields["cache"] = "miss" if record.executions else "hit"
        if record.executions:
            outcomes = {execution.outcome: None for execution in record.executions}
            fields["outcome"] = ", ".join(outcomes)
            fields["engine_ms"] = round(sum(execution.ran for execution in record.executions) * 1000)
            fields["queue_ms"] = round(sum(execution.waited for execution in record.executions) * 1000)
        return fields


def _given_id(headers: Headers) -> str | None:
    given = headers.get("request-id") or headers.get("x-request-id") or ""
    return given if _REQUEST_ID.fullmatch(given) else None


def _level(path: str, status: int) -> int:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return logging.WARNING
    return logging.DEBUG if path.startswith(_QUIET) else logging.INFO
