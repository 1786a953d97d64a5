"""What we read keeps the form in which it is written, and the RDFLib of whoever uses us stays as it was."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from rdflib import XSD, Literal

from illicit_power.dataset.rdflib_terms import literal
from illicit_power.dataset.releases import ReleaseRecord
from illicit_power.dataset.snapshot import Snapshot, SnapshotStore
from illicit_power.dataset.source import Source
from illicit_power.dataset.turtle import parse
from illicit_power.exports.downloads import write_downloads
from illicit_power.quality.validation import compile_and_check

IN_TURTLE = b"""@prefix e: <http://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
e:a e:p "2.50"^^xsd:decimal , "2007-03-01T00:00:00Z"^^xsd:dateTime , "01"^^xsd:integer , "a"@en , "b" ,
    3.10 , 007 , # a number behind a comment
    +8 , .0000001 , 1.0E1 , true .
"""
WRITTEN = {
    ("2.50", XSD.decimal), ("2007-03-01T00:00:00Z", XSD.dateTime), ("01", XSD.integer), ("a", None), ("b", None),
    ("3.10", XSD.decimal), ("007", XSD.integer), ("+8", XSD.integer), (".0000001", XSD.decimal), ("1.0E1", XSD.double),
    ("true", XSD.boolean),
}  # fmt: skip

SNIPPET = """
import json, sys
import rdflib
from rdflib import XSD, Literal

def treatment():
    literals = Literal("01", datatype=XSD.integer), Literal("1", datatype=XSD.boolean)
    return [rdflib.NORMALIZE_LITERALS, *map(str, literals)]

before = treatment()
{use}
print(json.dumps([before, treatment(), [*map(str, seen)]]))
"""
USES = {
    "the library": """
import illicit_power
graph = illicit_power.construct("CONSTRUCT { ?s ips:startEarliest ?o } WHERE { ?s ips:startEarliest ?o }")
whole = illicit_power.rdflib_dataset()
start = graph.namespace_manager.expand_curie("ips:startEarliest")
seen = {str(moment)[-1] for found in (graph, whole) for moment in found.objects(None, start)}
""",
    "the command line, with SHACL": """
from illicit_power.cli import main
assert main(["validate", "--source", sys.argv[1]]) == 0
seen = []
""",
}  # fmt: skip


def test_literals_in_turtle_stay_as_they_are_written() -> None:
    found = parse(Path("some.ttl"), IN_TURTLE).graph.objects()
    assert {(str(value), value.datatype) for value in found if isinstance(value, Literal)} == WRITTEN


def test_a_literal_is_what_it_is_said_to_be() -> None:
    assert str(literal("2.50", XSD.decimal)) == "2.50"
    assert literal("a", language="en") == Literal("a", lang="en")
    assert literal("a") == Literal("a")


@pytest.mark.parametrize("use", USES)
def test_the_callers_rdflib_is_left_alone(
    use: str, example_source: Source, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ILLICIT_POWER_CACHE", str(snapshot.path.parent))
    program = SNIPPET.format(use=USES[use])
    command = [sys.executable, "-c", program, str(example_source.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    before, after, seen = json.loads(done.stdout.splitlines()[-1])
    assert before == after == [True, "1", "true"]
    assert set(seen) <= {"Z"}


def test_a_value_survives_build_snapshot_and_downloads(example_source: Source, tmp_path: Path) -> None:
    claims = example_source.root / "data/example/claims/all.ttl"
    claims.write_text(
        claims.read_text(encoding="utf-8")
        + """
claim:guard-share a ips:Share ;
    ips:subject   entity:young-guard ;
    ips:value     0.250 ;
    ips:whole     "the guards"@en ;
    ips:evidence  [ ips:page 7 ; ips:paragraph 1 ] .
""",
        encoding="utf-8",
    )
    validated = compile_and_check(example_source)
    assert validated.problems == []
    write = partial(write_downloads, record=ReleaseRecord.of(example_source))
    snapshot = SnapshotStore(tmp_path / "snapshots").publish(validated.compiled, "", write)
    assert '"0.250"^^<http://www.w3.org/2001/XMLSchema#decimal>' in snapshot.quads.read_text(encoding="utf-8")
    for name in ("illicit-power.ttl", "illicit-power.trig", "illicit-power.jsonld", "illicit-power.rdf"):
        assert "0.250" in (snapshot.downloads / name).read_text(encoding="utf-8"), name
