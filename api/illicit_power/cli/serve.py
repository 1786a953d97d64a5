"""``illicit-power serve``: the current snapshot, or any RDF files, over HTTP."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Final

from illicit_power.cli.sources import add_snapshots, add_source, current_snapshot, source_of
from illicit_power.dataset.snapshot import SnapshotStore
from illicit_power.server.run import run as run_server
from illicit_power.server.serving import editions
from illicit_power.server.settings import SETTINGS, ServerSettings

_TRY_THIS: Final = (
    "PREFIX ips: <https://w3id.org/illicit-power/ontology#> "
    "SELECT ?claim ?page WHERE { ?claim a ips:SplinterOf ; ips:evidence/ips:page ?page }"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", nargs="+", type=Path, metavar="FILE", help="serve these RDF files instead")
    for setting in SETTINGS:
        help_ = f"{setting.help} (default: {setting.default}; ${setting.variable})"
        parser.add_argument(setting.option, default=argparse.SUPPRESS, help=help_)
    add_source(parser)
    add_snapshots(parser)


def run(options: argparse.Namespace) -> int:
    settings = ServerSettings.of(vars(options))
    if options.data:
        if missing := [str(path) for path in options.data if not path.is_file()]:
            raise FileNotFoundError(f"no such file: {', '.join(missing)}")
        return run_server(settings, partial(editions.rdf_files, options.data), None)
    store = SnapshotStore(options.snapshots)
    current_snapshot(source_of(options), store)
    return run_server(settings, partial(editions.current_snapshot, store), _TRY_THIS)
