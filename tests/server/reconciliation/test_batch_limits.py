"""What a batch may ask for is bounded before any of it is looked up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from illicit_power.dataset.prefixes import standard_prefixes
from illicit_power.matching.index import Entity, Index, Property, Value
from illicit_power.matching.scoring import MAX_NAME_CHARACTERS, MAX_NAME_WORDS, Matcher, Question
from illicit_power.server.reconciliation import answers, protocol
from illicit_power.server.reconciliation.protocol import BadBatch, BatchTooLarge

INDEX = Index(
    entities={"x": Entity("x", "X", "", frozenset(), {"founded": (Value("2003"),)})},
    types={},
    properties={"founded": Property("founded", "founded", "")},
    names=[],
    prefixes=standard_prefixes(),
)


def batch(queries: int, name: str, **more: Any) -> str:
    condition = {"matchType": "name", "propertyValue": name}
    return json.dumps({"queries": [{"conditions": [condition], **more}] * queries})


@pytest.mark.parametrize("name", ["x" * (MAX_NAME_CHARACTERS + 1), "x " * (MAX_NAME_WORDS + 1)])
def test_a_text_that_is_longer_than_any_name_is_nobody_s_and_keeps_no_other_from_an_answer(name: str) -> None:
    assert Matcher(INDEX).candidates(Question("x"))
    assert not Matcher(INDEX).candidates(Question(name))
    assert len(protocol.read_batch_10(batch(1000, name), INDEX)) == 1000


def test_the_characters_of_a_batch_are_bounded() -> None:
    assert protocol.read_batch_10(batch(1000, "x" * 100), INDEX)
    with pytest.raises(BatchTooLarge, match="101,000 characters"):
        protocol.read_batch_10(batch(1000, "x" * 101), INDEX)


def test_the_candidates_of_a_batch_are_bounded() -> None:
    assert protocol.read_batch_10(batch(1000, "x", limit=20), INDEX)
    with pytest.raises(BatchTooLarge, match="lower limit"):
        protocol.read_batch_10(batch(1000, "x", limit=21), INDEX)


@pytest.mark.parametrize("count", [51, 100_000])
def test_the_conditions_of_a_query_are_bounded(count: int) -> None:
    conditions = [{"matchType": "property", "propertyId": "founded", "propertyValue": "x"}] * count
    with pytest.raises(BadBatch, match="at most 50 items"):
        protocol.read_batch_10(json.dumps({"queries": [{"conditions": conditions}]}), INDEX)


def test_ids_and_properties_are_extended_once() -> None:
    query = json.dumps({"ids": ["x"] * 1000, "properties": [{"id": "founded"}] * 5000})
    for extend in (answers.extend_02, answers.extend_10):
        answer = json.loads(extend(INDEX, query))
        assert len(answer["meta"]) == len(answer["rows"]) == 1


def test_the_cells_of_an_extension_are_bounded() -> None:
    properties = [{"id": f"founded{number}"} for number in range(21)]
    query = json.dumps({"ids": list(map(str, range(1000))), "properties": properties})
    with pytest.raises(BatchTooLarge, match="21,000 cells"):
        answers.extend_10(INDEX, query)


@pytest.mark.parametrize("opened", ["[", '{"queries":', '{"queries":[{"conditions":'])
def test_json_may_be_nested_as_deep_as_a_client_likes(opened: str) -> None:
    for read in (protocol.read_batch_02, protocol.read_batch_10, protocol.read_extension):
        with pytest.raises(BadBatch, match="An example"):
            read(opened * 100_000, INDEX)
