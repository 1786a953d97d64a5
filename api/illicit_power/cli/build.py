"""``illicit-power build``: publish a snapshot of the source files."""

from __future__ import annotations

import argparse

from illicit_power.cli.sources import add_snapshots, add_source, current_snapshot, source_of
from illicit_power.dataset.snapshot import SnapshotStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source(parser)
    add_snapshots(parser)


def run(options: argparse.Namespace) -> int:
    current_snapshot(source_of(options), SnapshotStore(options.snapshots))
    return 0
