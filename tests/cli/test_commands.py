"""The commands, and what each loads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from illicit_power.cli import COMMANDS

HEAVY = {
    "edtf",
    "fastapi",
    "illicit_power.dataset.compiled",
    "jinja2",
    "lark",
    "owlready2",
    "pydantic",
    "pyoxigraph",
    "pyshacl",
    "rdflib",
    "starlette",
    "uvicorn",
}
WEB_SERVER = {"fastapi", "starlette", "uvicorn", "h11", "illicit_power.server"}

PROGRAM = """
import json, sys
from illicit_power.cli import main
try:
    status = main(sys.argv[1:])
except SystemExit as end:
    status = end.code
print(json.dumps([status, sorted(sys.modules)]))
"""


def run_in_fresh_process(*arguments: str, cwd: Path | None = None) -> tuple[int, set[str]]:
    """The exit status of a command, and the modules that its process has loaded in the end."""
    process = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=True, cwd=cwd
    )
    status, modules = json.loads(process.stdout.splitlines()[-1])
    return status, set(modules)


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_loads_nothing_heavy(option: str) -> None:
    status, modules = run_in_fresh_process(option)
    assert status == 0
    assert modules & HEAVY == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(command: str) -> None:
    status, modules = run_in_fresh_process(command, "--help")
    assert status == 0
    others = {f"illicit_power.cli.{other}" for other in COMMANDS if other != command}
    assert modules & others == set()


def test_serving_loads_no_shacl_engine_and_no_reasoner() -> None:
    _, modules = run_in_fresh_process("serve", "--help")
    assert modules & {"pyshacl", "owlready2"} == set()


def test_checking_loads_no_web_server(tmp_path: Path) -> None:
    for folder in ("ontology", "data", "shapes", "queries"):
        (tmp_path / folder).mkdir()
    status, modules = run_in_fresh_process("validate", "--source", str(tmp_path))
    assert status != 0
    assert "pyshacl" in modules
    assert modules & WEB_SERVER == set()


@pytest.mark.parametrize("arguments", [[], ["make-coffee"], ["validate", "--no-such-option"]])
def test_a_command_that_is_none_is_status_2(arguments: list[str]) -> None:
    status, _ = run_in_fresh_process(*arguments)
    assert status == 2
