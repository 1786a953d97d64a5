"""All downloads of a snapshot: which there are, and how each is made."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Final

import pyoxigraph
from pyoxigraph import RdfFormat

from illicit_power.dataset.publication import DOWNLOADS
from illicit_power.dataset.releases import ReleaseRecord
from illicit_power.dataset.snapshot import Snapshot
from illicit_power.engine import in_process as answers
from illicit_power.exports import bibliography, csv_files, geojson, network, rdf
from illicit_power.exports.catalog import catalog, schema_org
from illicit_power.exports.download_list import DownloadedFile, DownloadList
from illicit_power.exports.tables import TABLES, Table
from illicit_power.exports.versions import Version
from illicit_power.exports.void import void
from illicit_power.model.prefixes import Prefixes


class _Content:
    """A snapshot in the forms that downloads are made from, each made once."""

    def __init__(self, path: Path, prefixes: Prefixes) -> None:
        self.path, self.prefixes = path, prefixes

    @cached_property
    def quads(self) -> rdf.Quads:
        return rdf.read(self.path)

    @cached_property
    def store(self) -> pyoxigraph.Store:
        return answers.load(self.path)

    @cached_property
    def network(self) -> network.Network:
        return network.network(self.store)

    def table(self, table: Table) -> bytes:
        return csv_files.write([column.name for column in table.columns], table.rows(self.store))


@dataclass(frozen=True)
class _File:
    """What is known of a file before it is made; see :class:`~illicit_power.exports.download_list.DownloadedFile`."""

    name: str
    format: str
    group: str
    media_type: str
    purpose: str
    contained_media_type: str | None = None

    def write(self, folder: Path, content: bytes) -> DownloadedFile:
        (folder / self.name).write_bytes(content)
        return DownloadedFile(
            name=self.name,
            format=self.format,
            group=self.group,
            media_type=self.media_type,
            contained_media_type=self.contained_media_type,
            purpose=self.purpose,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )


def _zip(files: Mapping[str, bytes]) -> bytes:
    """A ZIP file that says nothing of when it was made."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


_RDF: Final = "Everything, as RDF"
_TABLES: Final = "Tables"
_NETWORKS: Final = "Networks and maps"
_DESCRIPTIONS: Final = "References and descriptions"

_MAKERS: Final[dict[_File, Callable[[_Content], bytes]]] = {
    _File("illicit-power.trig", "trig", _RDF, "application/trig", "all named graphs, to read and to load"): (
        lambda content: rdf.dataset(content.quads, RdfFormat.TRIG, content.prefixes)
    ),
    _File(
        "illicit-power.nq",
        "nquads",
        _RDF,
        "application/n-quads",
        "all named graphs in canonical form: the bytes that name the version",
    ): lambda content: content.path.read_bytes(),
    _File(
        "illicit-power.nq.gz",
        "nquads-gz",
        _RDF,
        "application/gzip",
        "the same compressed, for the bulk loader of a triple store",
        contained_media_type="application/n-quads",
    ): lambda content: gzip.compress(content.path.read_bytes(), mtime=0),
    _File("illicit-power.ttl", "turtle", _RDF, "text/turtle", "the union of all named graphs"): (
        lambda content: rdf.union(content.quads, RdfFormat.TURTLE, content.prefixes)
    ),
    _File(
        "illicit-power.jsonld", "jsonld", _RDF, "application/ld+json", "all named graphs, for programs that read JSON"
    ): lambda content: rdf.dataset(content.quads, RdfFormat.JSON_LD, content.prefixes),
    _File(
        "illicit-power.rdf",
        "rdfxml",
        _RDF,
        "application/rdf+xml",
        "the union of all named graphs, for OWL tools such as Protégé",
    ): lambda content: rdf.union(content.quads, RdfFormat.RDF_XML, content.prefixes),
    **{
        _File(f"{table.name}.csv", "csv", _TABLES, "text/csv", f"a row is {table.unit}"): partial(
            _Content.table, table=table
        )
        for table in TABLES
    },
    _File("codebook.csv", "csv", _TABLES, "text/csv", "a row is one column: what it says, its type and its values"): (
        lambda content: csv_files.codebook(content.store)
    ),
    _File(
        csv_files.METADATA_NAME,
        "csv",
        _TABLES,
        "application/csvm+json",
        "the codebook for programs, as W3C CSV on the Web",
    ): lambda content: csv_files.metadata(),
    _File(
        "network.graphml",
        "graphml",
        _NETWORKS,
        "application/graphml+xml",
        "relation claims between entities, for Gephi, Cytoscape, igraph and NetworkX",
    ): lambda content: network.graphml(content.network),
    _File("network.gexf", "gexf", _NETWORKS, "application/gexf+xml", "the same with a timeline, for Gephi"): (
        lambda content: network.gexf(content.network)
    ),
    _File("places.geojson", "geojson", _NETWORKS, "application/geo+json", "places, for QGIS and web maps"): (
        lambda content: geojson.places(content.store)
    ),
    _File(
        "sources.bib",
        "bibtex",
        _DESCRIPTIONS,
        "application/x-bibtex",
        "the works that the claims rest on, for Zotero and LaTeX",
    ): lambda content: bibliography.bibtex(content.store),
}

_TABLES_ZIP: Final = _File(
    "illicit-power-tables.zip",
    "csv-zip",
    _TABLES,
    "application/zip",
    "all tables with their codebook in one file",
    contained_media_type="text/csv",
)
_VOID: Final = _File(
    "void.ttl", "void", _DESCRIPTIONS, "text/turtle", "sizes, partitions and links to other datasets, as VoID"
)
_CATALOG: Final = _File("catalog.ttl", "dcat", _DESCRIPTIONS, "text/turtle", "the dataset and these files, as DCAT 3")
_SCHEMA_ORG: Final = _File(
    "schema-org.jsonld", "schema-org", _DESCRIPTIONS, "application/ld+json", "the dataset for search engines"
)
_CHANGES: Final = {
    "txt": _File("changes.txt", "changes", _DESCRIPTIONS, "text/plain", "what this release changed"),
    "ttl": _File("changes.ttl", "changes", _DESCRIPTIONS, "text/turtle", "the same as RDF (PROV, ActivityStreams)"),
}

FORMATS: Final = tuple(
    dict.fromkeys(file.format for file in (*_MAKERS, _TABLES_ZIP, _VOID, _CATALOG, _SCHEMA_ORG, *_CHANGES.values()))
)
"""The names of all formats. The format ``changes`` is there for releases only."""


def write_downloads(snapshot: Snapshot, record: ReleaseRecord) -> None:
    """Make all downloads of a snapshot in its folder for them. The same snapshot and releases give the same bytes.

    :param record: the releases so far, which tell the date of the version
    """
    version = Version(snapshot.manifest.version, snapshot.manifest.sha256, tuple(record.releases()))
    content, folder = _Content(snapshot.quads, snapshot.prefixes), snapshot.downloads
    folder.mkdir()
    files = [file.write(folder, make(content)) for file, make in _MAKERS.items()]
    tables = {file.name: (folder / file.name).read_bytes() for file in files if file.group == _TABLES}
    files.append(_TABLES_ZIP.write(folder, _zip(tables)))
    if version.release:
        for suffix, file in _CHANGES.items():
            files.append(file.write(folder, record.log(version.release, suffix).read_bytes()))
    dumps = [DOWNLOADS + file.name for file in files if file.group == _RDF]
    descriptions = {
        _VOID: void(content.store, version, dumps, content.prefixes),
        _CATALOG: catalog(content.store, version, files, content.prefixes),
        _SCHEMA_ORG: schema_org(content.store, version, files),
    }
    files += [file.write(folder, description) for file, description in descriptions.items()]
    DownloadList(version.name, tuple(files)).write(folder)
