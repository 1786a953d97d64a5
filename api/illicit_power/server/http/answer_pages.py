"""Answers to queries, as pages show them."""

from __future__ import annotations

import json
from typing import Any, Final

from illicit_power.engine.formats import Kind

_PAGE_ROWS: Final = 1_000


def shown_answer(kind: Kind, content: bytes, truncated: str | None) -> dict[str, Any]:
    """What a page shows of an answer.

    :param content: the answer as SPARQL Results JSON, or as the text of a graph
    :param truncated: see :class:`illicit_power.engine.query.Answer`
    """
    if kind == "graph":
        return {"graph": _with_used_prefixes(content.decode("utf-8")), "truncated": truncated}
    results = json.loads(content)
    if kind == "boolean":
        return {"boolean": results["boolean"]}
    rows = results["results"]["bindings"]
    return {
        "variables": results["head"]["vars"],
        "rows": rows[:_PAGE_ROWS],
        "row_count": len(rows),
        "truncated": truncated,
    }


def _with_used_prefixes(turtle: str) -> str:
    """A graph for readers: without the prefixes that are only declared."""
    lines = turtle.splitlines(keepends=True)
    body = "".join(line for line in lines if not line.startswith("@prefix "))
    return "".join(line for line in lines if not line.startswith("@prefix ") or line.split()[1] in body)
