"""What is told of a query from its tokens."""

from __future__ import annotations

import pytest

from illicit_power.engine.sparql.outline import outline


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("SELECT * {}", "solutions"),
        ("base <http://example.org/> prefix select: <> ask {}", "boolean"),
        ("# SELECT\nCONSTRUCT WHERE {}", "graph"),
        ("PREFIX e: <http://example.org/SELECT> DESCRIBE e:ASK", "graph"),
        ("", None),
        ("'SELECT' {}", None),
    ],
)
def test_the_form_tells_the_kind_of_result(query: str, kind: str | None) -> None:
    assert outline(query).kind == kind


@pytest.mark.parametrize(
    "query", ["insert data {}", "PREFIX e: <e:> WITH e:g DELETE {} WHERE {}", "LOAD <e:x>", "clear all"]
)
def test_updates_are_seen(query: str) -> None:
    assert outline(query).is_update


@pytest.mark.parametrize("query", ["SELECT ?insert { ?insert <e:delete> 'clear' }", "ASK {} # DROP ALL"])
def test_queries_are_no_updates(query: str) -> None:
    assert not outline(query).is_update


@pytest.mark.parametrize(
    ("query", "graphs"),
    [
        (
            "SELECT * FROM <http://example.org/a> FROM NAMED <http://example.org/b> {}",
            ("http://example.org/a", "http://example.org/b"),
        ),
        ("PREFIX e: <http://example.org/> SELECT * FROM e:a {}", ("http://example.org/a",)),
        ("BASE <http://example.org/x/> SELECT * FROM <../a> {}", ("http://example.org/a",)),
        ("BASE <http://example.org/> PREFIX e: <sub/> SELECT * FROM e:a {}", ("http://example.org/sub/a",)),
        ("PREFIX e: <http://example.org/> ASK FROM e:a\\,b {}", ("http://example.org/a,b",)),
        ("SELECT * { ?from <http://example.org/p> 'FROM <http://example.org/a>' }", ()),
    ],
)
def test_graphs_are_absolute(query: str, graphs: tuple[str, ...]) -> None:
    assert outline(query).graphs == graphs


@pytest.mark.parametrize(
    ("query", "services"),
    [
        ("SELECT * { SERVICE <http://example.org/> {} }", ("http://example.org/",)),
        ("SELECT * { SERVICE SILENT ?e {} }", (None,)),
        ("SELECT * { service silent <http://example.org/> {} }", ("http://example.org/",)),
        ("PREFIX e: <http://example.org/> SELECT * { service e:s {} }", ("http://example.org/s",)),
        ("SELECT * { \\u0053ERVICE <http://example.org/> {} }", ("http://example.org/",)),
        ("SELECT * { \\U00000053\\u0045RVICE <http://example.org/> {} }", ("http://example.org/",)),
        ("SELECT * { FILTER(?x<1).SERVICE<http://example.org/>{} }", ("http://example.org/",)),
        ('ASK { ?s ?p "\\u0022" . SERVICE <http://example.org/> {} #"\n }', ("http://example.org/",)),
        ("ASK { SERVICE <http://example.org/\\u0041> {} }", ("http://example.org/A",)),
    ],
)
def test_services_are_seen_in_every_disguise(query: str, services: tuple[str | None, ...]) -> None:
    assert outline(query).services == services


@pytest.mark.parametrize("function", ["NOW()", "rand()", "UUID()", "StrUUID()", "BNODE()"])
def test_a_query_that_can_answer_differently_is_volatile(function: str) -> None:
    assert outline(f"SELECT ({function} AS ?x) {{}}").volatile
    assert not outline(f'SELECT ("{function}" AS ?rand) {{}}').volatile
