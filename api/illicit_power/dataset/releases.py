"""Releases: versions of the dataset that people cite, and the addresses that they made public.

``data/releases`` holds ``releases.tsv``, a line for each release; ``published.tsv``, a line for each address that any
of them had, with the fingerprint of what the last one said of it; and a log of changes for each release, as text and
as Turtle. The addresses are what makes sure that none vanishes; the fingerprints tell what has changed since without
the old data at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from illicit_power.dataset.changes import Thing
from illicit_power.dataset.problem import InvalidSource, Problem
from illicit_power.dataset.source import Source

_NAME_DIGITS: Final = 8


@dataclass(frozen=True)
class Release:
    """A version of the dataset with a date.

    :ivar sha256: SHA-256 of its canonical N-Quads, the same as of the snapshot
    """

    date: date
    sha256: str

    @property
    def name(self) -> str:
        """Date and content: ``2026-11-22-6e65a8b4``."""
        return f"{self.date.isoformat()}-{self.sha256[:_NAME_DIGITS]}"


@dataclass(frozen=True)
class ReleaseRecord:
    """The releases of a source, as its folder ``data/releases`` records them."""

    folder: Path

    @classmethod
    def of(cls, source: Source) -> ReleaseRecord:
        """The record of a source; empty where nothing has been released."""
        return cls(source.root / "data" / "releases")

    @property
    def published_file(self) -> Path:
        return self.folder / "published.tsv"

    def releases(self) -> list[Release]:
        """All releases, oldest first.

        :raises InvalidSource: when a line is not a date, a tab and a SHA-256
        """
        rows = _rows(self._releases_file, ("date", "sha256"))
        try:
            return [Release(date.fromisoformat(day), sha256) for _, (day, sha256) in rows]
        except ValueError as error:
            raise InvalidSource([Problem(self._releases_file, None, "date of a release", str(error))]) from None

    def published(self) -> dict[str, tuple[int, str]]:
        """The line and the fingerprint of each published address.

        :raises InvalidSource: when a line is not an address, a tab and a fingerprint
        """
        return {iri: (line, digest) for line, (iri, digest) in _rows(self.published_file, ("iri", "fingerprint"))}

    def published_things(self) -> dict[str, Thing]:
        """The published things, known by their fingerprints only."""
        return {iri: Thing(iri, iri, digest) for iri, (_, digest) in self.published().items()}

    def log(self, release: Release, suffix: str) -> Path:
        """Where the log of changes of a release is, or will be.

        :param suffix: ``txt`` or ``ttl``
        """
        return self.folder / f"{release.name}.{suffix}"

    def add(self, release: Release, things: Mapping[str, Thing], log: Mapping[str, str]) -> None:
        """Record a release.

        :param things: what it holds
        :param log: its log of changes, by suffix
        """
        self.folder.mkdir(exist_ok=True)
        for suffix, text in log.items():
            self.log(release, suffix).write_text(text, encoding="utf-8")
        published = {iri: digest for iri, (_, digest) in self.published().items()}
        published |= {iri: thing.fingerprint for iri, thing in things.items()}
        _write_rows(self.published_file, ("iri", "fingerprint"), sorted(published.items()))
        releases = [(known.date.isoformat(), known.sha256) for known in (*self.releases(), release)]
        _write_rows(self._releases_file, ("date", "sha256"), releases)

    @property
    def _releases_file(self) -> Path:
        return self.folder / "releases.tsv"


def _rows(path: Path, names: tuple[str, str]) -> list[tuple[int, tuple[str, str]]]:
    """The rows of a table of two columns, each with its line; none where there is no such file."""
    if not path.exists():
        return []
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()[1:], 2):
        first, tab, second = line.partition("\t")
        if not (first and tab and second) or "\t" in second:
            raise InvalidSource([Problem(path, number, line, f"expected {names[0]}, a tab, {names[1]}")])
        rows.append((number, (first, second)))
    return rows


def _write_rows(path: Path, names: tuple[str, str], rows: list[tuple[str, str]]) -> None:
    path.write_text("".join(f"{first}\t{second}\n" for first, second in (names, *rows)), encoding="utf-8")
