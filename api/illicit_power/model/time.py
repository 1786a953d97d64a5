"""Times written in EDTF (Extended Date/Time Format, Library of Congress, 2019): what each form says, and its bounds.

A time has one of three forms. A *date* says "at some time within it". An *interval* says "throughout". An *attested*
date says that a state was seen at some time within it, and nothing of its beginning and end.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

from edtf import EDTFParseException, parse_edtf
from edtf.parser.parser_classes import EDTFObject

OPEN: Final = ".."
"""The end of an interval that reaches to the horizon of its source."""

UNKNOWN: Final = ""
"""The end of an interval that nothing is known of."""

_DATE: Final = re.compile(r"(\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?|\d{3}X)[~?%]?", re.ASCII)
_ONE_OF: Final = re.compile(r"\[(?P<first>[^\[\],]*?)\.\.(?P<last>[^\[\],]*)\]")
_FORMS: Final = (
    "write 2007, 2007-08, 2007-08-27, 197X, 2004~, an interval such as 2006/2007, 2007-03/.. or 2007-03/, "
    "or one time of a range, such as [2006-02-23..2006-12], [..2007] or [2006-03..]"
)


@dataclass(frozen=True)
class Span:
    """The first and the last second (UTC) that a date can mean.

    :ivar earliest: None where there is no first
    :ivar latest: None where there is no last
    """

    earliest: datetime | None
    latest: datetime | None


_NOWHERE: Final = Span(None, None)


@dataclass(frozen=True)
class Bounds:
    """The moments (UTC) between which something began, and between which it ended; None where the time says nothing.

    With all four known it holds *possibly* at ``t`` when ``start_earliest <= t <= end_latest``, and *certainly* when
    ``start_latest <= t <= end_earliest``.
    """

    start_earliest: datetime | None
    start_latest: datetime | None
    end_earliest: datetime | None
    end_latest: datetime | None

    def within(self, first: datetime, last: datetime) -> Bounds:
        """These bounds, with what they leave open bounded by a span.

        :raises ValueError: when the time lies outside the span
        """
        start_earliest = first if self.start_earliest is None else self.start_earliest
        end_latest = last if self.end_latest is None else self.end_latest
        if start_earliest > min(end_latest, last) or end_latest < first:
            raise ValueError(f"lies outside {first:%Y-%m-%d} to {last:%Y-%m-%d}")
        start_latest = end_latest if self.start_latest is None else min(self.start_latest, end_latest)
        end_earliest = start_earliest if self.end_earliest is None else max(self.end_earliest, start_earliest)
        return Bounds(start_earliest, max(start_latest, start_earliest), min(end_earliest, end_latest), end_latest)


def date_bounds(edtf: str) -> Bounds:
    """The bounds of what happened at some time within a date.

    :param edtf: a date (level 0 or 1), or one of a range of them (level 2): ``2007-08``, ``[..2007]``
    :raises ValueError: when it is none
    """
    span = _date_span(edtf)
    return Bounds(span.earliest, span.latest, span.earliest, span.latest)


def interval_bounds(begin: str, end: str, horizon: Span) -> Bounds:
    """The bounds of what went on throughout an interval.

    :param begin: a date as for :func:`date_bounds`, :data:`OPEN`, or :data:`UNKNOWN`
    :param end: likewise
    :param horizon: what the source speaks of, to whose ends an open interval reaches
    :raises ValueError: when an end is none of these, or the end lies before the beginning
    """
    start = Span(horizon.earliest, horizon.earliest) if begin == OPEN else _end_span(begin)
    finish = Span(horizon.latest, horizon.latest) if end == OPEN else _end_span(end)
    found = Bounds(start.earliest, start.latest, finish.earliest, finish.latest)
    if found.start_earliest and found.end_latest and found.start_earliest > found.end_latest:
        raise ValueError(f"“{begin}” to “{end}” ends before it begins")
    if finish.earliest is None and end != UNKNOWN:
        found = replace(found, end_earliest=start.earliest)
    return found


def attested_bounds(edtf: str) -> Bounds:
    """The bounds of a state that was seen at some time within a date: it began no later and ended no earlier.

    :param edtf: a date as for :func:`date_bounds`
    :raises ValueError: when it is none
    """
    span = _date_span(edtf)
    return Bounds(None, span.latest, span.earliest, None)


def time_bounds(edtf: str, horizon: Span) -> Bounds:
    """The bounds of a date or an interval.

    :param edtf: a date as for :func:`date_bounds`, or an interval of two ends with a slash between them
    :raises ValueError: when it is neither
    """
    begin, slash, end = edtf.partition("/")
    if slash and "/" not in end:
        if begin in (OPEN, UNKNOWN) and end in (OPEN, UNKNOWN):
            raise ValueError(f"“{edtf}” says nothing of when: leave the time out")
        if "[" in edtf:
            raise ValueError(f"“{edtf}” has a range as an end: write its ends apart, as ips:begin and ips:end")
        return interval_bounds(begin, end, horizon)
    return date_bounds(edtf)


@cache
def horizon_span(edtf: str) -> Span:
    """The time that a source speaks of.

    :param edtf: an interval of two dates, such as ``1970/2014``
    :raises ValueError: when it is none, or ends before it begins
    """
    begin, slash, end = edtf.partition("/")
    if not slash or {begin, end} & {OPEN, UNKNOWN}:
        raise ValueError(f"the horizon “{edtf}” is not an interval of two dates: write 1970/2014")
    found = interval_bounds(begin, end, _NOWHERE)
    return Span(found.start_earliest, found.end_latest)


def _end_span(edtf: str) -> Span:
    return _NOWHERE if edtf == UNKNOWN else _date_span(edtf)


def _date_span(edtf: str) -> Span:
    """First and last second that a date, or one of a range of dates, can mean."""
    if not (one_of := _ONE_OF.fullmatch(edtf)):
        return _precise_span(edtf)
    first, last = one_of["first"], one_of["last"]
    if not first and not last:
        raise ValueError(f"“{edtf}” says nothing of when: leave the time out")
    earliest = _precise_span(first).earliest if first else None
    latest = _precise_span(last).latest if last else None
    if earliest and latest and earliest > latest:
        raise ValueError(f"“{edtf}” ends before it begins")
    return Span(earliest, latest)


@cache
def _precise_span(edtf: str) -> Span:
    """First and last second that a date can mean. One that is not firm is widened by a unit of its own precision."""
    date = _parse(edtf)
    earliest, latest = date.lower_strict(), date.upper_strict()
    first = datetime(earliest.tm_year, earliest.tm_mon, earliest.tm_mday, tzinfo=UTC)
    last = datetime(latest.tm_year, latest.tm_mon, latest.tm_mday, 23, 59, 59, tzinfo=UTC)
    if not edtf.endswith(("~", "?", "%")):
        return Span(first, last)
    match edtf.rstrip("~?%").count("-"):
        case 0:
            return Span(first.replace(year=first.year - 1), last.replace(year=last.year + 1))
        case 1:
            return Span(_first_of_month(first, -1), _last_of_month(last, +1))
        case _:
            return Span(first - timedelta(days=1), last + timedelta(days=1))


def _parse(edtf: str) -> EDTFObject:
    if not _DATE.fullmatch(edtf):
        raise ValueError(f"“{edtf}” is not an EDTF date that is read here: {_FORMS}")
    try:
        parsed: EDTFObject = parse_edtf(edtf)
    except EDTFParseException as error:
        raise ValueError(f"“{edtf}” is not an EDTF date: {_FORMS}") from error
    return parsed


def _first_of_month(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=1)


def _last_of_month(moment: datetime, months: int) -> datetime:
    first = _first_of_month(moment, months)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def written_in_words(time: str = "", begin: str = "", end: str = "", attested: str = "") -> str:
    """A time in English, in whichever form it is written; empty where it is in none.

    :param time: as for :func:`time_bounds`
    :param begin: as for :func:`interval_bounds`
    :param end: likewise
    :param attested: as for :func:`attested_bounds`
    """
    if time:
        return time_in_words(time)
    if attested:
        return attested_in_words(attested)
    return interval_in_words(begin, end) if begin or end else ""


def time_in_words(edtf: str) -> str:
    """A date or an interval in English: ``2007-03/..`` is "from March 2007 on".

    :param edtf: as for :func:`time_bounds`
    """
    begin, slash, end = edtf.partition("/")
    return interval_in_words(begin, end) if slash else date_in_words(begin)


def interval_in_words(begin: str, end: str) -> str:
    """An interval in English.

    :param begin: as for :func:`interval_bounds`
    :param end: likewise
    """
    if begin == UNKNOWN and end not in (UNKNOWN, OPEN):
        return f"until {_end_in_words(end)}"
    from_ = {UNKNOWN: "from an unknown date", OPEN: ""}.get(begin, f"from {_end_in_words(begin)}")
    to = {UNKNOWN: "to an unknown date", OPEN: "on" if from_ else "at all times"}.get(end, f"to {_end_in_words(end)}")
    return f"{from_} {to}".strip()


def attested_in_words(edtf: str) -> str:
    """When a state was seen, in English: ``2008-03`` is "seen in March 2008"."""
    words = date_in_words(edtf)
    if edtf.startswith("["):
        return f"seen {words}"
    return f"seen {'on' if edtf.rstrip('~?%').count('-') == 2 else 'in'} {words}"


def date_in_words(edtf: str) -> str:
    """A date, or one of a range of dates, in English: ``[..2007]`` is "by 2007"."""
    if one_of := _ONE_OF.fullmatch(edtf):
        first, last = one_of["first"], one_of["last"]
        if not first:
            return f"by {_precise_in_words(last)}"
        if not last:
            return f"{_precise_in_words(first)} or later"
        return f"some time between {_precise_in_words(first)} and {_precise_in_words(last)}"
    return _precise_in_words(edtf)


def _end_in_words(edtf: str) -> str:
    """One end of an interval in English: ``[..2007]`` is "2007 or earlier"."""
    one_of = _ONE_OF.fullmatch(edtf)
    return f"{_precise_in_words(one_of['last'])} or earlier" if one_of and not one_of["first"] else date_in_words(edtf)


def _precise_in_words(date: str) -> str:
    about = "about " if date.endswith(("~", "%")) else "perhaps " if date.endswith("?") else ""
    match date.rstrip("~?%").split("-"):
        case [year, month, day]:
            return f"{about}{int(day)} {calendar.month_name[int(month)]} {year}"
        case [year, month]:
            return f"{about}{calendar.month_name[int(month)]} {year}"
        case [decade] if "X" in decade:
            return f"{about}the {decade.replace('X', '0')}s"
        case [year]:
            return about + year
    raise AssertionError(date)
