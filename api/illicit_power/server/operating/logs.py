"""The log: a line for each request and each event, as text for people or as JSON for machines, on standard error.

What clients send is in it only in escaped form, so that nobody can write a line of their own.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final, Literal

from illicit_power.server.http.request_context import current_request


def configure(format_: Literal["text", "json"], level: Literal["debug", "info", "warning", "error"]) -> None:
    """Log to standard error from now on."""
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
    """Text without what moves a terminal's cursor or turns its direction, which is escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _in_words(fields: dict[str, Any]) -> str:
    shown = [f"{fields['ms']} ms", f"{fields['bytes']:,} bytes", fields["client"], fields["id"]]
    shown += [fields[name] for name in ("outcome", "query_text") if fields.get(name, "answered") != "answered"]
    return f"{fields['status']} {fields['method']} {fields['path']} · " + " · ".join(shown)
