"""What a page shows of an answer."""

from __future__ import annotations

import json

import pytest

from illicit_power.server.http.answer_pages import shown_answer


@pytest.mark.parametrize(("rows", "shown"), [(0, 0), (1000, 1000), (1001, 1000)])
def test_a_page_shows_the_first_thousand_rows_and_says_how_many_there_are(rows: int, shown: int) -> None:
    bindings = [{"n": {"type": "literal", "value": str(number)}} for number in range(rows)]
    content = json.dumps({"head": {"vars": ["n"]}, "results": {"bindings": bindings}}).encode()
    page = shown_answer("solutions", content, "cut after so many rows")
    assert page == {
        "variables": ["n"],
        "rows": bindings[:shown],
        "row_count": rows,
        "truncated": "cut after so many rows",
    }


def test_a_graph_is_shown_with_the_prefixes_that_it_uses() -> None:
    turtle = "@prefix a: <http://example.org/a#> .\n@prefix b: <http://example.org/b#> .\n\na:x a:p a:y .\n"
    shown = "@prefix a: <http://example.org/a#> .\n\na:x a:p a:y .\n"
    assert shown_answer("graph", turtle.encode(), None) == {"graph": shown, "truncated": None}
