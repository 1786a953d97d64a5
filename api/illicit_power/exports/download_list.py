"""The list of a snapshot's downloads: what each is, its size and its checksum."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

CHECKSUMS: Final = "SHA256SUMS"
"""Name of the file that ``sha256sum --check`` reads."""

_MANIFEST: Final = "manifest.json"


@dataclass(frozen=True)
class DownloadedFile:
    """A file to take home.

    :ivar name: its name in the folder, and at the end of its address
    :ivar format: what ``illicit-power export --format`` calls it
    :ivar group: the heading under which pages list it
    :ivar media_type: its media type, without parameters
    :ivar contained_media_type: of a compressed or packed file, the media type of what is in it
    :ivar purpose: what it is for, in one line
    :ivar size: in bytes
    :ivar sha256: in hexadecimal digits
    """

    name: str
    format: str
    group: str
    media_type: str
    contained_media_type: str | None
    purpose: str
    size: int
    sha256: str


@dataclass(frozen=True)
class DownloadList:
    """All downloads of a snapshot.

    :ivar version: name of the release, or of the content
    """

    version: str
    files: tuple[DownloadedFile, ...]

    def write(self, folder: Path) -> None:
        """Write the list into a folder, for programs and for ``sha256sum --check``."""
        listed = json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"
        (folder / _MANIFEST).write_text(listed, encoding="utf-8")
        (folder / CHECKSUMS).write_text(checksums(self.files), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> DownloadList:
        """The list of a folder.

        :raises FileNotFoundError: when it has none
        """
        listed = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        return cls(listed["version"], tuple(DownloadedFile(**entry) for entry in listed["files"]))

    def find(self, name: str) -> DownloadedFile | None:
        """The file of a name, or None."""
        return next((file for file in self.files if file.name == name), None)


def checksums(files: Iterable[DownloadedFile]) -> str:
    """The checksums of files as ``sha256sum`` writes them, by name."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in sorted(files, key=lambda file: file.name))
