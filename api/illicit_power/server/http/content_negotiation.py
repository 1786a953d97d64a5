"""Content negotiation (RFC 9110, section 12.5.1), on werkzeug's reading of the Accept header."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from fastapi import Request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from illicit_power.engine.formats import FORMATS, ResultFormat
from illicit_power.engine.query import Accepted
from illicit_power.server.http.problems import HTTPProblem

HTML: Final = ResultFormat("html", "text/html", ("application/xhtml+xml",), text=True)
_NONE_FITS: Final = "Accept takes none of the formats that there are."


def best_format(accept: str | None, offered: Sequence[ResultFormat]) -> ResultFormat | None:
    """The format that an Accept header likes best; among equals one that it names, above all by the type that answers
    have, else the first that is offered.

    A range such as ``text/*`` stands for the media types that answers have; the others of a format count only where
    the header names them. Parameters of media types make no difference.

    :param accept: the header; None stands for ``*/*``
    :return: None when the header takes none of them
    """
    ranges = _accept(accept)
    named = set(ranges.values())

    def liking(format_: ResultFormat) -> tuple[float, bool, bool]:
        types = [format_.media_type, *(type_ for type_ in format_.other_media_types if type_ in named)]
        return max((ranges.quality(type_), type_ in named, type_ == format_.media_type) for type_ in types)

    best = max(offered, key=liking)
    return best if liking(best)[0] > 0 else None


def negotiated(request: Request, offered: Sequence[ResultFormat]) -> ResultFormat:
    """The format of the representation that a request is answered with, by its Accept header; see :func:`best_format`.

    :raises HTTPProblem: 406 where the header takes none of them
    """
    format_ = best_format(request.headers.get("accept"), offered)
    if format_ is None:
        raise not_acceptable(offered)
    return format_


def not_acceptable(offered: Sequence[ResultFormat], reason: str = _NONE_FITS) -> HTTPProblem:
    """406 Not Acceptable (RFC 9110, 15.5.7), with what is offered.

    :param reason: a sentence
    """
    available = [format_.media_type for format_ in offered]
    detail = f"{reason} Available: {', '.join(available)}."
    return HTTPProblem(HTTPStatus.NOT_ACCEPTABLE, detail, available=available)


def accepted_formats(accept: str | None) -> Accepted:
    """The format for each kind of query result that an Accept header likes best."""
    return {kind: best_format(accept, formats) for kind, formats in FORMATS.items()}


def named_formats(name: str) -> Accepted | None:
    """The formats that a ``format=`` parameter names; None when there is no format of that name.

    :param name: a name or media type, or several parted by commas as SPARQLWrapper sends them, of which one will do
    """
    names = {part.strip() for part in name.split(",")}
    chosen: Accepted = {
        kind: next((format_ for format_ in formats if not names.isdisjoint(format_.names)), None)
        for kind, formats in FORMATS.items()
    }
    return chosen if any(chosen.values()) else None


def prefers_html(accept: str | None) -> bool:
    """Whether a page is the best answer: a browser asks."""
    others = [format_ for formats in FORMATS.values() for format_ in formats]
    return best_format(accept, [*others, HTML]) == HTML


def _accept(header: str | None) -> MIMEAccept:
    ranges = parse_accept_header(header or "*/*", MIMEAccept)
    return MIMEAccept([(range_.partition(";")[0].strip().lower(), quality) for range_, quality in ranges])
