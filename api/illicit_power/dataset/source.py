"""The source files of the publication: where they are, and a digest of all that a build depends on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from illicit_power.model.layers import WITH_A_FILE, Layer, layer_named

PACKAGE = Path(__file__).resolve().parents[1]
PACKAGED_SOURCE = PACKAGE / "publication"
"""The source files in an installed package; a checkout has them beside the package."""

_LIBRARIES = ("edtf", "pyoxigraph", "pyshacl", "rdflib")


@dataclass(frozen=True)
class Source:
    """The folder that holds ``ontology/``, ``data/``, ``shapes/`` and ``queries/``."""

    root: Path

    @classmethod
    def default(cls) -> Source:
        """The source files that came with the package; in a checkout, those beside it."""
        return cls(PACKAGED_SOURCE if PACKAGED_SOURCE.is_dir() else PACKAGE.parents[1])

    def __post_init__(self) -> None:
        missing = [name for name in ("ontology", "data", "shapes", "queries") if not (self.root / name).is_dir()]
        if missing:
            raise FileNotFoundError(f"{self.root} has no folder {', '.join(missing)}: give the project's root")

    @property
    def ontology(self) -> Path:
        return self.root / "ontology" / "illicit-power.ttl"

    @property
    def vocabularies(self) -> Path:
        return self.root / "ontology" / "vocabularies.ttl"

    @property
    def shapes(self) -> list[Path]:
        return sorted((self.root / "shapes").rglob("*.ttl"))

    @property
    def authored_shapes(self) -> list[Path]:
        """Shapes for what is written by hand, before anything is derived from it."""
        return sorted((self.root / "shapes" / "authored").glob("*.ttl"))

    @property
    def compiled_shapes(self) -> list[Path]:
        """Shapes for the compiled dataset."""
        return sorted((self.root / "shapes" / "compiled").glob("*.ttl"))

    @property
    def queries(self) -> list[Path]:
        return sorted((self.root / "queries").glob("*.ttl"))

    @property
    def cases(self) -> list[Path]:
        """The folder of each case."""
        return sorted(path.parent for path in (self.root / "data").glob("*/case.ttl"))

    def case_files(self, case: Path) -> Iterator[tuple[Layer, Path]]:
        """Each Turtle file of a case with the layer that its statements belong to."""
        for path in sorted(case.rglob("*.ttl")):
            if path.parent.name == Layer.CLAIMS:
                yield Layer.CLAIMS, path
            else:
                named = layer_named(path.stem)
                yield (named if named in WITH_A_FILE else Layer.ENTITIES), path

    def digest(self) -> str:
        """SHA-256 over every file, module and library version that can change the result of a build."""
        digest = hashlib.sha256()
        files = [path for name in ("ontology", "data", "shapes", "queries") for path in (self.root / name).rglob("*")]
        modules = [
            path
            for room in ("model", "dataset", "engine", "exports", "quality")
            for pattern in ("*.py", "*.rq", "*.ru")
            for path in (PACKAGE / room).rglob(pattern)
        ]
        for base, paths in ((self.root, files), (PACKAGE, modules)):
            for path in sorted(path for path in paths if path.is_file()):
                content = path.read_bytes()
                digest.update(f"{path.relative_to(base).as_posix()}\0{len(content)}\0".encode() + content)
        for library in _LIBRARIES:
            digest.update(f"{library} {_version(library)}\0".encode())
        return digest.hexdigest()


def _version(library: str) -> str:
    """The version of a library; the SHACL validator need not be there where nothing is validated."""
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"
