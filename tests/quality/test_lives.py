"""Nothing is claimed of a thing at a time when it did not exist."""

from __future__ import annotations

import pytest

from illicit_power.dataset.compiled import Compiled, compile_source
from illicit_power.dataset.source import Source
from illicit_power.quality.lives import check_lives

EXISTENCE = """
claim:guard-existence a ips:Existence ;
    ips:subject   entity:young-guard ;
    ips:time      "{}" ;
    ips:evidence  [ ips:page 4 ; ips:paragraph 1 ] .
"""


def test_the_times_of_the_real_dataset_are_within_the_lives_of_what_they_concern(compiled: Compiled) -> None:
    assert [str(problem) for problem in check_lives(compiled)] == []


@pytest.mark.parametrize(
    ("life", "outside"),
    [
        ("2007-03/..", set()),
        ("2007-06/..", {"guard-splinter-of-movement", "roe-leader-of-guard"}),
        ("2007-03/2007", {"movement-rival-of-guard", "roe-leader-of-guard"}),
    ],
)
def test_a_time_beyond_the_life_of_a_thing_is_found(example_source: Source, life: str, outside: set[str]) -> None:
    path = example_source.root / "data/example/claims/all.ttl"
    path.write_text(path.read_text() + EXISTENCE.format(life))
    compiled = compile_source(example_source)
    lines = path.read_text().splitlines()
    found = {
        lines[(problem.line or 0) - 1].partition(" a ")[0].removeprefix("claim:") for problem in check_lives(compiled)
    }
    assert found == outside
