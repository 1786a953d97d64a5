from __future__ import annotations

from pathlib import Path

import pytest

from illicit_power.cli import main
from illicit_power.dataset.compiled import compile_source
from illicit_power.dataset.snapshot import Snapshot, SnapshotStore
from illicit_power.dataset.source import Source


def build(source: Source, snapshots: Path) -> int:
    return main(["build", "--source", str(source.root), "--snapshots", str(snapshots)])


def test_the_same_source_gives_the_same_bytes_under_the_same_name(example_source: Source, tmp_path: Path) -> None:
    first, second = (
        SnapshotStore(tmp_path / name).publish(compile_source(example_source), "digest") for name in ("one", "two")
    )
    assert first.path.name == second.path.name == first.manifest.version
    assert first.quads.read_bytes() == second.quads.read_bytes()


def test_a_changed_statement_gives_another_name(example_source: Source, tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path / "snapshots")
    before = store.publish(compile_source(example_source), "before")
    path = example_source.root / "data/example/entities.ttl"
    path.write_text(path.read_text().replace('"The Guard"', '"Guardsmen"'))
    after = store.publish(compile_source(example_source), "after")
    assert before.manifest.version != after.manifest.version
    assert before.quads.exists()
    assert store.current() == after


def test_nothing_is_built_again_that_has_not_changed(
    example_source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build(example_source, tmp_path) == 0
    assert "Reading" in capsys.readouterr().err
    assert build(example_source, tmp_path) == 0
    printed = capsys.readouterr().err
    assert "is up to date" in printed
    assert "Reading" not in printed


def test_a_build_that_fails_publishes_nothing_and_keeps_the_last_good_snapshot(
    example_source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshots = tmp_path / "snapshots"
    assert build(example_source, snapshots) == 0
    good = SnapshotStore(snapshots).current()
    path = example_source.root / "data/example/claims/all.ttl"
    path.write_text(path.read_text().replace("ips:page 4 ; ", ""))
    assert build(example_source, snapshots) == 1
    assert "page" in capsys.readouterr().out
    assert SnapshotStore(snapshots).current() == good
    assert isinstance(good, Snapshot)
    assert sorted(folder.name for folder in snapshots.iterdir()) == ["current.json", good.manifest.version]


def test_the_manifest_counts_what_the_file_holds(snapshot: Snapshot) -> None:
    lines = snapshot.quads.read_bytes().splitlines()
    assert len(lines) == sum(snapshot.manifest.triples.values())


def test_a_snapshot_is_adopted_as_it_is(example_source: Source, tmp_path: Path) -> None:
    def write(snapshot: Snapshot) -> None:
        snapshot.downloads.mkdir()
        (snapshot.downloads / "one.txt").write_text("1")

    theirs, ours = SnapshotStore(tmp_path / "theirs"), SnapshotStore(tmp_path / "ours")
    published = theirs.publish(compile_source(example_source), "digest", write)
    adopted = ours.adopt(theirs)
    assert ours.current() == adopted
    assert ours.is_built_from("digest")
    assert adopted.path == ours.root / published.manifest.version
    assert adopted.is_whole()
    assert (adopted.downloads / "one.txt").read_text() == "1"


def test_nothing_is_adopted_from_a_store_without_a_snapshot(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no snapshot in"):
        SnapshotStore(tmp_path / "ours").adopt(SnapshotStore(tmp_path / "theirs"))
