"""Explanations of queries, as answers of their own and as the help that an empty answer points to."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response

from illicit_power.engine.explanation import Explanation
from illicit_power.engine.formats import ResultFormat
from illicit_power.server.http.content_negotiation import negotiated
from illicit_power.server.http.links import link
from illicit_power.server.sparql.operations import Operation

TEXT: Final = ResultFormat("txt", "text/plain", (), ("text",), text=True)
DOCUMENT: Final = ResultFormat("json", "application/json", ("application/sparql-results+json",))
_FORMATS: Final = (TEXT, DOCUMENT)
_MOST_LINK_CHARACTERS: Final = 4_000
"""Longer headers are refused by proxies in use."""


def explanation_format(request: Request, operation: Operation) -> ResultFormat:
    """The format in which an explanation is asked for: plain text for curl, JSON for programs.

    :raises HTTPException: 400 or 406, when there is no such format
    """
    if operation.format is None:
        return negotiated(request, _FORMATS)
    for format_ in _FORMATS:
        if operation.format in format_.names:
            return format_
    listed = " or ".join(f"{format_.media_type} (format={format_.name})" for format_ in _FORMATS)
    raise HTTPException(HTTPStatus.BAD_REQUEST, f"An explanation comes as {listed}, or as a page.")


def explanation_response(explanation: Explanation, format_: ResultFormat) -> Response:
    """An explanation as text, or as the JSON of :meth:`illicit_power.engine.explanation.Explanation.document`."""
    headers = {"Vary": "Accept", "Cache-Control": "public, no-cache"}
    if format_ is TEXT:
        return PlainTextResponse(explanation.text(), headers=headers)
    return JSONResponse(explanation.document(), headers=headers)


def explanation_link(root: str, operation: Operation) -> str | None:
    """The link from an empty answer to its explanation (RFC 8288); None where the query is too long for one.

    :param root: the path prefix under which this server is reached
    """
    parameters = [
        ("query", operation.text or ""),
        *(("default-graph-uri", iri) for iri in operation.default_graphs),
        *(("named-graph-uri", iri) for iri in operation.named_graphs),
        ("explain", "true"),
    ]
    address = f"{root}/sparql?{urlencode(parameters)}"
    return link(address, "help") if len(address) <= _MOST_LINK_CHARACTERS else None
