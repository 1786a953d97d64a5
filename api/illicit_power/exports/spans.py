"""The span of time that what is written speaks for, as against what bounds that are derived merely allow."""

from __future__ import annotations

from datetime import datetime

from illicit_power.engine.in_process import Row
from illicit_power.model.iris import VOCABULARY

_DERIVED = str(VOCABULARY["time-basis/derived"])


def written_span(claim: Row) -> tuple[datetime, datetime]:
    """The first and the last moment of a claim for which its time as written speaks.

    An end that is written reaches as far as its bound. Where the time leaves the beginning open, it speaks for what it
    says itself: a state seen in March 2008 for March 2008, "by 2007" for the end of 2007, "from 2005 on, to an unknown
    date" for the time in which it began.

    :param claim: with its four bounds, the basis of either side, and ``attested_edtf``; its time is not derived
    """
    start_earliest, start_latest, end_earliest, end_latest = (
        _moment(claim, name) for name in ("start_earliest", "start_latest", "end_earliest", "end_latest")
    )
    seen = claim["attested_edtf"] is not None
    first, last = start_earliest, end_latest
    if claim["start_basis"] == _DERIVED:
        says_when_it_lasted = seen or end_earliest > start_earliest
        first = min(start_latest, end_earliest) if says_when_it_lasted else start_latest
    if claim["end_basis"] == _DERIVED:
        says_when_it_lasted = seen or start_latest < end_latest
        last = max(start_latest, end_earliest) if says_when_it_lasted else end_earliest
    return first, last


def _moment(claim: Row, name: str) -> datetime:
    moment = claim[name]
    assert isinstance(moment, datetime), f"{name} is a dateTime"
    return moment
