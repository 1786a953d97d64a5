"""A release puts addresses on record, and none of them vanishes after that."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from rdflib import Graph

from illicit_power.cli import main
from illicit_power.dataset.changes import Thing
from illicit_power.dataset.problem import InvalidSource
from illicit_power.dataset.releases import Release, ReleaseRecord
from illicit_power.dataset.source import Source
from illicit_power.exports.download_list import DownloadList
from illicit_power.quality.validation import compile_and_check
from tests.conftest import ROOT
from tests.dataset.test_changes import SPLIT, SPONSORSHIP, TOMBSTONE, edit, withdraw_sponsorship


def release(source: Source, tmp_path: Path, day: str) -> int:
    return main(["release", "--source", str(source.root), "--snapshots", str(tmp_path / "built"), "--date", day])


@pytest.fixture
def released(example_source: Source, tmp_path: Path) -> Source:
    """The made-up case after its first release."""
    assert release(example_source, tmp_path, "2026-01-01") == 0
    return example_source


def test_a_release_is_named_by_date_and_content(released: Source) -> None:
    record = ReleaseRecord.of(released)
    (first,) = record.releases()
    assert first.date == date(2026, 1, 1)
    assert re.fullmatch(r"2026-01-01-[0-9a-f]{8}", first.name)
    assert "The first release." in record.log(first, "txt").read_text()


def test_a_release_has_every_address_but_those_of_evidence(released: Source) -> None:
    published = ReleaseRecord.of(released).published()
    assert {str(SPONSORSHIP), str(SPLIT), "https://w3id.org/illicit-power/ontology#SplinterOf"} <= set(published)
    assert not any("#p" in iri for iri in published if "/claim/" in iri)
    assert list(published) == sorted(published)


def test_a_published_address_may_not_vanish(released: Source) -> None:
    withdraw_sponsorship(released)
    (problem,) = compile_and_check(released).problems
    assert problem.path == ReleaseRecord.of(released).published_file
    assert problem.path.read_text().splitlines()[(problem.line or 0) - 1].startswith(str(SPONSORSHIP))
    assert "owl:deprecated true" in problem.message


def test_a_tombstone_is_enough(released: Source) -> None:
    withdraw_sponsorship(released)
    (released.root / "data/example/withdrawn.ttl").write_text(TOMBSTONE)
    assert compile_and_check(released).problems == []


def test_what_was_published_once_stays_on_record(tmp_path: Path) -> None:
    record = ReleaseRecord(tmp_path / "releases")
    for day, things in ((1, {"a": "1", "b": "1"}), (2, {"b": "2", "c": "2"})):
        new = Release(date(2026, 1, day), str(day) * 64)
        record.add(new, {iri: Thing(iri, iri, digest) for iri, digest in things.items()}, {})
    assert {iri: digest for iri, (_, digest) in record.published().items()} == {"a": "1", "b": "2", "c": "2"}
    assert [known.date.day for known in record.releases()] == [1, 2]


def test_nothing_may_refer_to_what_is_withdrawn(released: Source) -> None:
    tombstone = TOMBSTONE.replace("claim/example/movement-sponsor-of-guard", "id/hill-town")
    (released.root / "data/example/withdrawn.ttl").write_text(tombstone)
    assert any("still refers to it" in problem.message for problem in compile_and_check(released).problems)


def test_the_next_release_says_what_it_changed(
    released: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(released, "claims/all.ttl", '"2007-03" ;', '"2007-04" ;')
    withdraw_sponsorship(released)
    (released.root / "data/example/withdrawn.ttl").write_text(TOMBSTONE)
    capsys.readouterr()
    assert release(released, tmp_path, "2026-02-01") == 0
    record = ReleaseRecord.of(released)
    first, second = record.releases()
    log = record.log(second, "txt").read_text()
    assert log.strip() in capsys.readouterr().out
    assert log.startswith(f"{first.name} → {second.name}\n0 added, 1 changed, 1 withdrawn.")
    assert "Young Guard splintered from Old Movement (April 2007)" in log
    assert len(Graph().parse(record.log(second, "ttl"))) > 0
    assert str(SPONSORSHIP) in record.published()


def test_the_downloads_of_a_release_carry_its_name_and_its_log(released: Source, tmp_path: Path) -> None:
    options = [
        "--source",
        str(released.root),
        "--snapshots",
        str(tmp_path / "built"),
        "--output",
        str(tmp_path / "out"),
    ]
    assert main(["export", *options]) == 0
    (first,) = ReleaseRecord.of(released).releases()
    assert first.name in (tmp_path / "out" / "catalog.ttl").read_text()
    assert (tmp_path / "out" / "changes.txt").read_bytes() == ReleaseRecord.of(released).log(first, "txt").read_bytes()
    snapshot = next((tmp_path / "built").glob("sha256-*"))
    assert DownloadList.read(snapshot / "download").version == first.name


@pytest.mark.parametrize(
    ("change", "day", "complaint"),
    [(False, "2026-03-01", "nothing has changed since"), (True, "2025-12-31", "give a later --date")],
)
def test_a_release_that_makes_no_sense_is_refused(
    released: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: bool, day: str, complaint: str
) -> None:
    if change:
        edit(released, "claims/all.ttl", '"2007-03" ;', '"2007-04" ;')
    assert release(released, tmp_path, day) == 2
    assert complaint in capsys.readouterr().err
    assert len(ReleaseRecord.of(released).releases()) == 1


def test_a_broken_record_is_reported_with_its_line(released: Source) -> None:
    path = ReleaseRecord.of(released).published_file
    path.write_text(path.read_text() + "no tab here\n")
    with pytest.raises(InvalidSource) as caught:
        compile_and_check(released)
    assert caught.value.problems[0].line == len(path.read_text().splitlines())


def test_the_citation_has_the_date_of_the_last_release(source: Source) -> None:
    releases = ReleaseRecord.of(source).releases()
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"date-released: {releases[-1].date.isoformat()}" in citation
