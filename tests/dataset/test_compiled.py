"""What the build writes out, derives and infers, on the made-up case."""

from __future__ import annotations

import pytest
from rdflib import RDF, RDFS, XSD, Literal, URIRef

from illicit_power.dataset.compiled import Compiled, compile_source
from illicit_power.dataset.problem import InvalidSource
from illicit_power.dataset.rdflib_terms import literal
from illicit_power.dataset.source import Source
from illicit_power.model.iris import CLAIM, ENTITY, IPS, VOCABULARY, case_graph
from illicit_power.model.layers import Layer

SPLIT = CLAIM["example/guard-splinter-of-movement"]
GUARD, MOVEMENT, ROE, DOE = (ENTITY[name] for name in ("young-guard", "old-movement", "ann-roe", "jan-doe"))


@pytest.fixture
def example(example_source: Source) -> Compiled:
    return compile_source(example_source)


def test_evidence_is_named_after_claim_and_page(example: Compiled) -> None:
    assert set(example.union().objects(SPLIT, IPS.evidence)) == {URIRef(f"{SPLIT}#p3"), URIRef(f"{SPLIT}#p3-2")}


def test_the_first_evidence_on_a_page_is_the_one_in_the_earlier_paragraph(example: Compiled) -> None:
    assert example.union().value(URIRef(f"{SPLIT}#p3"), IPS.paragraph) == Literal(1)


def test_what_is_left_out_is_written_out(example: Compiled) -> None:
    graph, evidence = example.union(), URIRef(f"{SPLIT}#p3")
    assert graph.value(SPLIT, IPS.stance) == VOCABULARY["stance/asserted"]
    assert graph.value(evidence, IPS.hedge) == VOCABULARY["hedge/stated"]
    assert graph.value(evidence, IPS.inSource) == ENTITY["doe-2020"]
    assert set(graph.objects(evidence, IPS.saidBy)) == {DOE}
    assert graph.value(evidence, RDFS.label) == Literal("p. 3, ¶ 1, n. 4", lang="en")


def test_what_is_written_is_not_overruled_by_a_default(example: Compiled) -> None:
    graph, claim = example.union(), CLAIM["example/movement-sponsor-of-guard"]
    (evidence,) = graph.objects(claim, IPS.evidence)
    assert list(graph.objects(claim, IPS.stance)) == [VOCABULARY["stance/possible"]]
    assert list(graph.objects(evidence, IPS.hedge)) == [VOCABULARY["hedge/alleged"]]
    assert list(graph.objects(evidence, IPS.saidBy)) == [ROE]


def test_whether_the_text_of_a_note_survives(example: Compiled) -> None:
    graph = example.union()
    assert graph.value(URIRef(f"{SPLIT}#p3"), IPS.footnoteTextAvailable) == Literal(True)
    assert graph.value(URIRef(f"{SPLIT}#p3-2"), IPS.footnoteTextAvailable) == Literal(False)


def test_a_claim_is_labelled_in_plain_english(example: Compiled) -> None:
    assert example.label(SPLIT) == "Young Guard splintered from Old Movement (March 2007)"
    rivalry = CLAIM["example/movement-rival-of-guard"]
    assert example.label(rivalry) == "Old Movement was a rival of Young Guard against Ann Roe (Hill Town, 2008)"


def test_a_label_has_the_names_as_they_stand_in_a_sentence_and_verbs_in_their_number(example_source: Source) -> None:
    path = example_source.root / "data/example/entities.ttl"
    movement = '"Old Movement"@en ;\n    ips:inSentence "the old movements"@en ; ips:plural true ;'
    path.write_text(path.read_text().replace('"Old Movement"@en ;', movement))
    example = compile_source(example_source)
    rivalry = CLAIM["example/movement-rival-of-guard"]
    assert example.label(SPLIT) == "Young Guard splintered from the old movements (March 2007)"
    assert example.label(rivalry) == "The old movements were rivals of Young Guard against Ann Roe (Hill Town, 2008)"


def test_a_time_gets_four_bounds(example: Compiled) -> None:
    graph, claim = example.union(), CLAIM["example/roe-leader-of-guard"]
    assert graph.value(claim, IPS.startEarliest) == date_time("2007-03-01T00:00:00Z")
    assert graph.value(claim, IPS.endLatest) == date_time("2019-12-31T23:59:59Z")


def date_time(text: str) -> Literal:
    return literal(text, XSD.dateTime)


def test_asserted_claims_become_direct_links_and_others_do_not(example: Compiled) -> None:
    direct = example.graphs[case_graph("example", Layer.DIRECT)]
    assert set(direct) == {
        (GUARD, IPS.splinterOf, MOVEMENT),
        (ROE, IPS.leaderOf, GUARD),
        (MOVEMENT, IPS.rivalOf, GUARD),
    }


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param((GUARD, RDF.type, IPS.SplinterGroup), id="a defined class has its members"),
        pytest.param((GUARD, RDF.type, IPS.Organization), id="superclasses"),
        pytest.param((SPLIT, RDF.type, IPS.Claim), id="superclasses of claims, over two steps"),
        pytest.param((GUARD, IPS.descendsFrom, MOVEMENT), id="superproperties"),
        pytest.param((GUARD, IPS.rivalOf, MOVEMENT), id="symmetric properties"),
        pytest.param((SPLIT, IPS.about, MOVEMENT), id="a claim is about its object"),
    ],
)
def test_what_the_ontology_entails_is_there(example: Compiled, statement: tuple[URIRef, URIRef, URIRef]) -> None:
    assert statement in example.graphs[case_graph("example", Layer.INFERRED)]


def test_the_old_movement_is_no_splinter_group(example: Compiled) -> None:
    assert (MOVEMENT, RDF.type, IPS.SplinterGroup) not in example.union()


def test_a_claim_points_to_the_kind_that_its_subject_is_of_by_it(example: Compiled) -> None:
    assert set(example.union().subject_objects(IPS.qualifiesAs)) >= {(SPLIT, IPS.SplinterGroup)}


FIGHT = CLAIM["example/movement-rival-of-guard"]


def test_who_fights_outside_the_state_is_an_illicit_power_structure(example_source: Source) -> None:
    path = example_source.root / "data/example/claims/all.ttl"
    path.write_text(path.read_text().replace("ips:RivalOf", "ips:FoughtAgainst"))
    graph = compile_source(example_source).union()
    assert (FIGHT, IPS.qualifiesAs, IPS.IllicitPowerStructure) in graph
    assert set(graph.subjects(RDF.type, IPS.IllicitPowerStructure)) >= {MOVEMENT, GUARD}


def test_an_organ_of_the_state_that_fights_is_none(example_source: Source) -> None:
    path = example_source.root / "data/example/claims/all.ttl"
    path.write_text(path.read_text().replace("ips:RivalOf", "ips:FoughtAgainst"))
    entities = example_source.root / "data/example/entities.ttl"
    entities.write_text(entities.read_text().replace("old-movement a ips:Movement", "old-movement a ips:StateBody"))
    graph = compile_source(example_source).union()
    assert (MOVEMENT, RDF.type, IPS.StateBody) in graph
    assert (MOVEMENT, RDF.type, IPS.IllicitPowerStructure) not in graph


def test_what_is_only_possible_makes_nothing_of_anybody(example_source: Source) -> None:
    path = example_source.root / "data/example/claims/all.ttl"
    path.write_text(
        path.read_text().replace("ips:RivalOf ;", "ips:FoughtAgainst ;\n    ips:stance stance:possible ;", 1)
    )
    graph = compile_source(example_source).union()
    assert (FIGHT, RDF.type, IPS.FoughtAgainst) in graph
    assert (FIGHT, IPS.qualifiesAs, None) not in graph


def test_no_triple_stands_in_two_graphs(compiled: Compiled) -> None:
    triples = [triple for graph in compiled.graphs.values() for triple in graph]
    assert len(triples) == len(set(triples))


def test_a_time_that_is_not_edtf_is_reported_where_it_stands(example_source: Source) -> None:
    path = example_source.root / "data/example/claims/all.ttl"
    path.write_text(path.read_text().replace('"2007-03/.."', '"spring 2007"'))
    with pytest.raises(InvalidSource) as caught:
        compile_source(example_source)
    (problem,) = caught.value.problems
    assert problem.path == path
    assert path.read_text().splitlines()[(problem.line or 0) - 1].strip().startswith("ips:time")
    assert "is not an EDTF date" in problem.message


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [('"1990/2019"', '"2019"', "is not an interval"), ('"1-4"', '"one to four"', "range of note numbers")],
)
def test_a_case_that_is_wrong_is_reported_once(example_source: Source, old: str, new: str, complaint: str) -> None:
    path = example_source.root / "data/example/case.ttl"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(InvalidSource) as caught:
        compile_source(example_source)
    (problem,) = caught.value.problems
    assert complaint in problem.message
    assert new in path.read_text().splitlines()[(problem.line or 0) - 1]


def test_a_case_without_its_source_is_reported(example_source: Source) -> None:
    path = example_source.root / "data/example/case.ttl"
    path.write_text(path.read_text().replace("    ips:source             entity:doe-2020 ;\n", ""))
    with pytest.raises(InvalidSource) as caught:
        compile_source(example_source)
    assert caught.value.problems[0].path == path
    assert "ips:source" in caught.value.problems[0].message
