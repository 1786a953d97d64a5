"""What the README and the guides say is so."""

from __future__ import annotations

import csv
import re

import httpx
import pytest

from illicit_power.cli import main
from illicit_power.dataset.snapshot import Snapshot
from illicit_power.exports.files import Manifest
from illicit_power.exports.tables import TABLES
from illicit_power.server.settings import SETTINGS
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_s_query_gives_the_readme_s_answer(client: httpx.Client) -> None:
    query = re.search(r"--data-urlencode 'query=\n(.*?)'\n```", README, re.DOTALL)
    shown = re.search(r"```csv\n(.*?)```", README, re.DOTALL)
    assert query
    assert shown
    answer = client.get("/sparql", params={"query": query[1]}, headers={"Accept": "text/csv"})
    rows = sorted(line.split(",") for line in answer.text.splitlines())
    assert rows == sorted(line.split(",") for line in shown[1].splitlines())


def test_the_data_guide_counts_what_the_query_counts() -> None:
    guide = (ROOT / "docs" / "data-guide.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| ([a-z ]+) \| ([a-z -]+) \| (\d+) \| (\d+) \|$", guide, re.MULTILINE)
    with (ROOT / "queries" / "claims-by-class.csv").open(encoding="utf-8", newline="") as file:
        counted = [
            (row["kind"], row["class"].removesuffix(" (claim)"), row["claims"], row["evidence"])
            for row in csv.DictReader(file)
        ]
    assert table == counted


def test_the_guide_to_downloads_names_every_table_and_every_kind_of_file(snapshot: Snapshot) -> None:
    guide = (ROOT / "docs" / "downloads.md").read_text(encoding="utf-8")
    for table in TABLES:
        assert f"`{table.name}`" in guide
    for file in Manifest.read(snapshot.downloads).files:
        ending = file.name.removeprefix("illicit-power")
        assert f"`{file.name}`" in guide or f"`{ending}`" in guide or ending.removesuffix(".csv") in guide, file.name


def test_every_link_between_documents_leads_somewhere() -> None:
    for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_setting_of_the_server_is_in_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    printed = capsys.readouterr().out
    for setting in SETTINGS:
        assert setting.option in printed
        assert setting.variable in printed


def test_no_registry_host_stands_in_the_locks() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        assert "http" not in re.sub(r"http(core|x|tools)", "", path.read_text(encoding="utf-8"))
