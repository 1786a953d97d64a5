"""Requests that a machine makes up from the OpenAPI document, and queries that it makes up from the grammar."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

BUSY = (httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.GATEWAY_TIMEOUT)
"""What a query may be told that asks for too much: that is a refusal, and no failure of the server."""

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]


@pytest.fixture(scope="module")
def api(server: str) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{server}/api/v1/openapi.json")


def test_made_up_requests_are_answered_as_the_document_says(api: schemathesis.BaseSchema) -> None:
    for result in api.get_all_operations():
        assert isinstance(result, Ok), result

        @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=result.ok().as_strategy())
        def check(case: Any) -> None:
            response = case.call()
            if not (response.status_code in BUSY and case.path == "/sparql"):
                case.validate_response(response, checks=CHECKS)

        check()


VARIABLES = st.sampled_from(["?a", "?b", "?c", "$d"])
TERMS = st.one_of(
    VARIABLES,
    st.sampled_from(
        ["a", "ips:splinterOf", "ips:page", "entity:jaish-al-mahdi", "skos:prefLabel", "<http://example.org/>"]
    ),
    st.sampled_from(["57", "-1.5", "1e3", "true", '"x"', '"x"@en', "'''y'''", '"2007"^^xsd:gYear', "[]", "()", "_:b"]),
)
PATHS = st.recursive(
    st.sampled_from(["ips:evidence", "a", "skos:broader", "!ips:page", "^ips:about"]),
    lambda path: st.one_of(
        st.builds("({0}){1}".format, path, st.sampled_from(["*", "+", "?"])),
        st.builds("({0}{1}{2})".format, path, st.sampled_from(["/", "|"]), path),
    ),
    max_leaves=4,
)
FUNCTIONS = st.sampled_from(["STR", "LCASE", "STRLEN", "BOUND", "YEAR", "!", "-", "IRI"])
GROUPS = st.sampled_from(["OPTIONAL", "MINUS", "GRAPH ?g", "", "FILTER EXISTS"])
EXPRESSIONS = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.builds("({0} {1} {2})".format, inner, st.sampled_from(["=", "<", "+", "*", "&&", "||", "/"]), inner),
        st.builds(
            "{0}({1})".format, st.sampled_from(["STR", "LCASE", "STRLEN", "BOUND", "YEAR", "!", "-", "IRI"]), inner
        ),
        st.builds("REGEX({0}, {1})".format, inner, inner),
        st.builds("{0} IN ({1})".format, inner, inner),
    ),
    max_leaves=5,
)
PATTERNS = st.recursive(
    st.builds("{0} {1} {2} .".format, TERMS, st.one_of(TERMS, PATHS), TERMS),
    lambda inner: st.one_of(
        st.builds("{0} {1}".format, inner, inner),
        st.builds(
            "{0} {{ {1} }}".format, st.sampled_from(["OPTIONAL", "MINUS", "GRAPH ?g", "", "FILTER EXISTS"]), inner
        ),
        st.builds("{{ {0} }} UNION {{ {1} }}".format, inner, inner),
        st.builds("{0} FILTER({1})".format, inner, EXPRESSIONS),
        st.builds("{0} BIND({1} AS ?new)".format, inner, EXPRESSIONS),
        st.builds("{{ SELECT * {{ {0} }} LIMIT 3 }}".format, inner),
        st.builds("VALUES ?a {{ {1} }} {0}".format, inner, TERMS),
    ),
    max_leaves=6,
)
FORMS = st.sampled_from(
    [
        "SELECT * {{ {0} }} LIMIT 50",
        "SELECT DISTINCT ?a {{ {0} }} ORDER BY ?a LIMIT 50",
        "SELECT ?a (COUNT(*) AS ?n) {{ {0} }} GROUP BY ?a HAVING(COUNT(*) > 1) LIMIT 50",
        "ASK {{ {0} }}",
        "CONSTRUCT {{ ?a a ?b }} WHERE {{ {0} }} LIMIT 50",
        "DESCRIBE ?a {{ {0} }} LIMIT 2",
    ]
)
PROLOGUE = """
PREFIX ips: <https://w3id.org/illicit-power/ontology#> PREFIX entity: <https://w3id.org/illicit-power/id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>    PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
QUERIES = st.builds(lambda form, pattern: PROLOGUE + form.format(pattern), FORMS, PATTERNS)
UNLIMITED = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@UNLIMITED
@given(
    query=QUERIES,
    accept=st.sampled_from(["*/*", "application/sparql-results+json", "text/csv, text/turtle", "text/html"]),
)
def test_made_up_queries_are_answered_or_refused_with_a_reason(client: httpx.Client, query: str, accept: str) -> None:
    answer = client.post("/sparql", data={"query": query, "timeout": "1"}, headers={"Accept": accept})
    assert answer.status_code in (200, 400, 406, *BUSY), answer.text
    if answer.status_code != httpx.codes.OK and accept != "text/html":
        assert answer.json()["detail"]


@UNLIMITED
@given(text=st.text(max_size=200))
def test_any_text_at_all_is_refused_with_a_reason(client: httpx.Client, text: str) -> None:
    body = text.encode("utf-8", "surrogatepass")
    answer = client.post("/sparql", content=body, headers={"Content-Type": "application/sparql-query"})
    assert answer.status_code in (200, 400), answer.text
    assert answer.json()
