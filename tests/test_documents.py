"""What the README and the guides say is so."""

from __future__ import annotations

import csv
import re

import httpx
import pytest

from illicit_power.cli import main
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
