"""The commands that ask the dataset: match, describe and cite."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from illicit_power.archive.kept_queries import AnswerRecord, KeptQueries, KeptQuery
from illicit_power.archive.permalinks import AskedQuery
from illicit_power.cli import main
from illicit_power.dataset.publication import CITATION
from illicit_power.dataset.snapshot import Snapshot

JAM = "https://w3id.org/illicit-power/id/jaish-al-mahdi"


@pytest.fixture(autouse=True)
def cache(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiled dataset is in the cache folder already."""
    monkeypatch.setenv("ILLICIT_POWER_CACHE", str(snapshot.path.parent))


def test_names_from_the_command_line_and_from_a_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Basra\n\nQqqq\n"))
    assert main(["match", "Mahdi's Army", "-", "--limit", "1", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["query"], row["iri"].rpartition("/")[2], row["match"]) for row in rows] == [
        ("Mahdi's Army", "jaish-al-mahdi", "True"),
        ("Basra", "basra", "True"),
        ("Qqqq", "", ""),
    ]


def test_candidates_as_text_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["match", "Mahdi's Army", "--kind", "Organization"]) == 0
    assert f"match {JAM}  Jaish al-Mahdi" in capsys.readouterr().out
    assert main(["match", "Mahdi's Army", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["Mahdi's Army"][0]["iri"] == JAM


def test_the_document_of_a_thing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "basra", "--format", "jsonld"]) == 0
    assert json.loads(capsys.readouterr().out)["@graph"][0]["prefLabel"] == "Basra"
    assert main(["describe", "entity:basrah"]) == 2
    assert "did you mean https://w3id.org/illicit-power/id/basra" in capsys.readouterr().err


def test_the_dataset_is_cited_in_its_version(capsys: pytest.CaptureFixture[str], snapshot: Snapshot) -> None:
    assert main(["cite"]) == 0
    cited = capsys.readouterr().out
    assert f"title   = {{{{{CITATION.title}}}}}" in cited
    assert snapshot.manifest.version in cited


def test_a_kept_query_is_cited_at_its_address(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    query = AskedQuery.of("ASK {}", (), (), "sha256-0123456789abcdef")
    answer = AnswerRecord("boolean", 0, 0, "", None, None)
    KeptQueries(tmp_path, 1, 10_000).keep(KeptQuery(query, datetime(2026, 3, 1, tzinfo=UTC), False, CITATION, answer))
    address = f"https://data.example.org/v1.0{query.path}"
    for asked in (address, f"{address}.html"):
        assert main(["cite", asked, "--kept-queries", str(tmp_path)]) == 0
        cited = capsys.readouterr().out
        assert f"url     = {{{address}}}" in cited
        assert "asked again, the query can give another answer" in cited
        assert "urldate = {2026-03-01}" in cited


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["https://data.example.org/q/aaaaaaaaaaaaaaaa"], "add --kept-queries"),
        (["https://data.example.org/q/aaaaaaaaaaaaaaaa", "--kept-queries", "."], "no query aaaaaaaaaaaaaaaa is kept"),
        (["aaaaaaaaaaaaaaaa", "--kept-queries", "."], "give the whole address"),
    ],
)
def test_a_query_that_cannot_be_cited_is_said(
    capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    assert main(["cite", *arguments]) == 2
    assert complaint in capsys.readouterr().err
