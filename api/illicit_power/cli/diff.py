"""``illicit-power diff``: what was added, changed and withdrawn between two versions of the dataset."""

from __future__ import annotations

import argparse
from pathlib import Path

from illicit_power.dataset.changes import diff, read_version
from illicit_power.exports.change_log import CHANGE_FORMATS
from illicit_power.model.prefixes import Prefixes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", type=Path, metavar="OLD", help="folder of a snapshot, or an N-Quads file")
    parser.add_argument("new", type=Path, metavar="NEW", help="the same of the later version")
    parser.add_argument(
        "--format", choices=("text", "ttl", "json"), default="text", help="ttl is PROV, ActivityStreams"
    )


def run(options: argparse.Namespace) -> int:
    old, new = read_version(options.old), read_version(options.new)
    prefixes = Prefixes({**old.prefixes, **new.prefixes})
    print(CHANGE_FORMATS[options.format](old.name, new.name, diff(old.things, new.things), prefixes), end="")
    return 0
