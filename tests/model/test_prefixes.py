"""Prefixed names and IRIs."""

from __future__ import annotations

import pytest

from illicit_power.model.iris import BASE
from illicit_power.model.prefixes import Prefixes

PREFIXES = Prefixes(
    {
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "vocabulary": BASE + "vocabulary/",
        "stance": BASE + "vocabulary/stance/",
        "http": "http://example.org/",
    }
)


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        (BASE + "vocabulary/stance/denied", "stance:denied"),
        (BASE + "vocabulary/stance", "vocabulary:stance"),
        ("http://www.w3.org/2004/02/skos/core#prefLabel", "skos:prefLabel"),
        ("http://example.org/7th", "http:7th"),
    ],
)
def test_an_iri_and_its_prefixed_name_stand_for_each_other(iri: str, name: str) -> None:
    assert PREFIXES.compact(iri) == name
    assert PREFIXES.expand(name) == iri


@pytest.mark.parametrize("iri", ["http://www.w3.org/2004/02/skos/core#", BASE + "id/x", BASE + "vocabulary/a/b", ""])
def test_an_iri_that_no_prefix_fits_stays(iri: str) -> None:
    assert PREFIXES.compact(iri) == iri


@pytest.mark.parametrize("text", ["http://example.com/x", "nope:x", "denied", "urn:isbn:1"])
def test_what_is_no_prefixed_name_stays(text: str) -> None:
    assert PREFIXES.expand(text) == text


def test_prefixes_of_ours_come_first_and_their_order_is_always_the_same() -> None:
    assert list(PREFIXES) == ["stance", "vocabulary", "http", "skos"]
    reversed_ = Prefixes(dict(reversed([*PREFIXES.items()])))
    assert (reversed_, hash(reversed_), list(reversed_)) == (PREFIXES, hash(PREFIXES), list(PREFIXES))


def test_a_declaration_is_a_line_of_sparql() -> None:
    assert PREFIXES.declaration("stance") == f"PREFIX stance: <{BASE}vocabulary/stance/>"
