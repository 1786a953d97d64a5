"""The options ``--source`` and ``--snapshots`` that commands share, and what they name."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Final

from illicit_power.cli.printing import say, step
from illicit_power.dataset.snapshot import Snapshot, SnapshotStore
from illicit_power.dataset.source import Source

_DEFAULT_SNAPSHOTS: Final = Path("snapshots")


def add_source(parser: argparse.ArgumentParser) -> None:
    """Declare ``--source``."""
    parser.add_argument("--source", type=Path, help="folder with ontology/, data/, shapes/ and queries/")


def add_snapshots(parser: argparse.ArgumentParser) -> None:
    """Declare ``--snapshots``."""
    parser.add_argument(
        "--snapshots", type=Path, default=_DEFAULT_SNAPSHOTS, help="folder of snapshots (default: %(default)s)"
    )


def source_of(options: argparse.Namespace) -> Source:
    """The source that ``--source`` names.

    :raises FileNotFoundError: when it is none
    """
    return Source(options.source.resolve()) if options.source else Source.default()


def current_snapshot(source: Source, store: SnapshotStore) -> Snapshot:
    """The snapshot of the source as it is now; built only where something has changed.

    :raises InvalidSource: when the source breaks a rule
    """
    packaged = SnapshotStore.packaged(source)
    digest = packaged.source_digest if packaged else source.digest()
    current = store.current()
    if current and store.is_built_from(digest):
        say(f"Snapshot {current.manifest.version} is up to date")
        return current

    if packaged:
        with step("Copying the snapshot that came with the package"):
            return store.adopt(packaged)

    # Whoever has a snapshot needs none of what makes one.
    from illicit_power.dataset.releases import ReleaseRecord
    from illicit_power.exports.downloads import write_downloads
    from illicit_power.quality.validation import compile_valid

    compiled = compile_valid(source, step)
    with step("Writing the snapshot and its downloads"):
        snapshot = store.publish(compiled, digest, partial(write_downloads, record=ReleaseRecord.of(source)))
    say(f"Snapshot {snapshot.manifest.version}: {sum(snapshot.manifest.triples.values()):,} triples")
    return snapshot
