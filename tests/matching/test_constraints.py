"""How values that are given beside a name fit those of an entity."""

from __future__ import annotations

import pytest

from illicit_power.matching.index import Value
from illicit_power.matching.scoring import Constraint, Matcher, Quantifier, Question
from tests.matching.indexes import index_of

YEAR = {"date": (Value("2007", span=("2007-01-01", "2007-12-31")),)}
BASRA, NAJAF = Value("Basra", "Basra"), Value("Najaf", "Najaf")
INDEX = index_of(
    {"Basra": [], "Najaf": [], "Both": [], "One": [], "Neither": [], "Dated": []},
    {
        "Both": {"place": (BASRA, NAJAF)},
        "One": {"place": (BASRA,)},
        "Neither": {"place": (Value("Kufa", "Kufa"),)},
        "Dated": {**YEAR, "geo:lat": (Value("33.3", number=33.3),)},
    },
)
UNKNOWN = 50.0
"""The score of an entity of which nothing is known."""


def scores(property_: str, *given: str, quantifier: Quantifier = "any", required: bool = False) -> dict[str, float]:
    constraint = Constraint(INDEX.properties[property_], given, quantifier, required)
    found = Matcher(INDEX).candidates(Question(constraints=[constraint], limit=100))
    return {candidate.entity.id: candidate.score for candidate in found}


@pytest.mark.parametrize(
    ("quantifier", "fitting"), [("any", {"Both", "One"}), ("all", {"Both"}), ("none", {"Neither"})]
)
def test_any_all_or_none_of_the_values_must_be_there(quantifier: Quantifier, fitting: set[str]) -> None:
    found = scores("place", "Basra", "Najaf", quantifier=quantifier)
    assert {id_ for id_, score in found.items() if score == 100} == fitting
    assert found["Dated"] == UNKNOWN
    assert scores("place", "Basra", "Najaf", quantifier=quantifier, required=True).keys() == fitting


@pytest.mark.parametrize(
    ("given", "score"),
    [
        ("2007", 100),
        ("2006-12/2007-01", 100),
        ("2007-12-31", 100),
        ("2008", UNKNOWN),
        ("2006-03", UNKNOWN),
        ("2009", None),
        ("2005-12-31", None),
        ("spring", UNKNOWN),
    ],
)
def test_a_date_fits_on_the_days_that_can_be_meant_and_half_within_a_year(given: str, score: float | None) -> None:
    assert scores("date", given).get("Dated") == score


@pytest.mark.parametrize(("given", "score"), [("33.3", 100), ("33.34", 100), ("33.4", None), ("north", UNKNOWN)])
def test_coordinates_fit_where_they_mean_the_same_place(given: str, score: float | None) -> None:
    assert scores("geo:lat", given).get("Dated") == score
