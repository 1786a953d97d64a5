"""The rooms of the package know each other only by the edges that are meant."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "api" / "illicit_power"

EDGES: dict[str, set[str]] = {
    "": {"library"},
    "model": set(),
    "dataset": {"model"},
    "engine": set(),
    "engine.formats": set(),
    "engine.terms": set(),
    "engine.explanation": set(),
    "engine.in_process": {"engine.terms"},
    "engine.errors": {"engine.formats"},
    "engine.query": {"engine.explanation", "engine.formats", "engine.terms", "model"},
    "engine.sparql": {"engine.errors", "engine.formats", "engine.terms"},
    "engine.help": {"engine.explanation", "engine.sparql", "model"},
    "engine.pool": {
        "engine.errors", "engine.explanation", "engine.formats", "engine.help", "engine.query", "engine.sparql",
        "engine.terms", "model",
    },
    "matching": {"engine.terms", "model"},
    "archive": {"dataset", "engine.formats"},
    "exports": {"dataset", "engine.in_process", "engine.terms", "model"},
    "quality": {"dataset", "model"},
    "library": {"dataset", "engine.formats", "engine.help", "engine.in_process", "exports", "matching", "model"},
    "server": set(),
    "server.queries": {"model"},
    "server.serving": {"dataset", "engine.errors", "engine.pool", "model"},
    "server.http": {
        "dataset", "engine.errors", "engine.explanation", "engine.formats", "engine.query", "engine.terms", "model",
        "server.serving",
    },
    "server.middleware": {"dataset", "server.http", "server.serving"},
    "server.connections": {"server.http"},
    "server.settings": {"engine.pool", "server.connections"},
    "server.dependencies": {"archive", "engine.query", "server.http", "server.serving", "server.settings"},
    "server.sparql": {
        "archive", "engine.errors", "engine.explanation", "engine.formats", "engine.query", "engine.sparql",
        "engine.terms", "model", "server.dependencies", "server.http", "server.queries", "server.serving",
        "server.settings",
    },
    "server.rest": {
        "dataset", "engine.formats", "engine.query", "engine.terms", "model", "server.dependencies", "server.http",
        "server.queries",
    },
    "server.documents": {
        "dataset", "engine.errors", "engine.formats", "engine.query", "engine.terms", "exports", "model",
        "server.dependencies", "server.http", "server.queries", "server.rest", "server.sparql",
    },
    "server.reconciliation": {
        "", "dataset", "engine.errors", "engine.formats", "engine.pool", "engine.query", "engine.terms", "matching",
        "model", "server.dependencies", "server.http", "server.middleware", "server.queries",
    },
    "server.citing": {
        "archive", "dataset", "engine.errors", "engine.formats", "engine.query", "engine.sparql", "model",
        "server.dependencies", "server.http", "server.serving", "server.settings", "server.sparql",
    },
    "server.operating": {
        "engine.query", "server.connections", "server.dependencies", "server.http", "server.middleware",
        "server.serving",
    },
    "server.app": {
        "", "archive", "dataset", "engine.pool", "engine.query", "server.citing", "server.connections",
        "server.documents", "server.http", "server.middleware", "server.operating", "server.reconciliation",
        "server.rest", "server.serving", "server.settings", "server.sparql",
    },
    "server.run": {
        "dataset", "engine.errors", "server.app", "server.connections", "server.operating", "server.serving",
        "server.settings",
    },
    "cli": {
        "", "archive", "dataset", "engine.formats", "exports", "library", "model", "quality", "server.run",
        "server.serving", "server.settings",
    },
}  # fmt: skip
"""What each room imports. The rooms inside of ``engine`` and ``server`` have rows of their own, and so have modules
that stand beside these rooms. The empty name is the package itself."""


def modules() -> dict[str, Path]:
    """The modules of the package by their dotted names, without the name of the package."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(part for part in parts if part != "__init__")] = path
    return found


MODULES = modules()
DIVIDED = ("engine", "server")
ROUTES = {name for name, path in MODULES.items() if name.startswith("server.") and "APIRouter(" in path.read_text()}


def imports(module: str) -> Iterator[str]:
    """The modules of the package that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "illicit_power":
            base = node.module.partition(".")[2]
            for alias in node.names:
                inner = f"{base}.{alias.name}".strip(".")
                yield inner if inner in MODULES else base
        elif isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[2] for alias in node.names if alias.name.startswith("illicit_power."))


def room(module: str) -> str:
    """The room of a module; of one in a divided room, the room inside of it."""
    first, *rest = module.split(".")
    return f"{first}.{rest[0]}" if first in DIVIDED and rest else first


def rooms() -> dict[str, set[str]]:
    """What each room really imports."""
    edges: dict[str, set[str]] = {room(module): set() for module in MODULES}
    for module in MODULES:
        edges[room(module)] |= {room(imported) for imported in imports(module)} - {room(module)}
    return edges


@pytest.mark.parametrize("name", sorted(rooms()))
def test_a_room_imports_what_it_is_meant_to(name: str) -> None:
    assert rooms()[name] == EDGES.get(name, set())


def test_every_edge_that_is_meant_belongs_to_a_room() -> None:
    assert EDGES.keys() <= rooms().keys()


def test_imports_run_one_way() -> None:
    """No room imports another that leads back to it."""
    edges = rooms()
    for start in edges:
        reached, pending = set[str](), list(edges[start])
        while pending:
            name = pending.pop()
            if name not in reached:
                reached.add(name)
                pending += edges[name]
        assert start not in reached


def test_no_route_imports_another() -> None:
    assert ROUTES, "there are routes"
    for module in ROUTES:
        assert {imported for imported in imports(module) if imported in ROUTES - {module}} == set(), module


@pytest.mark.parametrize("room_", ["model", "dataset", "engine", "matching", "archive", "exports", "quality"])
def test_what_is_not_in_the_server_knows_no_web_framework(room_: str) -> None:
    for module in MODULES:
        if module.partition(".")[0] == room_:
            tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
            names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
            names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
            assert not {name.partition(".")[0] for name in names} & {"fastapi", "starlette", "uvicorn", "h11"}, module
