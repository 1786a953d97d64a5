"""Filters by time, and on what ground a match rests: what the source states, what its context gives, what is derived.

Some of the four bounds of a claim may be derived. A match rests on what is written as long as the time *as written*
speaks for the moment that is asked for: a state seen in March 2008 for March 2008, "from 2005 on, to an unknown date"
for the time in which it began. Where only a bound that is derived reaches the moment, the match is derived. A part in
an event, and its place, have the time of the event.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from illicit_power.server.http.parameters import Parameters
from illicit_power.server.rest.filters import BEGINNING, DAY, END, Filter

BASES: Final = ("stated", "context", "derived")
"""On what a match can rest, the firmest first."""

DEFAULT_BASES: Final = BASES[:2]

CERTAINTY: Final = ("possibly", "certainly")
"""On a day: whether it can have been so (the first, and the default), or must have been."""

_BOUNDS: Final = """{0} ips:timeBasis ?timeBasis% ; ips:startBasis ?startBasis% ; ips:endBasis ?endBasis% ;
          ips:startEarliest ?startEarliest% ; ips:startLatest ?startLatest% ;
          ips:endEarliest ?endEarliest% ; ips:endLatest ?endLatest% .
  OPTIONAL {{ {0} ips:attested ?seen% }}"""
_DATED: Final = f"""%link%
{{ {_BOUNDS.format("%claim%")} }}
UNION
{{
  {{ %claim% a ips:ParticipatedIn ; ips:object ?ofEvent% }} UNION {{ %claim% a ips:OccurredIn ; ips:subject ?ofEvent% }}
  ?dating% a ips:Occurrence ; ips:subject ?ofEvent% .
  {_BOUNDS.format("?dating%")}
}}
"""
_SPEAKS_FROM: Final = (
    "(?startBasis% != time-basis:derived || ?startLatest% <= {0}"
    " || (?endEarliest% <= {0} && (BOUND(?seen%) || ?startEarliest% < ?endEarliest%)))"
)
"""Whether the time as written speaks for some moment up to one."""

_SPEAKS_UNTIL: Final = (
    "(?endBasis% != time-basis:derived || {0} <= ?endEarliest%"
    " || ({0} <= ?startLatest% && (BOUND(?seen%) || ?startLatest% < ?endLatest%)))"
)
"""Whether it speaks for some moment from one on."""


def filters_by_time(link: str, claim: str) -> tuple[Filter, ...]:
    """The filters ``on``, ``from`` and ``to``.

    :param link: connects ``?item`` with a claim; empty for a claim itself
    :param claim: the variable of that claim
    """
    dated = _named(_DATED.replace("%link%", link).replace("%claim%", claim), "")
    possibly = "?startEarliest <= ?on && ?on <= ?endLatest"
    certainly = "?startLatest <= ?on && ?on <= ?endEarliest"
    on = _named(f"{_SPEAKS_FROM.format('?on')} && {_SPEAKS_UNTIL.format('?on')}", "")
    from_, to = _named(_SPEAKS_UNTIL.format("?from"), ""), _named(_SPEAKS_FROM.format("?to"), "")
    what = "a day: only what can have been so on it (see certainty and basis)"
    return (
        Filter("on", DAY, what, possibly, certainly, "2007-02-15", dated, on),
        Filter(
            "from",
            BEGINNING,
            "not over before this year, month or day",
            "?from <= ?endLatest",
            "",
            "2007",
            dated,
            from_,
        ),
        Filter("to", END, "begun by this year, month or day", "?startEarliest <= ?to", "", "2008-06", dated, to),
    )


@dataclass(frozen=True)
class Narrowing:
    """What the filters of a request ask for.

    :ivar patterns: those that hold of ``?item``, whatever its time
    :ivar time: what binds ``?rank`` for an ``?item`` whose time is right: the place in :data:`BASES` (from 1) of what
        the match rests on; empty where no time is asked for
    :ivar bases: on which of :data:`BASES` a match may rest
    """

    patterns: tuple[str, ...]
    time: str = ""
    bases: tuple[str, ...] = ()


def narrowed(parameters: Parameters, filters: Iterable[Filter], given: Iterable[Filter]) -> Narrowing:
    """What the given filters ask for, as ``certainty`` and ``basis`` have it.

    :param filters: all that could be given
    """
    by_time = [filter_ for filter_ in given if filter_.time]
    patterns = tuple(filter_.pattern for filter_ in given if not filter_.time)
    if not any(filter_.time for filter_ in filters):
        return Narrowing(patterns)
    certain = parameters.choose("certainty", CERTAINTY) == CERTAINTY[1]
    bases = parameters.choose_several("basis", BASES, DEFAULT_BASES)
    said = parameters.get("certainty")
    if said is not None and not any(filter_.certain_pattern for filter_ in by_time):
        parameters.complain("certainty", said, "says how on is meant: give on too")
    said = parameters.get("basis")
    if said is not None and not by_time:
        parameters.complain("basis", said, "says on what on, from and to may rest: give one of them too")
    if not by_time:
        return Narrowing(patterns)
    asked = " && ".join((certain and filter_.certain_pattern) or filter_.pattern for filter_ in by_time)
    written = " && ".join(["?timeBasis != time-basis:derived", *(filter_.written for filter_ in by_time)])
    rank = f"IF({written}, IF(?timeBasis = time-basis:stated, 1, 2), 3)"
    return Narrowing(patterns, f"{by_time[0].time} FILTER({asked}) BIND({rank} AS ?rank)", bases)


def within_phase(link: str, claim: str, *others: str) -> str:
    """That something lies in ``?phase``: it is told in a section on the phase, its time as written overlaps that of
    the phase, or another pattern holds.

    :param link: connects ``?item`` with a claim; empty for a claim itself
    :param claim: the variable of that claim
    """
    overlap = (
        "?phaseOf a ips:PhaseOf ; ips:subject ?phase ; ips:startEarliest ?phaseFrom ; ips:endLatest ?phaseTo . "
        + _DATED.replace("%link%", link).replace("%claim%", claim)
        + "FILTER(?timeBasis% != time-basis:derived && ?startEarliest% <= ?phaseTo && ?phaseFrom <= ?endLatest% && "
        + f"{_SPEAKS_FROM.format('?phaseTo')} && {_SPEAKS_UNTIL.format('?phaseFrom')})"
    )
    alternatives = (_named(overlap, "InPhase"), f"{link} {claim} ips:inPhase ?phase .", *others)
    return " UNION ".join(f"{{ {alternative} }}" for alternative in alternatives)


def _named(pattern: str, suffix: str) -> str:
    """A pattern whose variables have a suffix, so that it can stand beside itself."""
    return pattern.replace("%", suffix)
