"""How an Accept header is read (RFC 9110, 12.5.1), whatever is in it."""

from __future__ import annotations

import pytest

from illicit_power.engine.formats import CSV, JSON, XML
from illicit_power.server.http.content_negotiation import HTML, best_format, media_ranges
from illicit_power.server.http.header_fields import MAX_FIELD_BYTES


@pytest.mark.parametrize(
    ("accept", "ranges"),
    [
        ("text/csv", {"text/csv": 1.0}),
        ("Text/CSV ; Header=present; Q=0.5, */* ; q = .1", {"text/csv": 0.5, "*/*": 0.1}),
        ('a/b;x="q=0, c/d";q=0.3,e/f', {"a/b": 0.3, "e/f": 1.0}),
        ('a/b;x="\\"", c/d', {"a/b": 1.0, "c/d": 1.0}),
        ('a/b;x="never ends, c/d', {"a/b": 1.0}),
        ("a/b;q=0.2, a/b;q=0.7", {"a/b": 0.7}),
        ("a/b;q=2, c/d;q=-1, e/f;q=x, g/h;q=", {}),
        (",, ;q=1,a/b,", {"a/b": 1.0}),
    ],
)
def test_a_range_has_its_weight(accept: str, ranges: dict[str, float]) -> None:
    assert dict(media_ranges(accept)) == ranges


def test_the_most_specific_range_decides() -> None:
    accept = "text/csv;q=0, text/*;q=0.2, */*;q=0.1"
    assert best_format(accept, [CSV]) is None
    assert best_format(accept, [JSON, HTML]) is HTML
    assert best_format("*/*", [XML, JSON]) is XML


def test_what_is_longer_than_a_field_may_be_says_nothing() -> None:
    assert dict(media_ranges("text/csv" + " " * MAX_FIELD_BYTES)) == {"*/*": 1.0}
