"""``illicit-power release``: record the dataset as it is now as a release."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime

from illicit_power.cli.printing import say
from illicit_power.cli.sources import add_snapshots, add_source, current_snapshot, source_of
from illicit_power.dataset.releases import ReleaseRecord
from illicit_power.dataset.snapshot import SnapshotStore
from illicit_power.exports.release import make_release


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="its date (default: today, UTC)")
    add_source(parser)
    add_snapshots(parser)


def run(options: argparse.Namespace) -> int:
    source = source_of(options)
    snapshot = current_snapshot(source, SnapshotStore(options.snapshots))
    record = ReleaseRecord.of(source)
    release, log = make_release(snapshot, record, options.date or datetime.now(UTC).date())
    print(log)
    say(f"Release {release.name} is recorded in {record.folder}: commit it, and set date-released in CITATION.cff")
    return 0
