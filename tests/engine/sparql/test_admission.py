from __future__ import annotations

import pytest

from illicit_power.engine.errors import QueryRefused
from illicit_power.engine.sparql.admission import MAX_NESTING, MAX_QUERY_CHARACTERS, admit
from illicit_power.engine.sparql.outline import outline


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
        "select * { service silent ?where { ?s ?p ?o } }",
        "SELECT * { { # a comment\n SERVICE\n<http://example.org/> {} } }",
        "PREFIX e: <http://example.org/> SELECT * { SERVICE e:sparql { ?s ?p ?o } }",
        'SELECT * { ?s ?p "\\"" . SERVICE <http://example.org/> { ?s ?p ?o } }',
    ],
)
def test_service_is_refused_in_every_guise(query: str) -> None:
    with pytest.raises(QueryRefused, match="SERVICE is not offered"):
        admit(query)


@pytest.mark.parametrize(
    "query",
    [
        'SELECT * { ?s ?p "SERVICE <http://example.org/> {}" }',
        "SELECT * { ?s ?p '''it's a SERVICE''' }",
        "SELECT * { ?s <http://example.org/SERVICE> ?SERVICE }",
        "PREFIX SERVICE: <http://example.org/> SELECT * { ?s SERVICE:SERVICE $SERVICE }",
        "SELECT * { ?s ?p ?o } # SERVICE <http://example.org/>",
        'SELECT * { ?s ?p "x"@service }',
    ],
)
def test_the_word_service_elsewhere_is_no_service(query: str) -> None:
    admit(query)


def test_deep_nesting_is_refused_and_ordinary_nesting_is_not() -> None:
    admit("SELECT * " + "{" * MAX_NESTING + "}" * MAX_NESTING)
    with pytest.raises(QueryRefused, match="nested"):
        admit("SELECT * " + "{" * (MAX_NESTING + 1) + "}" * (MAX_NESTING + 1))


def test_brackets_in_strings_do_not_count_as_nesting() -> None:
    admit(f'SELECT * {{ ?s ?p "{"{" * (MAX_NESTING + 1)}" }}')


def test_a_query_that_is_too_long_is_refused() -> None:
    admit("#" * MAX_QUERY_CHARACTERS)
    with pytest.raises(QueryRefused, match="100,000 is the most"):
        admit("SELECT * {} #" + "x" * MAX_QUERY_CHARACTERS)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("SELECT * FROM <http://example.org/g> { ?s ?p ?o }", True),
        ("SELECT * from named <http://example.org/g> { ?s ?p ?o }", True),
        ("SELECT ?from { ?from <http://example.org/FROM> 'FROM' }", False),
    ],
)
def test_a_dataset_clause_is_seen(query: str, named: bool) -> None:
    assert outline(query).has_dataset_clause is named
