"""The request context: what is known of the request that is being answered, for its line in the access log, the rate
limits of its client, and its problem documents."""

from __future__ import annotations

import secrets
from contextvars import ContextVar
from dataclasses import dataclass, field

from illicit_power.engine.query import Execution


@dataclass
class RequestContext:
    """One request.

    :ivar id: names it in its answer and in the log
    :ivar client: IP address of whoever asks
    :ivar query: the SPARQL query that it carries, where it does
    :ivar executions: what came of the queries that were run for it
    """

    id: str
    client: str
    query: str | None = None
    executions: list[Execution] = field(default_factory=list)


current_request: ContextVar[RequestContext | None] = ContextVar("current_request", default=None)
"""The request that the running task works for. Tasks that it starts share the record."""


def new_request_id() -> str:
    """A name for a request, that nobody can guess."""
    return secrets.token_hex(8)


def note_query(text: str | None) -> None:
    """Remember the query that the current request carries."""
    record = current_request.get()
    if record:
        record.query = text
