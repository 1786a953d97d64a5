"""The RDF files hold what the dataset holds, the list tells the truth, and making them again gives the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import subprocess
import zipfile
from functools import partial
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import CanonicalizationAlgorithm, NamedNode, Quad, RdfFormat
from rdflib import Dataset, Graph

from illicit_power.cli import main
from illicit_power.dataset.compiled import compile_source
from illicit_power.dataset.releases import ReleaseRecord
from illicit_power.dataset.snapshot import Snapshot, SnapshotStore
from illicit_power.dataset.source import Source
from illicit_power.exports.download_list import CHECKSUMS, DownloadList
from illicit_power.exports.downloads import FORMATS, write_downloads
from tests.graphs import canonical_triples


def canonical(path: Path, format_: RdfFormat, merged: bool) -> pyoxigraph.Dataset:
    """The statements of a file with canonical blank nodes; merged into one graph where the format has no others."""
    graph = NamedNode("urn:union")
    quads = pyoxigraph.parse(path=str(path), format=format_)
    found = pyoxigraph.Dataset(
        Quad(quad.subject, quad.predicate, quad.object, graph if merged else quad.graph_name) for quad in quads
    )
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return found


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("illicit-power.trig", RdfFormat.TRIG),
        ("illicit-power.nq", RdfFormat.N_QUADS),
        ("illicit-power.jsonld", RdfFormat.JSON_LD),
    ],
)
def test_a_file_of_named_graphs_holds_the_dataset(
    snapshot: Snapshot, downloads: Path, name: str, format_: RdfFormat
) -> None:
    expected = canonical(snapshot.quads, RdfFormat.N_QUADS, merged=False)
    assert canonical(downloads / name, format_, merged=False) == expected


@pytest.mark.parametrize(
    ("name", "format_"), [("illicit-power.ttl", RdfFormat.TURTLE), ("illicit-power.rdf", RdfFormat.RDF_XML)]
)
def test_a_file_of_one_graph_holds_the_union(
    snapshot: Snapshot, downloads: Path, name: str, format_: RdfFormat
) -> None:
    expected = canonical(snapshot.quads, RdfFormat.N_QUADS, merged=True)
    assert canonical(downloads / name, format_, merged=True) == expected


@pytest.fixture
def example(example_source: Source, tmp_path: Path) -> Snapshot:
    """The made-up case with its downloads."""
    return publish_example(example_source, tmp_path / "snapshots")


def publish_example(source: Source, folder: Path) -> Snapshot:
    write = partial(write_downloads, record=ReleaseRecord.of(source))
    return SnapshotStore(folder).publish(compile_source(source), "digest", write)


def test_another_library_reads_the_same_graph_from_every_file(example: Snapshot) -> None:
    def union(path: Path, format_: str) -> Graph:
        whole = Dataset()
        whole.parse(path, format=format_)
        graph = Graph()
        for subject, predicate, object_, _ in whole.quads():
            graph.add((subject, predicate, object_))
        return graph

    expected = canonical_triples(union(example.quads, "nquads"))
    for name, format_ in (("trig", "trig"), ("ttl", "turtle"), ("jsonld", "json-ld"), ("rdf", "xml")):
        assert canonical_triples(union(example.downloads / f"illicit-power.{name}", format_)) == expected, name


def test_the_compressed_file_is_the_canonical_one_and_says_no_time(snapshot: Snapshot, downloads: Path) -> None:
    content = (downloads / "illicit-power.nq.gz").read_bytes()
    assert gzip.decompress(content) == snapshot.quads.read_bytes()
    assert content[4:8] == bytes(4), "the field MTIME (RFC 1952, 2.3.1)"


def test_the_zip_file_has_the_tables(downloads: Path) -> None:
    with zipfile.ZipFile(downloads / "illicit-power-tables.zip") as archive:
        names = set(archive.namelist())
        assert {"claims.csv", "codebook.csv", "csv-metadata.json"} <= names
        assert all(archive.read(name) == (downloads / name).read_bytes() for name in names)


def test_the_list_has_every_file_with_its_size_and_checksum(downloads: Path) -> None:
    files = DownloadList.read(downloads).files
    assert {file.name for file in files} | {CHECKSUMS, "manifest.json"} == {path.name for path in downloads.iterdir()}
    for file in files:
        content = (downloads / file.name).read_bytes()
        assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest()), file.name


def test_sha256sum_accepts_the_checksums(downloads: Path) -> None:
    command = shutil.which("sha256sum")
    if command is None:
        pytest.skip("no sha256sum here")
    subprocess.run([command, "--check", "--quiet", CHECKSUMS], cwd=downloads, check=True)


def test_the_same_source_gives_the_same_bytes(example_source: Source, example: Snapshot, tmp_path: Path) -> None:
    again = publish_example(example_source, tmp_path / "again")
    for path in example.downloads.iterdir():
        assert path.read_bytes() == (again.downloads / path.name).read_bytes(), path.name


def test_new_downloads_of_the_same_dataset_replace_the_old(example_source: Source, example: Snapshot) -> None:
    (example.downloads / CHECKSUMS).write_text("stale")
    again = publish_example(example_source, example.path.parent)
    assert again.path == example.path
    assert (again.downloads / CHECKSUMS).read_text() != "stale"
    assert [path.name for path in example.path.parent.iterdir() if path.name.startswith(".")] == []


def export(source: Source, tmp_path: Path, *formats: str) -> int:
    options = ["--source", str(source.root), "--snapshots", str(tmp_path / "built"), "--output", str(tmp_path / "out")]
    return main(["export", *options, "--format", *formats])


def test_export_writes_the_formats_that_are_asked_for(example_source: Source, tmp_path: Path) -> None:
    assert export(example_source, tmp_path, "turtle", "gexf") == 0
    names = {"illicit-power.ttl", "network.gexf", CHECKSUMS}
    assert {path.name for path in (tmp_path / "out").iterdir()} == names
    assert len((tmp_path / "out" / CHECKSUMS).read_text().splitlines()) == len(names) - 1


def test_export_lists_the_formats_when_there_is_no_such(
    example_source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        export(example_source, tmp_path, "hdt")
    assert ended.value.code == 2
    printed = capsys.readouterr().err
    assert all(name in printed for name in FORMATS)
