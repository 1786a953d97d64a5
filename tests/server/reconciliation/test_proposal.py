"""The properties that are proposed as columns."""

from __future__ import annotations

from illicit_power.matching.index import Value
from illicit_power.server.reconciliation.protocol import write_proposal
from tests.matching.indexes import index_of

SOME = (Value("something"),)
GUARDS = {
    "First Guard": {"place": SOME, "founded": SOME},
    "Second Guard": {"place": SOME, "founded": SOME, "active": SOME},
    "Third Guard": {"place": SOME},
}
GATE = {"Gate": {"latitude": SOME}}
INDEX = index_of({**{name: ["ips:Militia"] for name in GUARDS}, "Gate": ["ips:Place"]}, {**GUARDS, **GATE})


def test_what_most_entities_of_a_type_have_comes_first() -> None:
    proposed = write_proposal(INDEX.types["ips:Militia"], None, INDEX)
    assert [property_["id"] for property_ in proposed["properties"]] == ["place", "skos:prefLabel", "founded", "active"]
    assert "limit" not in proposed


def test_no_more_are_proposed_than_are_wanted() -> None:
    proposed = write_proposal(INDEX.types["ips:Militia"], 2, INDEX)
    assert [property_["id"] for property_ in proposed["properties"]] == ["place", "skos:prefLabel"]
    assert proposed["limit"] == 2
