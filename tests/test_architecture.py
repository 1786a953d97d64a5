"""Imports run one way, downwards: each room of the package knows only the rooms below it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "api" / "illicit_power"
ROOMS_FROM_BELOW = (
    "model",
    "dataset",
    "engine",
    "matching",
    "archive",
    "exports",
    "quality",
    "library",
    "server",
    "cli",
)

FACES = ("library",)
"""Rooms of one module."""


def imported_rooms(path: Path) -> set[str]:
    """The rooms whose modules a module imports, wherever in it."""
    parts = [name.split(".") for name in imported_modules(path) if name.startswith("illicit_power.")]
    return {part[1] for part in parts}


def imported_modules(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return names


@pytest.mark.parametrize("room", ROOMS_FROM_BELOW)
def test_a_room_imports_only_from_below(room: str) -> None:
    modules = [PACKAGE / f"{room}.py"] if room in FACES else sorted((PACKAGE / room).rglob("*.py"))
    assert modules
    allowed = set(ROOMS_FROM_BELOW[: ROOMS_FROM_BELOW.index(room) + 1])
    for module in modules:
        assert imported_rooms(module) <= allowed, module.name


@pytest.mark.parametrize("room", ["engine", "matching", "server"])
def test_what_asks_and_answers_has_one_rdf_library(room: str) -> None:
    """Terms are pyoxigraph's; rdflib is for whoever makes the dataset."""
    for module in sorted((PACKAGE / room).rglob("*.py")):
        assert not any(name.split(".")[0] == "rdflib" for name in imported_modules(module)), module
