"""Content negotiation (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Final

from fastapi import Request

from illicit_power.engine.formats import FORMATS, ResultFormat
from illicit_power.engine.query import Accepted
from illicit_power.server.http.header_fields import MAX_FIELD_BYTES
from illicit_power.server.http.problems import HTTPProblem

HTML: Final = ResultFormat("html", "text/html", ("application/xhtml+xml",), text=True)
_NONE_FITS: Final = "Accept takes none of the formats that there are."
_ANY: Final = "*/*"
_PIECE: Final = re.compile(r'"(?:[^"\\]|\\.?)*"?|[^",;]+|[,;]', re.DOTALL)
"""A quoted string (RFC 9110, 5.6.4), text without quotes, or a delimiter; each character belongs to one, so that a
header is read in one pass."""
_WEIGHT: Final = re.compile(r"q\s*=\s*(?P<value>.*)", re.IGNORECASE | re.DOTALL)
_QVALUE: Final = re.compile(r"0(\.\d*)?|1(\.0*)?|\.\d+", re.ASCII)

MediaRanges = Mapping[str, float]
"""Media ranges in lower case without parameters, each with its weight."""


def best_format(accept: str | None, offered: Sequence[ResultFormat]) -> ResultFormat | None:
    """The format that an Accept header likes best; among equals one that it names, above all by the type that answers
    have, else the first that is offered.

    A range such as ``text/*`` stands for the media types that answers have; the others of a format count only where
    the header names them. Parameters of media types make no difference.

    :param accept: the header; None stands for ``*/*``
    :return: None when the header takes none of them
    """
    ranges = media_ranges(accept or _ANY)

    def liking(format_: ResultFormat) -> tuple[float, bool, bool]:
        types = [format_.media_type, *(type_ for type_ in format_.other_media_types if type_ in ranges)]
        return max((_weight(ranges, type_), type_ in ranges, type_ == format_.media_type) for type_ in types)

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


@lru_cache(maxsize=256)
def media_ranges(accept: str) -> MediaRanges:
    """The media ranges of an Accept header. One that is longer than any field may be says nothing, which is ``*/*``:
    :class:`illicit_power.server.middleware.request_limits.RequestLimitsMiddleware` refuses it.

    Of a range that is given more than once the greatest weight counts; ranges whose weight is none are passed over.
    """
    if len(accept) > MAX_FIELD_BYTES:
        return {_ANY: 1.0}
    ranges: dict[str, float] = {}
    for item in _split(accept, ","):
        range_, *parameters = (part.strip() for part in _split(item, ";"))
        weights = [found["value"].strip('" ') for part in parameters if (found := _WEIGHT.fullmatch(part))]
        if range_ and all(map(_QVALUE.fullmatch, weights)):
            range_, weight = range_.lower(), float(weights[0]) if weights else 1.0
            ranges[range_] = max(ranges.get(range_, 0.0), weight)
    return ranges


def _split(text: str, delimiter: str) -> list[str]:
    """The parts of a text between delimiters that stand outside of quoted strings."""
    parts = [[""]]
    for piece in _PIECE.findall(text):
        if piece == delimiter:
            parts.append([])
        else:
            parts[-1].append(piece)
    return ["".join(part) for part in parts]


def _weight(ranges: MediaRanges, media_type: str) -> float:
    """The weight of a media type: that of the most specific range that it is in; 0 where it is in none."""
    of_its_kind = media_type.partition("/")[0] + "/*"
    return next((ranges[range_] for range_ in (media_type, of_its_kind, _ANY) if range_ in ranges), 0.0)
