"""Immutable snapshots: the compiled dataset as canonical N-Quads, in a folder named by its content."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final

import pyoxigraph

from illicit_power.dataset.compiled import Compiled
from illicit_power.dataset.source import PACKAGED_SOURCE, Source
from illicit_power.model.prefixes import Prefixes

PACKAGED_SNAPSHOTS: Final = PACKAGED_SOURCE / "snapshots"
"""The snapshot of the packaged source in an installed package; ``hatch_build.py`` puts it there."""

_CURRENT = "current.json"
QUADS = "dataset.nq"
_MANIFEST = "manifest.json"
_DOWNLOADS = "download"


@dataclass(frozen=True)
class Manifest:
    """What a snapshot is.

    :ivar version: ``sha256-`` and the first 16 hex digits of the SHA-256 of the canonical N-Quads
    :ivar sha256: that digest whole
    :ivar triples: number of triples in each named graph
    :ivar prefixes: those that the dataset declares, with their namespaces
    """

    version: str
    sha256: str
    triples: dict[str, int]
    prefixes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Snapshot:
    """A snapshot on disk."""

    path: Path
    manifest: Manifest

    @property
    def prefixes(self) -> Prefixes:
        """The prefixes that the dataset declares."""
        return Prefixes(self.manifest.prefixes)

    @property
    def quads(self) -> Path:
        """The N-Quads file."""
        return self.path / QUADS

    @property
    def downloads(self) -> Path:
        """The folder of what was made from the snapshot for taking home; it is there when it was published with it."""
        return self.path / _DOWNLOADS

    def is_whole(self) -> bool:
        """Whether the content is what the manifest says."""
        with self.quads.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == self.manifest.sha256

    @classmethod
    def open(cls, path: Path) -> Snapshot:
        """Open a snapshot's folder.

        :raises FileNotFoundError: when it is not there or not whole
        """
        manifest = json.loads((path / _MANIFEST).read_text(encoding="utf-8"))
        return cls(path, Manifest(**manifest))


WriteDownloads = Callable[[Snapshot], None]
"""Fills :attr:`Snapshot.downloads` of a snapshot that nobody else sees yet."""


def no_downloads(_: Snapshot) -> None:
    """Leave a snapshot without downloads."""


@dataclass(frozen=True)
class SnapshotStore:
    """A folder of snapshots, one of which is the current one."""

    root: Path

    @classmethod
    def packaged(cls, source: Source) -> SnapshotStore | None:
        """The store that came with the package, compiled from the source that came with it; None for another source."""
        is_packaged = source.root == PACKAGED_SOURCE and PACKAGED_SNAPSHOTS.is_dir()
        return cls(PACKAGED_SNAPSHOTS) if is_packaged else None

    def current(self) -> Snapshot | None:
        """The snapshot that was published last, or None where there is none yet."""
        pointer = self._pointer()
        return Snapshot.open(self.root / pointer["version"]) if pointer else None

    @property
    def source_digest(self) -> str:
        """What the current snapshot was built from: see :meth:`illicit_power.dataset.source.Source.digest`.

        :raises FileNotFoundError: where there is no current snapshot
        """
        if pointer := self._pointer():
            return pointer["source_digest"]
        raise FileNotFoundError(f"there is no snapshot in {self.root}")

    def is_built_from(self, source_digest: str) -> bool:
        """Whether the current snapshot is what a build from this source would give."""
        return self._pointer().get("source_digest") == source_digest

    def publish(
        self, compiled: Compiled, source_digest: str, write_downloads: WriteDownloads = no_downloads
    ) -> Snapshot:
        """Write a snapshot and make it the current one.

        Both steps are atomic, and the same dataset gives the same bytes under the same name. Where the same dataset
        is there already, only its downloads are replaced.
        """
        content = "".join(canonical_quads(compiled)).encode()
        digest = hashlib.sha256(content).hexdigest()
        manifest = Manifest(
            version=version_of(digest),
            sha256=digest,
            triples={str(iri): len(graph) for iri, graph in sorted(compiled.graphs.items())},
            prefixes=dict(compiled.prefixes),
        )
        with self._room() as room:
            new = Snapshot(room / "snapshot", manifest)
            new.path.mkdir()
            new.quads.write_bytes(content)
            (new.path / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
            write_downloads(new)
            return self._make_current(new, source_digest, room)

    def adopt(self, other: SnapshotStore) -> Snapshot:
        """Make the current snapshot of another store the current one here, as it is.

        :raises FileNotFoundError: where the other has none
        """
        source_digest, theirs = other.source_digest, other.current()
        assert theirs
        with self._room() as room:
            new = Snapshot(room / "snapshot", theirs.manifest)
            shutil.copytree(theirs.path, new.path)
            return self._make_current(new, source_digest, room)

    @contextmanager
    def _room(self) -> Iterator[Path]:
        """A folder to make a snapshot in, on the file system of the store."""
        self.root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.root, prefix=".new-") as room:
            yield Path(room)

    def _make_current(self, new: Snapshot, source_digest: str, room: Path) -> Snapshot:
        """Put a new snapshot in its place by renaming, and point to it."""
        version = new.manifest.version
        published = Snapshot(self.root / version, new.manifest)
        if not published.path.exists():
            new.path.rename(published.path)
        elif new.downloads.exists():
            if published.downloads.exists():
                published.downloads.rename(room / "old")
            new.downloads.rename(published.downloads)
        pointer = room / _CURRENT
        pointer.write_text(json.dumps({"version": version, "source_digest": source_digest}) + "\n")
        pointer.replace(self.root / _CURRENT)
        return published

    def _pointer(self) -> dict[str, str]:
        try:
            pointer: dict[str, str] = json.loads((self.root / _CURRENT).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return pointer


def version_of(sha256: str) -> str:
    """The version of the dataset whose canonical N-Quads have this SHA-256."""
    return f"sha256-{sha256[:16]}"


def canonical_quads(compiled: Compiled) -> list[str]:
    """The dataset as sorted N-Quads lines, blank nodes labelled by RDFC-1.0 (https://www.w3.org/TR/rdf-canon/)."""
    dataset = pyoxigraph.Dataset(_quads(compiled))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    content = BytesIO()
    pyoxigraph.serialize(dataset, content, pyoxigraph.RdfFormat.N_QUADS)
    return sorted(content.getvalue().decode().splitlines(keepends=True))


def _quads(compiled: Compiled) -> Iterable[pyoxigraph.Quad]:
    for iri, graph in compiled.graphs.items():
        name = pyoxigraph.NamedNode(str(iri))
        triples = graph.serialize(format="nt", encoding="utf-8")
        for quad in pyoxigraph.parse(triples, format=pyoxigraph.RdfFormat.N_TRIPLES):
            yield pyoxigraph.Quad(quad.subject, quad.predicate, quad.object, name)
