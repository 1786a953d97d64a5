"""Prefixes are data: the ontology declares them, and each case and concept scheme brings its own."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest

from illicit_power.dataset.compiled import Compiled, compile_source
from illicit_power.dataset.prefixes import prefixes_in, standard_prefixes
from illicit_power.dataset.problem import InvalidSource, Problem
from illicit_power.dataset.snapshot import Snapshot, SnapshotStore
from illicit_power.dataset.source import Source
from illicit_power.model.iris import BASE


def problem(source: Source) -> Problem:
    with pytest.raises(InvalidSource) as caught:
        compile_source(source)
    (found,) = caught.value.problems
    return found


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_cases_and_concept_schemes_have_their_prefixes(compiled: Compiled) -> None:
    own = {
        "jam": BASE + "claim/jam/",
        "hedge": BASE + "vocabulary/hedge/",
        "mechanism": BASE + "vocabulary/mechanism/",
    }
    assert own.items() <= compiled.prefixes.items()
    assert standard_prefixes().items() <= compiled.prefixes.items()
    assert not own.keys() & standard_prefixes().keys()


def test_the_dataset_and_its_manifest_say_the_same_prefixes(snapshot: Snapshot, compiled: Compiled) -> None:
    quads = pyoxigraph.parse(path=str(snapshot.quads), format=pyoxigraph.RdfFormat.N_QUADS)
    assert prefixes_in(quads) == snapshot.prefixes == compiled.prefixes


def test_a_snapshot_from_before_there_were_prefixes_can_be_opened(example_source: Source, tmp_path: Path) -> None:
    published = SnapshotStore(tmp_path / "snapshots").publish(compile_source(example_source), "")
    manifest = published.path / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text[: text.index(',\n  "prefixes"')] + "\n}\n", encoding="utf-8")
    assert Snapshot.open(published.path).prefixes == {}


def test_a_case_cannot_take_a_prefix_that_is_taken(example_source: Source) -> None:
    case = example_source.cases[0] / "case.ttl"
    replace(case, 'ips:slug               "example"', 'ips:slug               "org"')
    found = problem(example_source)
    assert (found.path, found.thing) == (case, "The made-up case")
    assert f"org: would stand for <{BASE}claim/org/>" in found.message
    assert "stands for <http://www.w3.org/ns/org#> already" in found.message


def test_a_slug_that_cannot_be_a_prefix_is_refused(example_source: Source) -> None:
    replace(example_source.cases[0] / "case.ttl", 'ips:slug               "example"', 'ips:slug               "2020"')
    assert "“2020” would be a prefix, and cannot be one" in problem(example_source).message


def test_a_declaration_without_its_namespace_is_refused(example_source: Source) -> None:
    replace(example_source.ontology, 'sh:prefix "skos"       ; sh:namespace', 'sh:prefix "skos"       ; sh:namespaces')
    found = problem(example_source)
    assert found.path == example_source.ontology
    assert found.line
    assert "one prefix and one namespace" in found.message
