"""Queries that do not parse, and what their authors are told. Each is one that the engine itself refuses."""

from __future__ import annotations

import pyoxigraph
import pytest

from illicit_power.dataset.prefixes import standard_prefixes
from illicit_power.engine.help.syntax_errors import SyntaxDiagnostic, explain_syntax_error
from illicit_power.engine.sparql.tokens import tokenize

IPS = "PREFIX ips: <https://w3id.org/illicit-power/ontology#>"


def fault(query: str) -> SyntaxDiagnostic:
    """What is wrong with a query, which the engine must refuse."""
    with pytest.raises(SyntaxError) as refused:
        pyoxigraph.Store().query(query)
    return explain_syntax_error(query, str(refused.value), standard_prefixes())


MISTAKES = [
    # Statements
    ("SELECT * { ?s ?p ?o\n ?x ?y ?z }", 2, 2, "A full stop is missing between “?o” and “?x”: it ends each statement."),
    ("SELECT * { ?s a ?o . ?s ?p }", 1, 28, "This statement is not complete: after “?p” its object is missing."),
    ("SELECT * { ?s ?p ?o . ?x }", 1, 26, "This statement is not complete: after “?x” its property is missing."),
    ("SELECT * { ?s ?p ?o , }", 1, 23, "After this , another object should follow; take the , away if there is none."),
    # Brackets
    ("SELECT * WHERE { ?s ?p ?o", 1, 26, "The { of line 1, column 16 is never closed: add } at the end."),
    ("SELECT * { ?s ?p ?o . } }", 1, 25, "This } closes nothing: there is one more of it than there are opening ones."),
    ("SELECT * { ?s ?p ?o FILTER(?o > 3 }", 1, 35, "the ( of line 1, column 27 is still open"),
    ("SELECT * { ?s ?p ?o FILTER REGEX(?o, 'x' }", 1, 42, "A ) is missing before this }"),
    ("SELECT ?s WHERE ?s ?p ?o", 1, 17, "WHERE is followed by braces: WHERE { … }."),
    ("SELECT ?s", 1, 10, "WHERE { … } is missing."),
    ("SELECT * { OPTIONAL ?s ?p ?o }", 1, 21, "OPTIONAL is followed by braces: OPTIONAL { … }."),
    ("SELECT * { ?s ?p ?o } UNION { ?s ?p ?o }", 1, 23, "inside of the braces of WHERE"),
    ("SELECT * { ?s ?p ?o . SELECT ?x { ?x ?y ?z } }", 1, 23, "A subquery stands in braces of its own: { SELECT … }."),
    # SELECT and aggregates
    ("SELECT ?a, ?b { ?a ?p ?b }", 1, 10, "Variables in SELECT are separated by spaces, not by commas."),
    ("SELECT a { ?a ?p ?b }", 1, 8, "The ? is missing: ?a is a variable, a alone is nothing."),
    ("SELECT DISTINCT WHERE { ?a ?p ?b }", 1, 17, "SELECT names no variable"),
    ("SELECT ?group-name { ?group-name ?p ?b }", 1, 14, "?group_name"),
    ("SELECT COUNT(?a) { ?a ?p ?b }", 1, 8, "in parentheses with a name: (COUNT(…) AS ?name)."),
    ("SELECT STR(?a) { ?a ?p ?b }", 1, 8, "in parentheses with a name: (STR(…) AS ?name)."),
    ("SELECT ?b (COUNT(?a)) { ?a ?p ?b } GROUP BY ?b", 1, 21, "needs a name of its own: (COUNT(?a) AS ?name)."),
    ("SELECT (COUNT(?a) AS n) { ?a ?p ?b }", 1, 22, "After AS a variable must follow: AS ?n."),
    ("SELECT ?b (COUNT(?a) AS ?n) { ?a ?p ?b }", 1, 8, "?b is neither grouped nor aggregated: add GROUP BY ?b"),
    ("SELECT ?p (MAX(?b) AS ?n) { ?a ?p ?b } GROUP BY ?a", 1, 8, "?p is neither grouped nor aggregated"),
    ("SELECT * { ?a ?p ?b } GROUP BY ?a", 1, 1, "SELECT * does not go with GROUP BY"),
    ("SELECT ?a { ?a ?p ?b BIND(?b AS ?a) }", 1, 33, "?a has a value already"),
    ("SELECT ?a { ?a ?p ?b BIND(1 ?c) }", 1, 29, "AS is missing before the variable: AS ?c."),
    # What follows the pattern
    ("SELECT ?a { ?a ?p ?b } ORDER ?a", 1, 30, "ORDER is followed by BY: ORDER BY ?variable."),
    ("SELECT ?a { ?a ?p ?b } GROUP ?a", 1, 30, "GROUP is followed by BY: GROUP BY ?variable."),
    ("SELECT ?a { ?a ?p ?b } GROUP BY ?a HAVING ?a > 1", 1, 43, "HAVING(?x = 3)"),
    ("SELECT ?a { ?a ?p ?b } LIMIT 5 ORDER BY ?a", 1, 32, "ORDER comes too late: the order is FROM, WHERE"),
    ("SELECT ?a { ?a ?p ?b . LIMIT 5 }", 1, 24, "LIMIT belongs after the closing } of the pattern."),
    ("SELECT ?a { ?a ?p ?b } LIMIT ?a", 1, 30, "Expected: a number."),
    ("SELECT ?a { ?a ?p ?b };", 1, 23, "A query does not end with a semicolon."),
    # Conditions
    ("SELECT * { ?a ?p ?b FILTER(?b == 3) }", 1, 32, "SPARQL compares with a single =."),
    ("SELECT * { ?a ?p ?b FILTER(?b <> 3) }", 1, 31, "Not equal is written != in SPARQL."),
    ("SELECT * { ?a ?p ?b FILTER ?b = 3 }", 1, 28, "The condition of FILTER stands in parentheses"),
    ("SELECT * { ?a ?p ?b FILTER(?b > 1 AND ?b < 3) }", 1, 35, "“And” is written && in SPARQL."),
    ("SELECT * { ?a ?p ?b FILTER(NOT ?b) }", 1, 32, "NOT EXISTS { … }"),
    ("SELECT * { ?a ?p ?b FILTER(?b LIKE 'x%') }", 1, 31, "SPARQL has no LIKE: use CONTAINS"),
    ("SELECT * { ?a ?p ?b FILTER(STARTSWITH(?b, 'x')) }", 1, 28, "is STRSTARTS meant?"),
    ("SELECT * { ?a ?p ?b FILTER(frobnicate(?b)) }", 1, 28, "SPARQL has no function “frobnicate”."),
    ("SELECT * { ?a ?p ?b FILTER(COUNT(?b) > 1) }", 1, 28, "COUNT cannot stand in FILTER"),
    ("SELECT * { ?a ?p ?b . ?b = 3 }", 1, 26, "A value is compared in a FILTER"),
    # Terms
    ("SELECT * { ?a ?p Iran }", 1, 18, 'nor a name with a prefix (entity:iran), nor a text ("Iran").'),
    ("SELECT * { ?a ?p 'Iran }", 1, 18, "The text that begins here has no closing '"),
    ("SELECT * { ?a <http://example.org/a b> ?b }", 1, 15, "The IRI that begins here has no closing >"),
    ("SELECT * { ?a http://example.org/a ?b }", 1, 15, "An address stands in angle brackets: <http://…>"),
    ("SELECT * { ?a <page> ?b }", 1, 15, "<page> is only a part of an IRI"),
    ("SELECT * { ?a ?p 'x'^xsd:date }", 1, 21, "A datatype follows two carets"),
    (f"{IPS} SELECT * {{ ?a ?p ips:a/b }}", 1, 78, "A slash inside a name is escaped with a backslash, ips:a\\/…"),
    ("SELECT * { VALUES ?x { 1, 2 } }", 1, 25, "Values are separated by spaces, not by commas."),
    ("SELECT * { VALUES (?x ?y) { (1) } }", 1, 29, "This row has 1 values for 2 variables"),
    # What word processors do
    ("SELECT * { ?a ?p “Iran” }", 1, 18, 'write " instead of “.'),
    ("SELECT * { ?a ?p ‘Iran’ }", 1, 18, "write ' instead of ‘."),
    ("SELECT * {\u00a0?a ?p ?b }", 1, 11, "an invisible no-break space (U+00A0)"),
    ("SELECT * { ?a\u200b ?p ?b }", 1, 14, "an invisible zero width space (U+200B)"),
    ("SELECT * { ?a ?p ?b FILTER(?b = 3 – 1) }", 1, 35, "write - instead of –."),
    # Prologue
    ("PREFIX ips <http://example.org/> SELECT * {}", 1, 8, "A prefix ends with a colon: PREFIX ips: <address>"),
    ("PREFIX ips: example SELECT * {}", 1, 13, "in angle brackets: PREFIX ips: <address>"),
    ("PREFIX ips: <http://example.org/> . SELECT * {}", 1, 35, "No . after a declaration"),
    ("@prefix ips: <http://example.org/> . SELECT * {}", 1, 1, "without @ and without a full stop"),
    ("SELEC * {}", 1, 1, "is SELECT meant?"),
    ("SELECT * WERE {}", 1, 10, "is WHERE meant?"),
    ("FIND all militias", 1, 1, "A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE"),
    ("", 1, 1, "The query is empty."),
]


@pytest.mark.parametrize(("query", "line", "column", "message"), MISTAKES, ids=[query for query, *_ in MISTAKES])
def test_a_frequent_mistake_is_named_at_its_place(query: str, line: int, column: int, message: str) -> None:
    found = fault(query)
    assert message in found.message
    assert (found.line, found.column) == (line, column)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?a ips:page ?b }",
        "SELECT * { ?a a ips:Militia }",
        "SELECT * { ips:x ?p ?o }",
        "SELECT * { ?a ?p ?b FILTER(?b = ips:x) }",
        "SELECT * { ?a ?p ?b FILTER(?b IN (ips:x)) }",
        "SELECT * { ?a ?p ?b FILTER(ips:date(?b)) }",
        "SELECT * { ?a (^ips:a|!(ips:b))* ?b }",
        "SELECT * { ?a ?p 'x'^^ips:y }",
        "SELECT * { ?a ?p [ ips:y 3 ] }",
        "SELECT * { ?a ?p (ips:x) }",
        "SELECT * { BIND(ips:x AS ?a) }",
        "SELECT * { VALUES ?a { ips:x } }",
        "SELECT * { GRAPH ips:g { ?a ?b ?c } }",
        "SELECT * FROM ips:g { ?a ?b ?c }",
        "SELECT * { ?a ?b ?c } ORDER BY ips:f(?a)",
        "SELECT ?a { ?a ?b ?c } GROUP BY ?a HAVING (?a != ips:x)",
        "SELECT ?a { { SELECT ?a { ?a ips:b ?c } } }",
        "SELECT ?a { ?a ?b ?c FILTER NOT EXISTS { ?a ips:b ?c } }",
        "CONSTRUCT { ?a ips:b ?c } WHERE { ?a ?b ?c }",
        "DESCRIBE ips:x",
    ],
)
def test_an_undeclared_prefix_is_named_wherever_it_is_used(query: str) -> None:
    found = fault(query)
    assert found.message == f"The prefix ips: is not declared. Add at the top: {IPS}"
    assert found.column == query.index("ips:") + 1


def test_all_undeclared_prefixes_are_named_at_once() -> None:
    message = fault("SELECT * { ?a ips:page ?b ; foaf:name ?c }").message
    assert "The prefixes ips: and foaf: are not declared." in message
    assert message.splitlines()[1:] == [IPS, "PREFIX foaf: <http://xmlns.com/foaf/0.1/>"]


@pytest.mark.parametrize(
    ("query", "advice"),
    [
        ("SELECT * { ?a fof:name ?b }", "Is foaf: meant? Add at the top: PREFIX foaf: <http://xmlns.com/foaf/0.1/>"),
        (f"{IPS} SELECT * {{ ?a IPS:page ?b }}", "Is ips: meant, which is? Upper and lower case count."),
        ("SELECT * { ?a zzz:page ?b }", "PREFIX zzz: <the address it stands for>"),
    ],
)
def test_a_prefix_that_is_not_known_gets_the_nearest(query: str, advice: str) -> None:
    assert advice in fault(query).message


@pytest.mark.parametrize(
    ("query", "line", "column", "excerpt"),
    [
        ("SELECT *\n{\t?s\t?p ; }", 2, 9, "{\t?s\t?p ; }\n \t  \t   ^"),
        ("SELECT *\r\n{ ?s ?p }", 2, 9, "{ ?s ?p }\n        ^"),
        ("SELECT *\r{ ?s ?p }", 2, 9, "{ ?s ?p }\n        ^"),
        ("SELECT * { ?s ?p '𝔘𓀀' . ?a ?b }", 1, 31, "SELECT * { ?s ?p '𝔘𓀀' . ?a ?b }\n" + " " * 30 + "^"),
        ("SELECT * { ?s ?p '''a\nb''' . ?a }", 2, 11, "b''' . ?a }\n          ^"),
        ("# no\n\n  SELECT ?a,", 3, 12, "  SELECT ?a,\n           ^"),
    ],
)
def test_the_place_is_right_in_every_kind_of_text(query: str, line: int, column: int, excerpt: str) -> None:
    found = fault(query)
    assert (found.line, found.column, found.excerpt) == (line, column, excerpt)


def test_a_long_line_is_shown_around_the_place() -> None:
    found = fault("SELECT * { " + "?s ?p ?o . " * 50 + "} }" + " " * 200)
    shown, caret = str(found.excerpt).splitlines()
    assert len(shown) <= 102
    assert shown[caret.index("^")] == "}"
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_an_excerpt_cannot_move_the_cursor_of_a_terminal() -> None:
    found = fault("SELECT * { ?a \x1b[31m ?p ?b . \u202e }")
    assert "\x1b" not in str(found.excerpt)
    assert "\u202e" not in str(found.excerpt)
    assert "\x1b" not in found.message


@pytest.mark.parametrize(
    "text",
    ["a-" * 20_000, '\\"' * 20_000, "'''\\'" * 10_000, "a:" + "." * 40_000, "<a" * 20_000, "a" * 200 + "." * 20_000],
)
def test_every_character_is_in_one_token_whatever_the_text(text: str) -> None:
    """Tokens are read in linear time: a quadratic reader would take minutes here."""
    tokens = list(tokenize(text))
    assert "".join(token.text for token in tokens) == text
