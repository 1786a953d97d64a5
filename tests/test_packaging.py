"""What is imported is declared, extra by extra; and a wheel needs nothing but its dependencies."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from illicit_power.cli.extras import EXTRAS
from tests.conftest import ROOT, server_process

API = ROOT / "api"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRA_OF_MODULES = {
    "illicit_power/cli/serve.py": "serve",
    "illicit_power/quality/reasoning.py": "reasoning",
    "illicit_power/quality/shacl.py": "build",
    "illicit_power/server/": "serve",
}


def names(requirements: list[str]) -> set[str]:
    """The distributions that requirements name."""
    return {re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower().replace("_", "-") for requirement in requirements}


def imports(path: Path) -> Iterator[str]:
    """The first parts of the names of all modules of others that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)


@pytest.fixture(scope="module")
def imported() -> dict[str, set[str]]:
    """The distributions that are imported, by the extra whose modules import them; ``core`` is none."""
    distributions = packages_distributions()
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in API.rglob("*.py"):
        where = path.relative_to(API).as_posix()
        extra = next((extra for start, extra in EXTRA_OF_MODULES.items() if where.startswith(start)), "core")
        for module in set(imports(path)) - sys.stdlib_module_names - {"illicit_power"}:
            found[extra] |= names(distributions[module])
    return found


def test_each_part_declares_what_it_imports(imported: dict[str, set[str]]) -> None:
    core = names(PROJECT["dependencies"])
    assert imported.pop("core") == core
    for extra, needed in imported.items():
        assert needed - core == names(PROJECT["optional-dependencies"][extra]), extra


def test_the_command_line_knows_what_each_extra_brings() -> None:
    distributions = packages_distributions()
    brought = {extra: {name for module in EXTRAS[extra] for name in names(distributions[module])} for extra in EXTRAS}
    assert brought == {extra: names(wanted) for extra, wanted in PROJECT["optional-dependencies"].items()}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def without(*extras: str) -> str:
    """Python that hides what some extras bring."""
    hidden = [module for extra in extras for module in EXTRAS[extra]]
    return f"import sys; sys.modules.update(dict.fromkeys({hidden!r}))"


def run(installed: Path, folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the unpacked wheel and what it depends on, but with no extra."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "ILLICIT_POWER_CACHE": str(folder / "cache")}
    command = [sys.executable, "-c", f"{without(*EXTRAS)}\n{program}"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_library_of_a_wheel_compiles_nothing_and_needs_no_extra(installed: Path, tmp_path: Path) -> None:
    program = """
import json, illicit_power
rows = illicit_power.select("SELECT ?who { ?who ips:splinterOf entity:jaish-al-mahdi }")
print(json.dumps([illicit_power.__file__, len(rows), len(illicit_power.table("claims", "rows"))]))
"""
    done = run(installed, tmp_path, program)
    assert done.returncode == 0, done.stderr
    place, splinters, claims = json.loads(done.stdout)
    assert Path(place).is_relative_to(installed)
    assert splinters > 0
    assert claims > 0
    assert list(tmp_path.iterdir()) == []


def test_downloads_are_exported_without_an_extra(installed: Path, tmp_path: Path) -> None:
    program = "from illicit_power.cli import main; sys.exit(main(['export', '--format', 'bibtex', '--output', 'out']))"
    done = run(installed, tmp_path, program)
    assert done.returncode == 0, done.stderr
    assert "Reading" not in done.stderr
    assert (tmp_path / "out" / "sources.bib").stat().st_size > 0


@pytest.mark.parametrize(
    ("command", "extra"),
    [(["serve"], "serve"), (["serve", "--help"], "serve"), (["validate"], "build"), (["reason"], "reasoning")],
)
def test_a_command_names_the_extra_that_it_needs(
    installed: Path, tmp_path: Path, command: list[str], extra: str
) -> None:
    done = run(installed, tmp_path, f"from illicit_power.cli import main; sys.exit(main({command!r}))")
    assert done.returncode == 2
    assert done.stderr == f"illicit-power: this needs more packages: pip install 'illicit-power[{extra}]'\n"


def test_the_server_of_a_wheel_serves_its_dataset_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    prelude = f"""
import os
os.chdir({str(tmp_path)!r})
os.environ["PYTHONPATH"] = {str(installed)!r}
{without("build", "reasoning")}
sys.path.insert(0, {str(installed)!r})
"""
    with server_process(prelude=prelude) as server:
        query = "ASK { ?claim a <https://w3id.org/illicit-power/ontology#SplinterOf> }"
        assert (
            httpx.get(f"{server.address}/sparql", params={"query": query, "format": "json"}).json()["boolean"] is True
        )
        assert httpx.get(f"{server.address}/download/claims.csv").status_code == httpx.codes.OK
        assert "Reading" not in server.log.read_text()
