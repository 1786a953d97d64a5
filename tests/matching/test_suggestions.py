"""What is suggested first while somebody types."""

from __future__ import annotations

from illicit_power.matching.suggestions import suggest_entities, suggest_terms
from tests.matching.indexes import index_of

INDEX = index_of(
    {"Guard of the Hill": ["ips:Militia"], "A Guard": ["ips:Militia"], "Vanguard": [], "Gard": [], "Gate": []},
    other_names={"Guard of the Valley": "Vanguard"},
)


def test_names_that_begin_so_come_before_those_of_which_a_word_does() -> None:
    found = [entity.name for entity in suggest_entities(INDEX, "guard")]
    assert found == ["Guard of the Hill", "Vanguard", "A Guard"]


def test_another_spelling_is_found_where_no_name_begins_so() -> None:
    assert suggest_entities(INDEX, "Goard")[0].name == "A Guard"


def test_only_what_is_of_a_type_is_suggested_where_one_is_given() -> None:
    militia = INDEX.types["ips:Militia"]
    assert [entity.name for entity in suggest_entities(INDEX, "g", militia)] == ["Guard of the Hill", "A Guard"]
    assert {entity.name for entity in suggest_entities(INDEX, "g")} > {"Gate", "Gard"}


def test_types_are_suggested_by_their_names() -> None:
    assert [type_.id for type_ in suggest_terms(INDEX.types, "mil")] == ["ips:Militia"]
    assert suggest_terms(INDEX.types, "Guard") == []
