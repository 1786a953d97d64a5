"""Query operations as requests carry them: SPARQL 1.1 Protocol, 2.1 (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request
from starlette.exceptions import HTTPException

from illicit_power.model.iris import is_iri
from illicit_power.server.http import bodies
from illicit_power.server.http.bodies import FORM

DIRECT: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_READ_ONLY: Final = "This endpoint is read-only: it takes queries, no updates."
MAX_BODY_BYTES: Final = 1_000_000


@dataclass(frozen=True)
class Operation:
    """What a request asks.

    :ivar text: the query; None where there is none
    :ivar format: the name of the result format, where the request names one
    :ivar explain: whether the query is to be explained, not answered
    :ivar timeout: seconds that the query may run, where the request says so
    """

    text: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str | None
    explain: bool
    timeout: float | None


_QUERY_SCHEMA: Final = {"type": "string", "examples": ["ASK { ?s ?p ?o }"]}
_PARAMETERS: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "default-graph-uri": (
        {"type": "array", "items": {"type": "string", "format": "uri"}},
        "graphs of the dataset that make the default graph; without them it is the union of all",
    ),
    "named-graph-uri": (
        {"type": "array", "items": {"type": "string", "format": "uri"}},
        "graphs of the dataset for GRAPH; without them and without default graphs it sees all",
    ),
    "format": ({"type": "string", "examples": ["csv"]}, "the result format by name, for whoever cannot send Accept"),
    "timeout": (
        {"type": "number", "exclusiveMinimum": 0},
        "seconds that the query may run, up to the server's maximum",
    ),
    "explain": (
        {"type": "boolean", "default": False},
        "instead of the answer, why the query finds what it finds, part by part: as plain text or JSON",
    ),
}


def _in_address(names: dict[str, tuple[dict[str, Any], str]]) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "schema": schema, "description": description}
        for name, (schema, description) in names.items()
    ]


OPENAPI_OF_GET: Final[dict[str, Any]] = {
    "parameters": _in_address({"query": (_QUERY_SCHEMA, "SPARQL 1.1 Query"), **_PARAMETERS})
}
"""The query operation by GET, as OpenAPI describes an operation (https://spec.openapis.org/oas/v3.1.0#operation-object)."""

OPENAPI_OF_POST: Final[dict[str, Any]] = {
    "parameters": _in_address(_PARAMETERS),
    "requestBody": {
        "required": True,
        "content": {
            DIRECT: {"schema": _QUERY_SCHEMA},
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["query"],
                    "properties": {
                        "query": _QUERY_SCHEMA,
                        **{name: schema for name, (schema, _) in _PARAMETERS.items()},
                    },
                }
            },
        },
    },
}
"""The query operation by POST."""


async def read_operation(request: Request) -> Operation:
    """The operation of a GET, HEAD, POST or QUERY request.

    :raises HTTPException: 400, 413 or 415, when it is none
    """
    if request.method in ("GET", "HEAD"):
        return _operation(request.url.query)
    is_update = request.headers.get("content-type", "").lower().startswith(_UPDATE)
    advice = _READ_ONLY if is_update else f"Send a query as {DIRECT}, or as {FORM} with the field query."
    media_type = bodies.media_type(request, (FORM, DIRECT), advice, {"Accept-Query": DIRECT})
    body = await bodies.text(request, MAX_BODY_BYTES)
    if media_type == FORM:
        return _operation(f"{request.url.query}&{body}" if request.url.query else body)
    return _operation(request.url.query, body)


def _operation(encoded: str, text: str | None = None) -> Operation:
    parameters = bodies.parameters(encoded)
    queries = [*parameters.get("query", []), *([text] if text is not None else [])]
    if "update" in parameters:
        raise HTTPException(HTTPStatus.BAD_REQUEST, _READ_ONLY)
    if len(queries) > 1:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "Give one query, not several.")
    return Operation(
        text=queries[0] if queries else None,
        default_graphs=_iris(parameters, "default-graph-uri"),
        named_graphs=_iris(parameters, "named-graph-uri"),
        format=parameters.get("format", [None])[-1] or None,
        explain=_flag(parameters.get("explain", ["false"])[-1]),
        timeout=_seconds(parameters.get("timeout", [None])[-1]),
    )


def _iris(parameters: dict[str, list[str]], name: str) -> tuple[str, ...]:
    for iri in (values := parameters.get(name, [])):
        if not is_iri(iri):
            raise HTTPException(HTTPStatus.BAD_REQUEST, f"{name} wants an absolute IRI, not “{iri[:100]}”.")
    return tuple(values)


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"explain wants true or false, not “{text[:40]}”.")
    return text.lower() == "true"


def _seconds(text: str | None) -> float | None:
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"timeout wants a number of seconds, such as 5, not “{text[:40]}”.")
    return seconds
