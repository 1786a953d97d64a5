"""Compiles the dataset into a wheel, so that an installed package compiles nothing when it is first used."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class SnapshotHook(BuildHookInterface):  # type: ignore[type-arg]
    """https://hatch.pypa.io/latest/plugins/build-hook/custom/"""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # a checkout compiles what its files are when they are asked for
            return
        sys.path.insert(0, str(Path(self.root) / "api"))
        from illicit_power.dataset.compiled import compile_source
        from illicit_power.dataset.releases import ReleaseRecord
        from illicit_power.dataset.snapshot import SnapshotStore
        from illicit_power.dataset.source import Source
        from illicit_power.exports.downloads import write_downloads

        source = Source(Path(self.root))
        self._folder = TemporaryDirectory()
        write = partial(write_downloads, record=ReleaseRecord.of(source))
        SnapshotStore(Path(self._folder.name)).publish(compile_source(source), source.digest(), write)
        build_data["force_include"][self._folder.name] = "illicit_power/publication/snapshots"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self._folder.cleanup()
