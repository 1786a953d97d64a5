"""What the README and the guides say is so."""

from __future__ import annotations

import csv
import re

import httpx
import pytest

from illicit_power.archive.permalinks import AskedQuery
from illicit_power.cli import main
from illicit_power.dataset.snapshot import Snapshot
from illicit_power.exports.download_list import DownloadList
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


def test_every_address_in_the_rest_guide_answers(client: httpx.Client) -> None:
    guide = (ROOT / "docs" / "rest.md").read_text(encoding="utf-8")
    addresses = re.findall(r"http://127\.0\.0\.1:8000(/[^'\"\s]*)", guide)
    assert len(addresses) >= 8
    for address in addresses:
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code == httpx.codes.OK, address
        assert answer.headers.get("X-Total-Count") != "0", address


def test_the_python_in_the_rest_guide_runs(server: str) -> None:
    guide = (ROOT / "docs" / "rest.md").read_text(encoding="utf-8")
    for code in re.findall(r"```python\n(.*?)```", guide, re.DOTALL):
        names: dict[str, object] = {}
        exec(code.replace("http://127.0.0.1:8000", server), names)
        results = names.get("claims") or names.get("graph")
        assert results


def test_the_data_guide_counts_what_the_query_counts() -> None:
    guide = (ROOT / "docs" / "data-guide.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| ([a-z ]+) \| ([a-z -]+) \| (\d+) \| (\d+) \|$", guide, re.MULTILINE)
    with (ROOT / "queries" / "claims-by-class.csv").open(encoding="utf-8", newline="") as file:
        counted = [
            (row["kind"], row["class"].removesuffix(" (claim)"), row["claims"], row["evidence"])
            for row in csv.DictReader(file)
        ]
    assert table == counted


def test_the_citing_guide_s_address_is_that_of_its_query() -> None:
    guide = (ROOT / "docs" / "citing.md").read_text(encoding="utf-8")
    query = re.search(r"--data-urlencode 'query=(.*?)'\n```", guide, re.DOTALL)
    version = re.search(r"version = \{(.+)\}", guide)
    assert query
    assert version
    asked = AskedQuery.of(query[1], (), (), version[1])
    assert re.findall(r"illicit-power(?:-|/q/)([a-z0-9]{16})\b", guide) == [asked.id] * 2


def test_the_guide_to_downloads_names_every_table_and_every_kind_of_file(snapshot: Snapshot) -> None:
    guide = (ROOT / "docs" / "downloads.md").read_text(encoding="utf-8")
    for table in TABLES:
        assert f"`{table.name}`" in guide
    for file in DownloadList.read(snapshot.downloads).files:
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


def test_the_operations_guide_has_every_setting() -> None:
    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `(--\S+)` \| `(\S+)` \| (?:`(\S+)`|none) \| (.+) \|$", guide, re.MULTILINE)
    assert table == [(row.option, row.variable, str(row.default), row.help) for row in SETTINGS]


def test_the_operations_guide_names_every_metric(client: httpx.Client) -> None:
    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    client.get("/sparql", params={"query": "ASK {}"})
    kinds = re.findall(r"^# TYPE illicit_power_(\w+) (\w+)$", client.get("/metrics").text, re.MULTILINE)
    names = {name for name, kind in kinds if not name.endswith("_created")}
    assert names >= {"requests_total", "query_seconds", "workers", "snapshot_info"}
    assert [name for name in sorted(names) if f"`{name}`" not in guide and f"`{name}{{" not in guide] == []


def test_no_registry_host_stands_in_the_locks() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        assert "http" not in re.sub(r"http(core|x|tools)", "", path.read_text(encoding="utf-8"))
