"""Why a query finds nothing, over a handful of statements; and what a hostile query cannot do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from illicit_power.engine.errors import QueryError, QueryRefused, QuerySyntaxError, QueryTimeout, UnknownGraph
from illicit_power.engine.explanation import COUNTED, Explanation
from illicit_power.engine.pool.pool import EmbeddedEngine, Limits
from illicit_power.engine.query import Query, select

DATA = """
@prefix e: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
e:people { e:ann a e:Person ; e:name "Ann"@en ; e:age 30 ; e:knows e:bob , e:cat ; e:born "1990"^^xsd:gYear .
           e:bob a e:Person ; e:name "Bob"@en ; e:age 40 ; e:knows e:cat .
           e:cat a e:Person ; e:name "Cat"@en . }
e:towns  { e:york a e:Town ; e:name "York"@en . e:ann e:livesIn e:york . }
e:terms  { e:Person a owl:Class . e:Town a owl:Class . e:Robot a owl:Class . e:knows a owl:ObjectProperty . }
"""
Explain = Callable[[str], Explanation]

PROLOGUE = "PREFIX e: <http://example.org/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
SHORT = Limits(workers=1, timeout=5.0, memory_bytes=256 << 20)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("data") / "data.trig"
    file.write_text(DATA)
    return file


def run(data: Path, scenario: Callable[[EmbeddedEngine], Awaitable[None]], limits: Limits = SHORT) -> None:
    """Run a scenario with an engine of its own."""

    async def main() -> None:
        engine = await EmbeddedEngine.start([data], limits)
        try:
            await scenario(engine)
        finally:
            await engine.close()

    asyncio.run(main())


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def engine(data: Path, runner: asyncio.Runner) -> Iterator[EmbeddedEngine]:
    engine = runner.run(EmbeddedEngine.start([data], Limits(workers=1)))
    yield engine
    runner.run(engine.close())


@pytest.fixture(scope="module")
def explain(runner: asyncio.Runner, engine: EmbeddedEngine) -> Explain:
    return lambda query: runner.run(engine.explain(Query(PROLOGUE + query, {})))


def counts(explanation: Explanation) -> list[tuple[str, int | None, int | None]]:
    return [(step.text, step.alone, step.together) for step in explanation.steps]


@pytest.mark.parametrize(
    ("query", "summary"),
    [
        ("SELECT * { ?x a e:Robot }", "matches ?x a e:Robot (line 2). e:Robot is a class that nothing"),
        ("SELECT * { ?x a e:Persom }", "e:Persom (line 2) is not in the data. Nearest: <http://example.org/Person>"),
        ("SELECT * { ?x a e:person }", "Nearest: <http://example.org/Person> (class)"),
        ("SELECT * { ?x a e:knows }", "e:knows is no class, but a property."),
        ("SELECT * { ?x e:Person ?y }", "e:Person is a class, not a property: write ?x a e:Person."),
        ("SELECT * { e:cat e:knows ?x }", "The other way round, ?x e:knows e:cat, it matches 2 rows."),
        ("SELECT * { ?x e:livesIn ?y ; e:knows e:ann }", "The other way round, e:ann e:knows ?x, it matches 2 rows."),
        ('SELECT * { ?x e:name "Ann" }', 'The data has it as "Ann"@en.'),
        ('SELECT * { ?x e:age "30" }', "The data has it as 30."),
        ('SELECT * { ?x e:name "an"@en }', 'Values with it in them are "Ann"@en.'),
        ("SELECT * { ?x e:age 50 }", "Values here are such as"),
        ("SELECT * { ?x a e:Town ; e:age ?y }", "matches 2 rows by itself, but none together with what is before it."),
        ("SELECT * { ?x a e:Town . ?x e:age ?y }", "?x has here: <http://example.org/name>."),
        ("SELECT * { ?x e:age ?y FILTER(?y > 90) }", "The FILTER of line 2 removes all of 2 rows. ?y is, for example,"),
        ('SELECT * { ?x e:name ?n FILTER(?n = "Bob") }', '"Bob" is written "Bob"@en in the data.'),
        ('SELECT * { ?x e:born ?b FILTER(?b > "1980-01-01"^^xsd:date) }', "For 1 row the condition is an error"),
        ("SELECT * { ?x e:age ?y FILTER(?z > 1) }", "?z has no value here."),
        ("ASK { ?x a e:Person MINUS { ?x e:name ?n } }", "The MINUS of line 2 removes all of 3 rows."),
        ("SELECT * { ?x a e:Person VALUES ?x { e:york } }", "none together with what is before it"),
        ("SELECT * { { ?x a e:Robot } UNION { ?x e:age 1 } }", "e:Robot is a class that nothing in the data is of."),
        ("SELECT * { GRAPH e:towns { ?x a e:Person } }", "It is not in the graph asked, but in <http://example.org/people>."),
        ("SELECT * FROM e:towns { ?x a e:Person }", "It is not in the graph asked, but in <http://example.org/people>."),
        ("SELECT * { GRAPH ?g { ?x e:age ?a ; e:livesIn ?y } }", "In all graphs taken together it would leave 1 row"),
        ("SELECT * { ?x e:knows/e:livesIn ?y }", "Nothing in the data matches ?x e:knows/e:livesIn ?y"),
        ("SELECT * { ?x e:knows [ e:age 99 ] }", "Nothing in the data matches ?any1 e:age 99"),
        ("SELECT * { { SELECT ?x { ?x a e:Robot } } ?x a e:Person }", "e:Robot is a class that nothing"),
        ("SELECT ?x { ?x a e:Person } GROUP BY ?x HAVING (COUNT(*) > 5)", "but what follows it (HAVING"),
        ("SELECT * { ?x a e:Person } LIMIT 0", "The pattern matches 3 rows, but what follows it"),
        ("DESCRIBE e:anne", "e:anne (line 2) is not in the data. Nearest: "),
        ("CONSTRUCT { ?x e:new ?y } WHERE { ?x e:old ?y }", "e:old (line 2) is not in the data"),
        ("CONSTRUCT WHERE { ?x e:old ?y }", "e:old (line 2) is not in the data"),
        ("SELECT * { ?x a <http://example.org/\\u0052obot> }", "is a class that nothing in the data is of"),
    ],
)  # fmt: skip
def test_the_reason_is_told(explain: Explain, query: str, summary: str) -> None:
    explanation = explain(query)
    assert explanation.answers == 0
    assert summary in explanation.summary


def test_each_part_has_its_rows_and_those_that_are_left(explain: Explain) -> None:
    explanation = explain(
        """SELECT * {
          ?x a e:Person ; e:knows ?y .
          OPTIONAL { ?x e:shoe ?s }
          FILTER(?x != e:ann)
          { ?y e:age ?a } UNION { ?y a e:Robot }
          ?y e:age 30 .
        }""",
    )
    assert counts(explanation) == [
        ("?x a e:Person", 3, 3),
        ("?x e:knows ?y", 3, 3),
        ("OPTIONAL { ?x e:shoe ?s }", 0, 3),
        ("?x e:shoe ?s", 0, 0),
        ("{ ?y e:age ?a } UNION { ?y a e:Robot }", 2, 1),
        ("?y e:age ?a", 2, 2),
        ("?y a e:Robot", 0, 0),
        ("?y e:age 30", 1, 0),
        ("FILTER(?x != e:ann)", None, None),
    ]
    assert [step.line for step in explanation.steps] == [3, 3, 4, 4, 6, 6, 6, 7, 5]
    assert [step.depth for step in explanation.steps] == [0, 0, 0, 1, 0, 1, 1, 0, 0]
    assert [term.term for term in explanation.terms] == ["e:shoe"]


def test_a_query_that_finds_something_says_how_much(explain: Explain) -> None:
    explanation = explain("SELECT * { ?x a e:Person ; e:age ?a }")
    assert explanation.summary == "The query finds 2 rows."
    assert counts(explanation) == [("?x a e:Person", 3, 3), ("?x e:age ?a", 2, 2)]
    assert not explanation.terms


def test_rows_are_counted_up_to_a_number(explain: Explain) -> None:
    explanation = explain("ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . FILTER(?a = ?l && ?c = 3) }")
    assert explanation.steps[3].together == COUNTED
    assert "10,000+" in explanation.text()


def test_a_document_is_an_explanation_again(explain: Explain) -> None:
    explanation = explain("SELECT * { ?x a e:Persom ; e:knows ?y }")
    assert Explanation.from_document(explanation.document()) == explanation


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("SELECT * { ?x ?y }", QuerySyntaxError),
        ("SELECT * FROM <http://example.org/none> { ?x ?y ?z }", UnknownGraph),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?x ?y ?z } }", QueryRefused),
        ("INSERT DATA { <a:a> <a:a> <a:a> }", QueryRefused),
        ("SELECT * { ?x ?y ?z LATERAL { ?x ?y ?z } }", QueryRefused),
    ],
)
def test_what_is_not_answered_is_not_explained(explain: Explain, query: str, error: type[QueryError]) -> None:
    with pytest.raises(error):
        explain(query)


def test_an_explanation_has_the_deadline_of_a_query_and_the_next_one_its_answer(data: Path) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(20)) + " }"

    async def scenario(engine: EmbeddedEngine) -> None:
        with pytest.raises(QueryTimeout):
            await engine.explain(Query(endless, {}, timeout=1.0))
        assert await select(engine, "SELECT ?x { ?x a <http://example.org/Town> }")

    run(data, scenario)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * " + "{" * 90 + "}" * 90,
        "SELECT * { ?x ?y ?z FILTER(" + "!" * 50_000 + "?x) }",
        "SELECT * { " + "?x ?y ?z . " * 3_000 + "}",
        "SELECT * { ?x " + "/".join(["<a:a>"] * 10_000) + " ?z }",
        "SELECT * { VALUES ?x { " + "<http://example.org/none> " * 3_000 + "} }",
        "SELECT * { " + "".join(f"?x <http://example.org/no{n}> ?y{n} . " for n in range(1_000)) + "}",
    ],
    ids=["braces", "negations", "patterns", "path", "values", "unknown terms"],
)
def test_a_huge_query_harms_nobody(data: Path, query: str) -> None:
    async def scenario(engine: EmbeddedEngine) -> None:
        with suppress(QueryError):
            await engine.explain(Query(query, {}, timeout=3.0))
        assert await select(engine, "SELECT ?x { ?x a <http://example.org/Town> }")

    run(data, scenario)


SOME = """SELECT * ?x ?y { } ( ) [ ] . ; , a e:age e:Person "x" 'y' 57 "x"@en "1"^^xsd:date FILTER OPTIONAL UNION MINUS
    GRAPH BIND AS VALUES UNDEF WHERE ASK CONSTRUCT DESCRIBE ORDER BY GROUP HAVING LIMIT OFFSET COUNT + / | ^ ! = < && ||
    _:b <http://x/> "un 'un \\ @ # NOT EXISTS IN REGEX FROM PREFIX “ 𝔘 foo ? $ : \u00a0"""
WHOLE = """SELECT * WHERE { ?x a e:Person ; e:knows [ e:age 57 ] . OPTIONAL { ?x e:no ?y } { ?x e:age ?y } UNION
    { ?y e:z ( 1 2 ) } MINUS { ?x e:q ?x } FILTER ( ?x = 1 && NOT EXISTS { ?x a e:Q } ) GRAPH ?g { ?s ?p ?o }
    BIND ( 1 AS ?n ) VALUES ?v { 1 UNDEF } { SELECT ?x ( COUNT ( * ) AS ?c ) WHERE { ?x e:knows* ?z } GROUP BY ?x } }"""
WORDS = st.sampled_from(re.split(r"[ \n]+", SOME))


@st.composite
def queries(draw: st.DrawFn) -> str:
    """Garbage, or a query with some of its words taken away or changed for others."""
    if draw(st.booleans()):
        return " ".join(draw(st.lists(WORDS, max_size=15)))
    words = WHOLE.split()
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(words) - 1))
        words[place : place + draw(st.integers(0, 4))] = draw(st.lists(WORDS, max_size=1))
    return PROLOGUE + " ".join(words)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(query=queries())
def test_no_query_breaks_the_engine(runner: asyncio.Runner, engine: EmbeddedEngine, query: str) -> None:
    """Whatever is asked is explained, or refused in words; a worker that ends is an error here."""
    with suppress(QuerySyntaxError, QueryRefused):
        assert runner.run(engine.explain(Query(query, {}))).text()
