"""``illicit-power export``: the downloads of the current snapshot, as files in a folder."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from illicit_power.cli.sources import add_snapshots, add_source, current_snapshot, source_of
from illicit_power.dataset.snapshot import SnapshotStore
from illicit_power.exports.download_list import CHECKSUMS, DownloadList, checksums
from illicit_power.exports.downloads import FORMATS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    names = ", ".join(FORMATS)
    parser.add_argument(
        "--format", nargs="+", choices=FORMATS, default=FORMATS, metavar="NAME", help=f"{names} (default: all of them)"
    )
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder for them, made where needed")
    add_source(parser)
    add_snapshots(parser)


def run(options: argparse.Namespace) -> int:
    snapshot = current_snapshot(source_of(options), SnapshotStore(options.snapshots))
    files = [file for file in DownloadList.read(snapshot.downloads).files if file.format in options.format]
    if not files:
        raise ValueError("this version is no release, so no list says what it changed: use illicit-power diff")
    options.output.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copyfile(snapshot.downloads / file.name, options.output / file.name)
        print(f"{options.output / file.name}: {file.purpose} ({file.size:,} bytes)")
    (options.output / CHECKSUMS).write_text(checksums(files), encoding="utf-8")
    return 0
