"""Bounds of a time written in EDTF (Extended Date/Time Format, Library of Congress, 2019)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from edtf import EDTFParseException, parse_edtf
from edtf.parser.parser_classes import EDTFObject, Interval, UnspecifiedIntervalSection


@dataclass(frozen=True)
class Bounds:
    """The moments between which something began, and between which it ended (all in UTC).

    It holds *possibly* at ``t`` when ``start_earliest <= t <= end_latest``, and *certainly* when
    ``start_latest <= t <= end_earliest``.
    """

    start_earliest: datetime
    start_latest: datetime
    end_earliest: datetime
    end_latest: datetime


def bounds(edtf: str, horizon: str) -> Bounds:
    """The bounds of a time.

    One date says "at some time within"; an interval says "throughout". An open end (``..``) reaches to the end of the
    horizon, an open start to its beginning; an unknown end (nothing after the slash) lies anywhere between the start
    and the end of the horizon, and an unknown start likewise. An approximate or uncertain date (``~``, ``?``) is
    widened by one unit of its own precision on either side.

    :param edtf: the time, an EDTF level 0 or 1 string such as ``2007-03/..``
    :param horizon: the time that the source speaks of, an EDTF interval of two dates such as ``1970/2014``
    :raises ValueError: when the string is not EDTF, is out of order, or lies outside the horizon
    """
    parsed, whole = _parse(edtf), _parse(horizon)
    if not isinstance(whole, Interval):
        raise ValueError(f"the horizon “{horizon}” is not an interval: write 1970/2014")
    beginning, end = _span(whole.lower)[0], _span(whole.upper)[1]
    if not isinstance(parsed, Interval):
        earliest, latest = _span(parsed)
        result = Bounds(earliest, latest, earliest, latest)
    else:
        start_text, _, end_text = edtf.partition("/")
        start = (beginning, beginning) if start_text == ".." else _known_span(parsed.lower)
        finish = (end, end) if end_text == ".." else _known_span(parsed.upper)
        start_earliest, start_latest = start or (beginning, finish[1] if finish else end)
        end_earliest, end_latest = finish or (start_earliest, end)
        result = Bounds(start_earliest, min(start_latest, end_latest), max(start_earliest, end_earliest), end_latest)
    if result.start_earliest > result.end_latest:
        raise ValueError(f"“{edtf}” ends before it begins, or begins after the horizon of its source ({horizon})")
    return result


@cache
def _parse(edtf: str) -> EDTFObject:
    try:
        parsed: EDTFObject = parse_edtf(edtf)
    except EDTFParseException as error:
        raise ValueError(
            f"“{edtf}” is not an EDTF date: write 2007, 2007-08, 2007-08-27, 2006/2007, 2007-03/.. or 2004~"
        ) from error
    return parsed


def _known_span(date: EDTFObject) -> tuple[datetime, datetime] | None:
    """The span of one end of an interval, or None where that end is open or unknown."""
    return None if isinstance(date, UnspecifiedIntervalSection) else _span(date)


def _span(date: EDTFObject) -> tuple[datetime, datetime]:
    """First and last second that a date can mean."""
    earliest, latest = date.lower_strict(), date.upper_strict()
    first = datetime(earliest.tm_year, earliest.tm_mon, earliest.tm_mday, tzinfo=UTC)
    last = datetime(latest.tm_year, latest.tm_mon, latest.tm_mday, 23, 59, 59, tzinfo=UTC)
    text = str(date)
    if not text.endswith(("~", "?", "%")):
        return first, last
    match text.rstrip("~?%").count("-"):
        case 0:
            return first.replace(year=first.year - 1), last.replace(year=last.year + 1)
        case 1:
            return _first_of_month(first, -1), _last_of_month(last, +1)
        case _:
            return datetime.fromtimestamp(first.timestamp() - 86_400, UTC), datetime.fromtimestamp(
                last.timestamp() + 86_400, UTC
            )


def _first_of_month(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=1)


def _last_of_month(moment: datetime, months: int) -> datetime:
    first = _first_of_month(moment, months)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def in_words(edtf: str) -> str:
    """A time in English, for labels: ``2007-03/..`` is "from March 2007 on".

    :param edtf: an EDTF string that :func:`bounds` accepts
    """
    start, slash, end = edtf.partition("/")
    if not slash:
        return _date_in_words(start)
    from_ = {"": "from an unknown date", "..": ""}.get(start, f"from {_date_in_words(start)}")
    to = {"": "to an unknown date", "..": "on" if from_ else "at all times"}.get(end, f"to {_date_in_words(end)}")
    return f"{from_} {to}".strip()


def _date_in_words(date: str) -> str:
    about = "about " if date.endswith(("~", "%")) else "perhaps " if date.endswith("?") else ""
    match date.rstrip("~?%").split("-"):
        case [year, month, day]:
            return f"{about}{int(day)} {calendar.month_name[int(month)]} {year}"
        case [year, month]:
            return f"{about}{calendar.month_name[int(month)]} {year}"
        case _:
            return about + date.rstrip("~?%").replace("X", "0") + ("s" if "X" in date else "")
