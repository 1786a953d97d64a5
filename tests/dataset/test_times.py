"""When claims hold, and on what ground: stated, placed by context, or derived from what they concern."""

from __future__ import annotations

import pytest
from rdflib.term import Node

from illicit_power.dataset.compiled import Compiled, compile_source
from illicit_power.dataset.problem import InvalidSource
from illicit_power.dataset.source import Source
from illicit_power.model.iris import CASE, CLAIM, ENTITY, IPS, VOCABULARY

EVIDENCE = "ips:evidence [ ips:page 3 ; ips:paragraph 1 ] ."
BOUNDS = ("startEarliest", "startLatest", "endEarliest", "endLatest")
HORIZON = ("1990-01-01", "2019-12-31")


def compiled_with(source: Source, claims: str, entities: str = "") -> Compiled:
    """The made-up case with more claims and entities."""
    for name, added in (("claims/all.ttl", claims), ("entities.ttl", entities)):
        path = source.root / "data" / "example" / name
        path.write_text(
            f"{path.read_text()}\n@prefix role: <{VOCABULARY}role/> .\n"
            f"@prefix time-basis: <{VOCABULARY}time-basis/> .\n{added}\n"
        )
    return compile_source(source)


def days(compiled: Compiled, claim: str) -> tuple[str, ...]:
    graph = compiled.union()
    return tuple(str(graph.value(CLAIM[f"example/{claim}"], IPS[name]))[:10] for name in BOUNDS)


def bases(compiled: Compiled, claim: str) -> tuple[str, ...]:
    """The basis of the time, of its start and of its end."""
    graph = compiled.union()
    names = ("timeBasis", "startBasis", "endBasis")
    return tuple(str(graph.value(CLAIM[f"example/{claim}"], IPS[name])).rpartition("/")[2] for name in names)


def bounded_by(compiled: Compiled, claim: str) -> set[Node]:
    return set(compiled.union().objects(CLAIM[f"example/{claim}"], IPS.boundedBy))


def rivalry(time: str = "") -> str:
    return f"claim:feud a ips:RivalOf ; ips:subject entity:ann-roe ; ips:object entity:young-guard ; {time} {EVIDENCE}"


GUARD_LIVED = (
    f'claim:guard-existed a ips:Existence ; ips:subject entity:young-guard ; ips:time "2007-03/2009" ; {EVIDENCE}'
)


def test_a_written_time_is_stated_unless_it_says_otherwise(example_source: Source) -> None:
    compiled = compiled_with(example_source, rivalry('ips:time "2008" ;'))
    assert days(compiled, "feud") == ("2008-01-01", "2008-12-31", "2008-01-01", "2008-12-31")
    assert bases(compiled, "feud") == ("stated", "stated", "stated")
    assert bounded_by(compiled, "feud") == set()


def test_a_time_by_context_names_its_ground(example_source: Source) -> None:
    ground = "ips:timeBasis time-basis:context ; ips:timeGround [ ips:page 4 ; ips:paragraph 2 ] ;"
    compiled = compiled_with(example_source, rivalry(f'ips:time "2008" ; {ground}'))
    graph = compiled.union()
    place = graph.value(CLAIM["example/feud"], IPS.timeGround)
    assert str(place) == f"{CLAIM['example/feud']}#time"
    assert [str(graph.value(place, IPS[name])) for name in ("page", "paragraph")] == ["4", "2"]
    assert bases(compiled, "feud") == ("context", "context", "context")


def test_a_state_that_was_seen_is_bounded_by_the_life_of_what_it_concerns(example_source: Source) -> None:
    compiled = compiled_with(example_source, rivalry('ips:attested "2008" ;') + GUARD_LIVED)
    assert days(compiled, "feud") == ("2007-03-01", "2008-12-31", "2008-01-01", "2009-12-31")
    assert bases(compiled, "feud") == ("stated", "derived", "derived")
    assert bounded_by(compiled, "feud") == {ENTITY["young-guard"]}


def test_an_unknown_end_is_bounded_and_derived(example_source: Source) -> None:
    compiled = compiled_with(example_source, rivalry('ips:time "2008/" ;') + GUARD_LIVED)
    assert days(compiled, "feud") == ("2008-01-01", "2008-12-31", "2008-01-01", "2009-12-31")
    assert bases(compiled, "feud") == ("stated", "stated", "derived")


def test_what_has_no_time_is_bounded_by_the_life_of_what_it_concerns(example_source: Source) -> None:
    compiled = compiled_with(example_source, rivalry() + GUARD_LIVED)
    assert days(compiled, "feud") == ("2007-03-01", "2009-12-31", "2007-03-01", "2009-12-31")
    assert bases(compiled, "feud") == ("derived", "derived", "derived")


def test_what_nothing_bounds_is_bounded_by_the_horizon_of_its_case(example_source: Source) -> None:
    compiled = compiled_with(example_source, rivalry())
    assert days(compiled, "feud") == HORIZON * 2
    assert bounded_by(compiled, "feud") == {CASE["example"]}


def test_a_founding_bounds_the_life_of_what_was_founded(example_source: Source) -> None:
    founding = (
        f"claim:founding a ips:FounderOf ; ips:subject entity:ann-roe ; ips:object entity:young-guard ; "
        f'ips:time "2006" ; {EVIDENCE}'
    )
    assert days(compiled_with(example_source, rivalry() + founding), "feud")[0] == "2006-01-01"


def test_a_participation_has_the_time_of_its_event(example_source: Source) -> None:
    event = 'entity:raid a ips:Attack ; skos:prefLabel "Raid"@en ; skos:definition "A raid."@en .'
    claims = (
        f'claim:raid-date a ips:Occurrence ; ips:subject entity:raid ; ips:time "2008-05" ; {EVIDENCE} '
        f"claim:part a ips:ParticipatedIn ; ips:subject entity:ann-roe ; ips:object entity:raid ; "
        f"ips:role role:attacker ; {EVIDENCE}"
    )
    compiled = compiled_with(example_source, claims, event)
    assert days(compiled, "part") == ("2008-05-01", "2008-05-31", "2008-05-01", "2008-05-31")
    assert bases(compiled, "part") == ("derived", "derived", "derived")
    assert bounded_by(compiled, "part") == {ENTITY["raid"]}


def test_the_dead_do_nothing_after_their_killing(example_source: Source) -> None:
    event = 'entity:murder a ips:Killing ; skos:prefLabel "Murder"@en ; skos:definition "A murder."@en .'
    claims = (
        f'claim:murder-date a ips:Occurrence ; ips:subject entity:murder ; ips:time "2008-05" ; {EVIDENCE} '
        f"claim:victim a ips:ParticipatedIn ; ips:subject entity:ann-roe ; ips:object entity:murder ; "
        f"ips:role role:victim ; {EVIDENCE} {rivalry()}"
    )
    compiled = compiled_with(example_source, claims, event)
    assert days(compiled, "feud")[3] == "2008-05-31"
    assert (ENTITY["ann-roe"], IPS.victimOf, ENTITY["murder"]) in compiled.union()
    assert (ENTITY["ann-roe"], IPS.participatedIn, ENTITY["murder"]) not in compiled.union()


def test_kinship_outlives_the_kin(example_source: Source) -> None:
    kin = f"claim:kin a ips:KinOf ; ips:subject entity:ann-roe ; ips:object entity:jan-doe ; {EVIDENCE}"
    life = f'claim:roe-lived a ips:Existence ; ips:subject entity:ann-roe ; ips:time "../2001" ; {EVIDENCE}'
    assert days(compiled_with(example_source, kin + life), "kin") == HORIZON * 2


def test_a_section_places_its_claims_in_its_phase(example_source: Source) -> None:
    case = example_source.root / "data" / "example" / "case.ttl"
    case.write_text(
        f"{case.read_text()}\n<{CASE}example> ips:hasSection <{CASE}example#one> .\n"
        f"<{CASE}example#one> a ips:Section ; ips:firstPage 3 ; ips:firstParagraph 1 ; ips:lastPage 4 ; "
        f"ips:lastParagraph 1 ; ips:tellsOf <{ENTITY}heyday> .\n"
    )
    phase = 'entity:heyday a ips:Phase ; skos:prefLabel "Heyday"@en ; skos:definition "A phase."@en .'
    claims = (
        f"claim:heyday-of a ips:PhaseOf ; ips:subject entity:heyday ; ips:object entity:young-guard ; "
        f'ips:time "2010/2012" ; {EVIDENCE}'
        f"{rivalry()}"
    )
    compiled = compiled_with(example_source, claims, phase)
    assert days(compiled, "feud") == ("2010-01-01", "2012-12-31", "2010-01-01", "2012-12-31")
    graph = compiled.union()
    assert set(graph.objects(CLAIM["example/feud"], IPS.inPhase)) == {ENTITY["heyday"]}
    assert set(graph.objects(CLAIM["example/movement-rival-of-guard"], IPS.inPhase)) == set()


@pytest.mark.parametrize(
    ("time", "complaint"),
    [
        ('ips:time "2008" ; ips:attested "2008" ;', "a claim has one time"),
        ('ips:time "early 2008" ;', "is not an EDTF date"),
        ('ips:time "1989" ;', "lies outside"),
        ('ips:begin "" ; ips:end "" ;', "says when"),
        ('ips:begin "2009" ; ips:end "[..2008]" ;', "ends before it begins"),
    ],
)
def test_a_time_that_cannot_be_is_said_with_its_line(example_source: Source, time: str, complaint: str) -> None:
    with pytest.raises(InvalidSource) as raised:
        compiled_with(example_source, rivalry(time))
    (problem,) = raised.value.problems
    assert complaint in problem.message
    assert problem.path
    assert problem.line
    assert "feud" in problem.path.read_text().splitlines()[problem.line - 1]


def test_an_effect_comes_with_its_cause_and_later(example_source: Source) -> None:
    entities = (
        'entity:raid a ips:Attack ; skos:prefLabel "Raid"@en ; skos:definition "A raid."@en . '
        'entity:fear a ips:Condition ; skos:prefLabel "Fear"@en ; skos:definition "Fear."@en .'
    )
    claims = (
        f'claim:raid-date a ips:Occurrence ; ips:subject entity:raid ; ips:time "2008-05" ; {EVIDENCE} '
        f"claim:effect a ips:Causation ; ips:subject entity:raid ; ips:object entity:fear ; "
        f'ips:summary "The raid spread fear."@en ; {EVIDENCE}'
    )
    assert days(compiled_with(example_source, claims, entities), "effect") == (
        "2008-05-01", HORIZON[1], "2008-05-01", HORIZON[1],
    )  # fmt: skip


def test_a_stream_of_revenue_begins_no_earlier_than_whom_it_funds(example_source: Source) -> None:
    entities = 'entity:levy a ips:RevenueSource ; skos:prefLabel "Levy"@en ; skos:definition "A levy."@en .'
    claims = (
        f"claim:funding a ips:FundedBy ; ips:subject entity:young-guard ; ips:object entity:levy ; {EVIDENCE} "
        f"claim:payment a ips:PaidBy ; ips:subject entity:levy ; ips:object entity:ann-roe ; {EVIDENCE} {GUARD_LIVED}"
    )
    compiled = compiled_with(example_source, claims, entities)
    assert days(compiled, "payment")[0] == "2007-03-01"
    assert bounded_by(compiled, "payment") == {ENTITY["levy"]}


def test_an_event_does_not_reach_back_before_its_participants(example_source: Source) -> None:
    entities = 'entity:raid a ips:Attack ; skos:prefLabel "Raid"@en ; skos:definition "A raid."@en .'
    claims = (
        f'claim:raid-date a ips:Occurrence ; ips:subject entity:raid ; ips:time "[..2008]" ; {EVIDENCE} '
        f"claim:part a ips:ParticipatedIn ; ips:subject entity:young-guard ; ips:object entity:raid ; "
        f"ips:role role:attacker ; {EVIDENCE} {GUARD_LIVED}"
    )
    compiled = compiled_with(example_source, claims, entities)
    assert days(compiled, "raid-date") == ("2007-03-01", "2008-12-31", "2007-03-01", "2008-12-31")
    assert bases(compiled, "raid-date") == ("stated", "derived", "stated")
    assert days(compiled, "part") == days(compiled, "raid-date")
