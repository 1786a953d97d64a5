"""Versions of the dataset: their names and addresses, and which one a snapshot is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rdflib import Namespace

from illicit_power.dataset.releases import Release
from illicit_power.model.iris import BASE

DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
"""Of DCAT 3; RDFLib knows the terms of DCAT 1 only."""

VERSION: Final = Namespace(BASE + "catalog#")
"""Where versions of the dataset have their addresses: in the catalog that lists them."""


@dataclass(frozen=True)
class Version:
    """Which version a snapshot is.

    :ivar content: the snapshot's version, which names its content
    :ivar sha256: SHA-256 of its canonical N-Quads
    :ivar releases: all releases so far, oldest first
    """

    content: str
    sha256: str
    releases: tuple[Release, ...] = ()

    @property
    def release(self) -> Release | None:
        """The release that this is, if it is one."""
        return next((release for release in self.releases if release.sha256 == self.sha256), None)

    @property
    def previous(self) -> Release | None:
        """The release before this version."""
        if self.release is None:
            return self.releases[-1] if self.releases else None
        position = self.releases.index(self.release)
        return self.releases[position - 1] if position else None

    @property
    def name(self) -> str:
        """Name of the release; of a version that is none, of its content."""
        return self.release.name if self.release else self.content
