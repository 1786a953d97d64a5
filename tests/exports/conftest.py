"""Fixtures of the exports: the downloads of the real dataset, and the same questions asked of the dataset itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest

from illicit_power.dataset.snapshot import Snapshot
from illicit_power.engine.in_process import Row, load, solve


@pytest.fixture(scope="session")
def downloads(snapshot: Snapshot) -> Path:
    """The folder of downloads of the real dataset."""
    return snapshot.downloads


@pytest.fixture(scope="session")
def store(snapshot: Snapshot) -> pyoxigraph.Store:
    return load(snapshot.quads)


@pytest.fixture(scope="session")
def asked(store: pyoxigraph.Store, snapshot: Snapshot) -> Callable[[str], list[Row]]:
    """The solutions of a query to the dataset."""
    prologue = "\n".join(map(snapshot.prefixes.declaration, snapshot.prefixes))
    return lambda query: solve(store, f"{prologue}\n{query}")[1]
