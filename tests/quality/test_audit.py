"""The citation audit, on a made-up article of our own about the made-up case."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from illicit_power.cli import main
from illicit_power.dataset.compiled import compile_source
from illicit_power.dataset.source import Source
from illicit_power.model.iris import ENTITY
from illicit_power.quality.audit import Audit, SourceText, audit, coverage_table
from tests.conftest import ROOT

CHAPTER = ROOT.parent / "shared" / "source" / "000_7e30b5036821c042.txt"
PAGES = {
    3: """
A Heading In Capitals

In spring the Young Guard left the Old Movement, as all agree.4 Nothing was the same after-
wards.

Years passed. The Guard had splintered.5 By June 12, there were 30 of them.

4  A note about Ann Roe, whose text is no paragraph.

5  Ibid.
""",
    4: """4

Ann Roe led the Young Guard.

2. A numbered heading that ends with a full stop.

This paragraph is about nothing and runs over to the
""",
    5: """next page, where Roe says that the Old Movement paid the Young Guard.""",
    6: """They had been rivals, the old movement and the Young Guard.""",
}


def write(folder: Path, pages: dict[int, str]) -> tuple[Path, Path]:
    """The text file and the page map of some pages."""
    lines: list[str] = []
    rows = ["# line, page"]
    for number, content in pages.items():
        rows.append(f"{len(lines) + 1}\t{number}")
        lines += content.splitlines()
    text, page_map = folder / "article.txt", folder / "page-map.tsv"
    text.write_text("\n".join(lines) + "\n")
    page_map.write_text("\n".join(rows) + "\n")
    return text, page_map


def audited(source: Source, folder: Path, pages: dict[int, str]) -> Audit:
    return audit(compile_source(source), ENTITY["doe-2020"], SourceText.read(*write(folder, pages)))


def change(source: Source, old: str, new: str, file: str = "claims/all.ttl") -> None:
    path = source.root / "data/example" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


EXPLANATION = (
    'ips:withoutClaim [ ips:page 4 ; ips:paragraph 2 ; skos:editorialNote "About nothing."@en ] ;\n    ips:slug '
)


@pytest.fixture
def explained_source(example_source: Source) -> Source:
    """The made-up case with an explanation of the one paragraph that nothing is claimed of."""
    change(example_source, "ips:slug ", EXPLANATION, "case.ttl")
    return example_source


def test_paragraphs_are_counted_without_headings_page_numbers_and_footnotes(tmp_path: Path) -> None:
    text = SourceText.read(*write(tmp_path, PAGES))
    assert list(text.paragraphs) == [(3, 1), (3, 2), (4, 1), (4, 2), (5, 1), (6, 1)]
    assert text.paragraphs[3, 1].endswith("Nothing was the same afterwards.")


def test_sound_citations_pass(explained_source: Source, tmp_path: Path) -> None:
    found = audited(explained_source, tmp_path, PAGES)
    assert [str(problem) for problem in found.problems] == []
    assert found.evidence == 5
    assert found.claims[3, 1] == found.claims[3, 2] == 1


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        pytest.param("ips:page 6", "ips:page 9", "page 9 is not in the text", id="page"),
        pytest.param(
            "ips:page 6 ; ips:paragraph 1", "ips:page 6 ; ips:paragraph 2", "has 1 paragraphs", id="paragraph"
        ),
        pytest.param("ips:footnote 4", "ips:footnote 3", "note 3 does not stand in p. 3, ¶ 1", id="footnote"),
        pytest.param(
            "ips:paragraph 2 ; ips:footnote 5", "ips:paragraph 2 ; ips:footnote 12", "note 12", id="a day is no note"
        ),
        pytest.param(
            "ips:paragraph 2 ; ips:footnote 5", "ips:paragraph 2 ; ips:footnote 30", "note 30", id="a count is no note"
        ),
    ],
)
def test_a_citation_that_points_to_nothing_is_found(
    explained_source: Source, tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    change(explained_source, old, new)
    problems = audited(explained_source, tmp_path, PAGES).problems
    assert complaint in problems[0].message
    assert problems[0].path == explained_source.root / "data/example/claims/all.ttl"
    assert new in problems[0].path.read_text().splitlines()[(problems[0].line or 0) - 1]


def test_a_page_that_speaks_of_something_else_is_found(explained_source: Source, tmp_path: Path) -> None:
    pages = {**PAGES, 6: "Somebody did something to somebody else."}
    (problem,) = audited(explained_source, tmp_path, pages).problems
    assert "none of the names" in problem.message
    assert "ips:namedOtherwise" in problem.message


def test_a_page_that_names_things_otherwise_passes_when_the_data_says_how(
    explained_source: Source, tmp_path: Path
) -> None:
    change(explained_source, "ips:page 6 ;", 'ips:page 6 ; ips:namedOtherwise "somebody"@en ;')
    pages = {**PAGES, 6: "Somebody did something to somebody else."}
    assert audited(explained_source, tmp_path, pages).problems == []


def test_an_alias_counts_as_a_name(explained_source: Source, tmp_path: Path) -> None:
    assert audited(explained_source, tmp_path, {**PAGES, 6: "The Guard was somebody's rival."}).problems == []


def test_a_paragraph_without_claims_is_found_unless_explained(example_source: Source, tmp_path: Path) -> None:
    (problem,) = audited(example_source, tmp_path, PAGES).problems
    assert problem.thing == "p. 4, ¶ 2"
    assert "ips:withoutClaim" in problem.message


def test_the_coverage_table_counts_and_explains(explained_source: Source, tmp_path: Path) -> None:
    text = SourceText.read(*write(tmp_path, PAGES))
    table = coverage_table(text, audit(compile_source(explained_source), ENTITY["doe-2020"], text))
    assert table.splitlines()[1].split() == ["p.", "3", "2", "¶1", "1", "¶2", "1"]
    assert "¶2: About nothing." in table


@pytest.mark.parametrize(
    ("page_map", "complaint"),
    [
        ("1 3\n", "a tab"),
        ("5\t3\n1\t4\n", "in order"),
        ("1\t3\n5\t3\n", "once each"),
        ("1\t3\n999\t4\n", "the text has"),
    ],
)
def test_a_bad_page_map_is_refused_with_the_reason(tmp_path: Path, page_map: str, complaint: str) -> None:
    text, path = write(tmp_path, PAGES)
    path.write_text(page_map)
    with pytest.raises(ValueError, match=complaint):
        SourceText.read(text, path)


def test_the_command_prints_the_table_and_fails_on_a_problem(
    example_source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, page_map = write(tmp_path, PAGES)
    command = [
        "audit",
        str(text),
        "--page-map",
        str(page_map),
        "--source",
        str(example_source.root),
    ]
    assert main(command) == 1
    assert "p. 4, ¶ 2" in capsys.readouterr().out
    change(example_source, "ips:slug ", EXPLANATION, "case.ttl")
    assert main(command) == 0
    assert "5 pieces of evidence" in capsys.readouterr().out


def test_where_there_are_several_cases_one_has_to_be_named(
    example_source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(example_source.cases[0], example_source.cases[0].parent / "other")
    command = ["audit", str(write(tmp_path, PAGES)[0]), "--source", str(example_source.root)]
    for given, wrong in (([], "there are several cases"), (["--case", "third"], "there is no case third")):
        assert main([*command, *given]) == 2
        assert f"{wrong}: give --case and one of example, other" in capsys.readouterr().err


@pytest.mark.skipif(not CHAPTER.exists(), reason="no copy of the chapter beside this checkout")
def test_every_citation_of_the_real_dataset_stands_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", str(CHAPTER)]) == 0, capsys.readouterr().out
