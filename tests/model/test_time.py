"""Each form of a time has its bounds, says itself in words, and is refused with the reason where it is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from illicit_power.model.time import (
    Bounds,
    attested_bounds,
    attested_in_words,
    horizon_span,
    interval_bounds,
    time_bounds,
    time_in_words,
)

HORIZON = horizon_span("1970/2014")


def days(bounds: Bounds) -> tuple[str, ...]:
    """The days of the four bounds; empty where there is none."""
    moments = (bounds.start_earliest, bounds.start_latest, bounds.end_earliest, bounds.end_latest)
    return tuple(moment.date().isoformat() if moment else "" for moment in moments)


def whole(bounds: Bounds) -> Bounds:
    """Bounds within the horizon."""
    assert HORIZON.earliest
    assert HORIZON.latest
    return bounds.within(HORIZON.earliest, HORIZON.latest)


@pytest.mark.parametrize(
    ("edtf", "expected"),
    [
        ("2007", ("2007-01-01", "2007-12-31", "2007-01-01", "2007-12-31")),
        ("2007-02", ("2007-02-01", "2007-02-28", "2007-02-01", "2007-02-28")),
        ("2007-08-27", ("2007-08-27", "2007-08-27", "2007-08-27", "2007-08-27")),
        ("197X", ("1970-01-01", "1979-12-31", "1970-01-01", "1979-12-31")),
        ("2005/2007", ("2005-01-01", "2005-12-31", "2007-01-01", "2007-12-31")),
        ("2007-03/2008-02-15", ("2007-03-01", "2007-03-31", "2008-02-15", "2008-02-15")),
        ("2007-03/..", ("2007-03-01", "2007-03-31", "2014-12-31", "2014-12-31")),
        ("2007-03/2007", ("2007-03-01", "2007-03-31", "2007-03-01", "2007-12-31")),
        ("2007/2007-03", ("2007-01-01", "2007-03-31", "2007-03-01", "2007-03-31")),
        ("2007-03/", ("2007-03-01", "2007-03-31", "2007-03-01", "2014-12-31")),
        ("/2007-03", ("1970-01-01", "2007-03-31", "2007-03-01", "2007-03-31")),
        ("../2007-03", ("1970-01-01", "1970-01-01", "2007-03-01", "2007-03-31")),
        ("2004~", ("2003-01-01", "2005-12-31", "2003-01-01", "2005-12-31")),
        ("2007-01?", ("2006-12-01", "2007-02-28", "2006-12-01", "2007-02-28")),
        ("2007-01-01~", ("2006-12-31", "2007-01-02", "2006-12-31", "2007-01-02")),
        ("2006~/2007-12~", ("2005-01-01", "2007-12-31", "2007-11-01", "2008-01-31")),
        ("[2006-02-23..2006-12]", ("2006-02-23", "2006-12-31", "2006-02-23", "2006-12-31")),
        ("[..2007]", ("1970-01-01", "2007-12-31", "1970-01-01", "2007-12-31")),
        ("[2006-03..]", ("2006-03-01", "2014-12-31", "2006-03-01", "2014-12-31")),
    ],
)
def test_each_form_of_edtf_has_its_bounds(edtf: str, expected: tuple[str, ...]) -> None:
    assert days(whole(time_bounds(edtf, HORIZON))) == expected


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("[2006-02-23..2006-12]", "2007", ("2006-02-23", "2006-12-31", "2007-01-01", "2007-12-31")),
        ("2003-07", "[2008-05..]", ("2003-07-01", "2003-07-31", "2008-05-01", "2014-12-31")),
        ("[..2007]", "", ("1970-01-01", "2007-12-31", "1970-01-01", "2014-12-31")),
        ("2005", "[..2007]", ("2005-01-01", "2005-12-31", "2005-01-01", "2007-12-31")),
        ("[2005..2006]", "..", ("2005-01-01", "2006-12-31", "2014-12-31", "2014-12-31")),
    ],
)
def test_the_ends_of_an_interval_may_be_ranges(begin: str, end: str, expected: tuple[str, ...]) -> None:
    assert days(whole(interval_bounds(begin, end, HORIZON))) == expected


def test_a_state_that_was_seen_began_no_later_and_ended_no_earlier() -> None:
    assert days(attested_bounds("2008-03")) == ("", "2008-03-31", "2008-03-01", "")


def test_what_a_time_leaves_open_is_bounded_by_a_span() -> None:
    seen = attested_bounds("2008-03").within(datetime(2006, 5, 1, tzinfo=UTC), datetime(2010, 5, 1, tzinfo=UTC))
    assert days(seen) == ("2006-05-01", "2008-03-31", "2008-03-01", "2010-05-01")
    with pytest.raises(ValueError, match="lies outside 2009-01-01 to 2010-01-01"):
        time_bounds("2008", HORIZON).within(datetime(2009, 1, 1, tzinfo=UTC), datetime(2010, 1, 1, tzinfo=UTC))


def test_bounds_reach_from_the_first_to_the_last_second_in_utc() -> None:
    found = time_bounds("2007-08-27", HORIZON)
    assert found.start_earliest == datetime(2007, 8, 27, 0, 0, 0, tzinfo=UTC)
    assert found.end_latest == datetime(2007, 8, 27, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("edtf", "complaint"),
    [
        ("around 2007", "is not an EDTF date"),
        ("2007-13", "is not an EDTF date"),
        ("2007-22", "is not an EDTF date"),
        ("2007-02-30", "is not an EDTF date"),
        ("{2006..2007}", "is not an EDTF date"),
        ("2008/2007", "ends before it begins"),
        ("[2008..2007]", "ends before it begins"),
        ("2015/..", "ends before it begins"),
        ("[..]", "says nothing of when"),
        ("../..", "says nothing of when"),
        ("[2004..2005]/2007", "write its ends apart, as ips:begin and ips:end"),
        ("2015", "lies outside"),
    ],
)
def test_what_has_no_bounds_is_refused_with_the_reason(edtf: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        whole(time_bounds(edtf, HORIZON))


@pytest.mark.parametrize("horizon", ["2007", "1970/..", "/2014", "2014/1970"])
def test_a_horizon_is_an_interval_of_two_dates(horizon: str) -> None:
    with pytest.raises(ValueError, match=r"horizon|ends before"):
        horizon_span(horizon)


@given(st.dates(min_value=datetime(1970, 1, 1).date(), max_value=datetime(2014, 12, 31).date()), st.booleans())
def test_bounds_are_in_order_for_any_interval(day: object, open_end: bool) -> None:
    found = whole(time_bounds(f"{day}/.." if open_end else f"{day}/2014", HORIZON))
    assert days(found)[0] <= days(found)[1] <= days(found)[3]
    assert days(found)[0] <= days(found)[2] <= days(found)[3]


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2007-08-27", "27 August 2007"),
        ("2007-03", "March 2007"),
        ("197X", "the 1970s"),
        ("2004~", "about 2004"),
        ("2005/2007", "from 2005 to 2007"),
        ("/2007-03", "until March 2007"),
        ("../2007", "to 2007"),
        ("2007-03/..", "from March 2007 on"),
        ("2007-03/", "from March 2007 to an unknown date"),
        ("[..2007]", "by 2007"),
        ("[2006-03..]", "March 2006 or later"),
        ("[2006-02-23..2006-12]", "some time between 23 February 2006 and December 2006"),
    ],
)
def test_times_in_words(edtf: str, words: str) -> None:
    assert time_in_words(edtf) == words


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2008-03", "seen in March 2008"),
        ("2008-03-25", "seen on 25 March 2008"),
        ("[..2006]", "seen by 2006"),
        ("[2005..2007]", "seen some time between 2005 and 2007"),
    ],
)
def test_attested_dates_in_words(edtf: str, words: str) -> None:
    assert attested_in_words(edtf) == words
