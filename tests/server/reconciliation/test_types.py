"""How types narrow what a name can mean: ``type_strict`` of version 0.2, over a few made-up entities."""

from __future__ import annotations

import json
from typing import Any

import pytest

from illicit_power.matching.index import Index
from illicit_power.matching.scoring import Matcher
from illicit_power.server.reconciliation.protocol import MAX_CANDIDATES, read_batch_02
from tests.matching.indexes import index_of

KINDS = {
    "Guard Brigade": ["ips:Militia"],
    "Guard Party": ["ips:PoliticalParty"],
    "Guard Movement": ["ips:Militia", "ips:PoliticalParty"],
    "Guard Gate": [],
}


@pytest.fixture(scope="module")
def index() -> Index:
    return index_of(KINDS)


def scores(index: Index, **query: Any) -> dict[str, float]:
    """The score of each candidate."""
    (question,) = read_batch_02(json.dumps({"q": {"query": "Guard", **query}}), index).values()
    return {candidate.entity.id: candidate.score for candidate in Matcher(index).candidates(question)}


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ({}, {"Guard Brigade", "Guard Party", "Guard Movement"}),
        ({"type_strict": "any"}, {"Guard Brigade", "Guard Party", "Guard Movement"}),
        ({"type_strict": "all"}, {"Guard Movement"}),
        ({"type_strict": "should"}, {"Guard Brigade", "Guard Party", "Guard Movement", "Guard Gate"}),
    ],
    ids=["unsaid", "any", "all", "should"],
)
def test_of_two_types_any_all_or_none_must_fit(index: Index, rule: dict[str, str], found: set[str]) -> None:
    assert scores(index, type=["ips:Militia", "ips:PoliticalParty"], **rule).keys() == found


def test_a_type_that_should_fit_sets_those_that_have_it_above_those_that_have_not(index: Index) -> None:
    found = scores(index, type="ips:Militia", type_strict="should")
    assert found["Guard Brigade"] == found["Guard Movement"] > found["Guard Party"] == found["Guard Gate"]


def test_no_more_candidates_come_than_are_wanted(index: Index) -> None:
    assert list(scores(index, limit=2)) == list(scores(index))[:2]


def test_more_candidates_than_are_given_at_most_are_not_given() -> None:
    index = index_of({f"Guard {number}": [] for number in range(MAX_CANDIDATES + 10)} | {"Other": []})
    asked = {"q": {"properties": [{"pid": "skos:prefLabel", "v": "Guard 1"}], "limit": 1000}}
    (question,) = read_batch_02(json.dumps(asked), index).values()
    assert len(Matcher(index).candidates(question)) == MAX_CANDIDATES
