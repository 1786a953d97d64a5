from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from illicit_power.model.time import bounds, in_words

HORIZON = "1970/2014"


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
    ],
)
def test_each_form_of_edtf_has_its_bounds(edtf: str, expected: tuple[str, ...]) -> None:
    found = bounds(edtf, HORIZON)
    moments = (found.start_earliest, found.start_latest, found.end_earliest, found.end_latest)
    assert tuple(moment.date().isoformat() for moment in moments) == expected


def test_bounds_reach_from_the_first_to_the_last_second_in_utc() -> None:
    found = bounds("2007-08-27", HORIZON)
    assert found.start_earliest == datetime(2007, 8, 27, 0, 0, 0, tzinfo=UTC)
    assert found.end_latest == datetime(2007, 8, 27, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("edtf", "complaint"),
    [
        ("around 2007", "is not an EDTF date"),
        ("2007-13", "is not an EDTF date"),
        ("2007-02-30", "is not an EDTF date"),
        ("2008/2007", "ends before it begins"),
        ("2015/..", "begins after the horizon"),
    ],
)
def test_what_has_no_bounds_is_refused_with_the_reason(edtf: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        bounds(edtf, HORIZON)


@given(st.dates(min_value=datetime(1900, 1, 1).date(), max_value=datetime(2014, 12, 31).date()), st.booleans())
def test_bounds_are_in_order_for_any_interval(day: object, open_end: bool) -> None:
    found = bounds(f"{day}/.." if open_end else f"{day}/2014", HORIZON)
    assert found.start_earliest <= found.start_latest <= found.end_latest
    assert found.start_earliest <= found.end_earliest <= found.end_latest


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2007-08-27", "27 August 2007"),
        ("2007-03", "March 2007"),
        ("197X", "1970s"),
        ("2004~", "about 2004"),
        ("2005/2007", "from 2005 to 2007"),
        ("/2007-03", "from an unknown date to March 2007"),
        ("../2007", "to 2007"),
        ("2007-03/..", "from March 2007 on"),
        ("2007-03/", "from March 2007 to an unknown date"),
    ],
)
def test_times_in_words(edtf: str, words: str) -> None:
    assert in_words(edtf) == words
