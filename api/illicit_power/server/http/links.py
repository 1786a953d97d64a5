"""Link header fields (RFC 8288) that lead programs around, and the addresses in them.

FAIR Signposting Profile, level 1: https://signposting.org/FAIR/.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from fastapi import Request

from illicit_power.dataset.publication import LICENSE
from illicit_power.engine.formats import ResultFormat
from illicit_power.model.iris import BASE
from illicit_power.server.http.content_negotiation import HTML

PAGE_TYPE: Final = "https://schema.org/AboutPage"


def link(target: str, relation: str, media_type: str | None = None) -> str:
    """One link of a Link header (RFC 8288)."""
    return f'<{target}>; rel="{relation}"' + (f'; type="{media_type}"' if media_type else "")


def document_links(root: str, path: str, format_: ResultFormat, formats: Sequence[ResultFormat]) -> str:
    """The Link header of a document.

    The IRI of the thing is what to cite; the page is described by the RDF documents, and these describe the thing.

    :param root: the path prefix under which this server is reached
    :param path: of the thing under our base, percent-encoded
    :param format_: of the document
    :param formats: in which there is one
    """
    address = f"{root}/{path}"
    others = [other for other in formats if other != format_]
    # PyLD (up to 3.3) cannot load JSON whose Link header has several alternates; the page leads to the rest.
    alternates = [HTML] if "json" in format_.media_type else others
    links = [
        link(BASE + path, "cite-as"),
        link(f"{BASE}{path}.{format_.name}", "canonical"),
        *(link(f"{address}.{other.name}", "alternate", other.media_type) for other in alternates),
        link(LICENSE, "license"),
        link(f"{root}/", "collection", HTML.media_type),
    ]
    if format_ == HTML:
        links.append(link(PAGE_TYPE, "type"))
        links += [link(f"{address}.{other.name}", "describedby", other.media_type) for other in others]
    else:
        links.append(link(f"{address}.{HTML.name}", "describes", HTML.media_type))
    return ", ".join(links)


def public_address(request: Request, published_at: str, path: str) -> str:
    """An absolute address: persistent where the operator has one, else by the host that the request was sent to.

    :param published_at: the persistent address of this server; empty where it has none
    :param path: under the root of this server, with a slash at its beginning
    """
    base = published_at or str(request.base_url)
    return quote(base.rstrip("/") + path, safe=":/[]")
