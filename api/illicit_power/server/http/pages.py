"""Rendering of pages: Jinja2 templates that say everything without a script."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, pass_context
from jinja2.runtime import Context
from starlette.responses import Response

from illicit_power.dataset.publication import LICENSE, LICENSE_NAME
from illicit_power.engine.explanation import rows
from illicit_power.model.iris import BASE
from illicit_power.model.prefixes import Prefixes
from illicit_power.server.serving.served_dataset import ServedDataset

_TEMPLATES = Jinja2Templates(
    env=Environment(
        loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
)


@pass_context
def local_link(page: Context, iri: str) -> str:
    """Where this server shows an IRI: our own as a path of this host, any other as it is.

    Only ``http`` and ``https`` addresses become links; for others the result is empty.
    """
    if iri.startswith(BASE):
        return f"{page['root']}/{iri.removeprefix(BASE)}"
    return iri if iri.startswith(("http://", "https://")) else ""


@pass_context
def compact(page: Context, iri: str) -> str:
    """The prefixed name of an IRI, or the IRI itself where no prefix fits."""
    prefixes: Prefixes = page["prefixes"]
    return prefixes.compact(str(iri))


def anchor(title: str) -> str:
    """The fragment identifier of a heading."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


_TEMPLATES.env.globals.update(license=LICENSE, license_name=LICENSE_NAME)
_TEMPLATES.env.filters.update(anchor=anchor, compact=compact, local_link=local_link, rows=rows)


def local_path(request: Request) -> str:
    """The path that is asked for, without the prefix under which this server is reached."""
    scope = request.scope
    path: str = scope["path"]
    return path.removeprefix(scope["root_path"])


def render(
    request: Request, template: str, context: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """A page from a template and what it shows.

    Every template has ``root``, the prefix of its links, ``here``, the path that is shown, ``served_version``,
    ``prefixes``, those of the dataset, and ``is_published``: whether what is served is the publication with its
    license and downloads rather than files of the operator's choice.
    """
    served: ServedDataset = request.state.served
    context = {
        "root": request.scope["root_path"],
        "here": local_path(request),
        "served_version": served.version,
        "prefixes": served.engine.prefixes,
        "is_published": served.edition.folder is not None,
        **context,
    }
    response: Response = _TEMPLATES.TemplateResponse(request, template, context, status, headers)
    return response
