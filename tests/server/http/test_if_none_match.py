"""If-None-Match (RFC 9110, 13.1.2): which entity tags a client has."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from illicit_power.server.http.entity_tags import is_known


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b" , W/"a","c"', True),
        ('"b"', False),
        ('"A"', False),
        ("a", False),
        ('"b", a', False),
        (" * ", True),
        ('"', False),
    ],
)
@pytest.mark.parametrize("tag", ['"a"', 'W/"a"'])
def test_tags_are_compared_weakly(header: str, known: bool, tag: str) -> None:
    request = Request({"type": "http", "headers": [(b"if-none-match", header.encode())]})
    assert is_known(request, tag) is known


def test_a_star_asks_whether_there_is_anything() -> None:
    request = Request({"type": "http", "headers": [(b"if-none-match", b"*")]})
    assert not is_known(request, '"a"', exists=False)
