"""What there is to serve: the current snapshot of a folder, or some RDF files."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from illicit_power.dataset.prefixes import standard_prefixes
from illicit_power.dataset.snapshot import Snapshot, SnapshotStore
from illicit_power.server.serving.served_dataset import BrokenEdition, Edition


def current_snapshot(store: SnapshotStore) -> Edition:
    """The snapshot that was published last.

    :raises BrokenEdition: when there is none, or its folder is not whole
    """
    try:
        snapshot = store.current()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrokenEdition(f"the current snapshot in {store.root} cannot be opened: {error}") from error
    if snapshot is None:
        raise BrokenEdition(f"there is no snapshot in {store.root}: make one with illicit-power build")
    return Edition(snapshot.manifest.version, (snapshot.quads,), snapshot.prefixes, snapshot.path, snapshot.downloads)


def rdf_files(paths: Sequence[Path]) -> Edition:
    """RDF files, their version made from their names, sizes and times of change.

    :raises BrokenEdition: when one is not there
    """
    try:
        states = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    except OSError as error:
        raise BrokenEdition(f"{error.filename}: {error.strerror}") from error
    return Edition(f"files-{hashlib.sha256(repr(states).encode()).hexdigest()[:16]}", tuple(paths), standard_prefixes())


def check(edition: Edition) -> None:
    """Check that a snapshot's content is what its manifest says.

    :raises BrokenEdition: when it is not
    """
    if edition.folder and not Snapshot.open(edition.folder).is_whole():
        raise BrokenEdition(f"the content of {edition.folder} is not what its manifest says")
