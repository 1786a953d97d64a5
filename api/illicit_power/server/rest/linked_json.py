"""JSON of the facade: JSON-LD whose context is named by the address at which it is served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from starlette.responses import Response

from illicit_power.dataset.jsonld import CONTEXT_PATH, NodeObject, to_bytes
from illicit_power.engine.formats import JSON_LD, ResultFormat
from illicit_power.server.dependencies import SettingsDependency
from illicit_power.server.http.graphs import PLAIN_JSON
from illicit_power.server.http.links import link, public_address

_CONTEXT_RELATION: Final = "http://www.w3.org/ns/json-ld#context"
_NO_HEADERS: Final[Mapping[str, str]] = {}


def _context(request: Request, settings: SettingsDependency) -> str:
    return public_address(request, settings.published_at, CONTEXT_PATH)


ContextDependency = Annotated[str, Depends(_context)]
"""The address of the context."""


def linked_json(
    content: NodeObject,
    context: str,
    format_: ResultFormat,
    *,
    terms: Mapping[str, Any] | None = None,
    links: Sequence[str] = (),
    headers: Mapping[str, str] = _NO_HEADERS,
) -> Response:
    """JSON-LD, or plain JSON with a link to its context (https://www.w3.org/TR/json-ld11/#interpreting-json-as-json-ld).

    :param context: its address
    :param terms: definitions that come on top of the context
    :param links: of the Link header
    """
    if format_ == PLAIN_JSON:
        links = [*links, link(context, _CONTEXT_RELATION, JSON_LD.media_type)]
    document = {"@context": [context, terms] if terms else context, **content}
    headers = {"Vary": "Accept", **headers, **({"Link": ", ".join(links)} if links else {})}
    return Response(to_bytes(document), 200, headers, format_.content_type)
