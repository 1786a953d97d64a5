"""What is wrong in a file is said with its place, its name and the way out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rdflib import RDF, SH, Graph

from illicit_power.cli import main
from illicit_power.dataset.problem import Problem
from illicit_power.dataset.source import Source
from illicit_power.quality.validation import compile_and_check

CLAIMS = "data/example/claims/all.ttl"
ENTITIES = "data/example/entities.ttl"
CASE = "data/example/case.ttl"


def change(source: Source, file: str, old: str, new: str) -> Path:
    path = source.root / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return path


def only_problem(source: Source) -> Problem:
    (problem,) = compile_and_check(source).problems
    return problem


def test_the_real_dataset_has_no_problem(source: Source) -> None:
    assert [str(problem) for problem in compile_and_check(source).problems] == []


def test_the_made_up_case_has_no_problem(example_source: Source) -> None:
    assert compile_and_check(example_source).problems == []


@pytest.mark.parametrize(
    ("file", "old", "new", "line_holds", "message"),
    [
        pytest.param(CLAIMS, "ips:page 4 ; ", "", "ips:paragraph 1 ]", "page", id="evidence without a page"),
        pytest.param(
            CLAIMS, " ;\n    ips:evidence  [ ips:page 4 ; ips:paragraph 1 ]", "", "", "ips:evidence", id="no evidence"
        ),
        pytest.param(CLAIMS, "    ips:object    entity:young-guard ;\n", "", "", "ips:object", id="no object"),
        pytest.param(
            CLAIMS,
            "ips:subject   entity:ann-roe",
            "ips:subject   entity:doe-2020",
            "",
            "Agent",
            id="subject of a wrong kind",
        ),
        pytest.param(CLAIMS, "    ips:stance    stance:possible ;\n", "", "", "asserted", id="asserted on allegations"),
        pytest.param(ENTITIES, '    skos:prefLabel   "Ann Roe"@en ;\n', "", "", "skos:prefLabel", id="nameless"),
        pytest.param(
            CLAIMS, "a ips:RivalOf ;", "a ips:RivalOf ; ips:startEarliest 'x' ;", "", "ips:time", id="a bound by hand"
        ),
    ],
)
def test_a_broken_rule_is_told_with_its_file_and_the_cure(
    example_source: Source, file: str, old: str, new: str, line_holds: str, message: str
) -> None:
    path = change(example_source, file, old, new)
    problems = compile_and_check(example_source).problems
    assert {problem.path for problem in problems} == {path}
    assert any(message in problem.message for problem in problems)
    for problem in problems:
        assert problem.line is not None
        assert line_holds in path.read_text().splitlines()[problem.line - 1]


def test_a_direct_link_by_hand_is_refused(example_source: Source) -> None:
    path = change(
        example_source,
        ENTITIES,
        "entity:young-guard a ips:Militia ;",
        "entity:young-guard a ips:Militia ;\n    ips:splinterOf entity:old-movement ;",
    )
    problems = compile_and_check(example_source).problems
    assert [problem.path for problem in problems] == [path]
    assert "ips:SplinterOf" in problems[0].message


@pytest.mark.parametrize(
    ("file", "old", "new", "suggestion"),
    [
        (CLAIMS, "a ips:SplinterOf", "a ips:SplinterOff", "ips:SplinterOf"),
        (CLAIMS, "ips:object    entity:old-movement", "ips:object    entity:old-movment", "entity:old-movement"),
        (CLAIMS, "hedge:alleged", "hedge:aleged", "hedge:alleged"),
        (ENTITIES, "a ips:Person ;", "a ips:Persom ;", "ips:Person"),
        (CASE, "ips:horizon  ", "ips:horizont ", "ips:horizon"),
        (CASE, "entity:doe-2020", "entity:doe-2021", "entity:doe-2020"),
    ],
)
def test_a_misspelled_term_is_told_with_the_nearest_ones(
    example_source: Source, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, suggestion: str
) -> None:
    path = change(example_source, file, old, new)
    assert main(["validate", "--source", str(example_source.root)]) == 1
    printed = capsys.readouterr().out
    assert str(path) in printed
    assert suggestion in printed


def test_validate_says_file_line_thing_and_rule(example_source: Source, capsys: pytest.CaptureFixture[str]) -> None:
    path = change(example_source, CLAIMS, "ips:page 4 ; ", "")
    assert main(["validate", "--source", str(example_source.root)]) == 1
    first = capsys.readouterr().out.splitlines()[0]
    line = next(number for number, text in enumerate(path.read_text().splitlines(), 1) if "[ ips:paragraph 1 ]" in text)
    assert first.startswith(f"{path}:{line}: ")


def test_validate_can_be_asked_about_some_files(example_source: Source, capsys: pytest.CaptureFixture[str]) -> None:
    path = change(example_source, CLAIMS, "ips:page 4 ; ", "")
    root = str(example_source.root)
    assert main(["validate", "--source", root, str(path)]) == 1
    assert main(["validate", "--source", root, str(example_source.root / CASE)]) == 0
    assert main(["validate", "--source", root, str(example_source.root / "nowhere.ttl")]) == 2
    assert "no such file" in capsys.readouterr().err


def test_validate_gives_json(example_source: Source, capsys: pytest.CaptureFixture[str]) -> None:
    path = change(example_source, CLAIMS, "ips:page 4 ; ", "")
    main(["validate", "--source", str(example_source.root), "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert report["conforms"] is False
    assert {problem["path"] for problem in report["problems"]} == {str(path)}


def test_validate_gives_the_shacl_report(example_source: Source, capsys: pytest.CaptureFixture[str]) -> None:
    change(example_source, CLAIMS, "ips:page 4 ; ", "")
    main(["validate", "--source", str(example_source.root), "--format", "ttl"])
    report = Graph().parse(data=capsys.readouterr().out, format="turtle")
    assert list(report.subjects(RDF.type, SH.ValidationResult))
    assert False in {bool(value) for value in report.objects(None, SH.conforms)}
