"""What is added, changed and withdrawn between two versions of the made-up case."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import PROV, RDF, Dataset, Graph, Namespace

from illicit_power.cli import main
from illicit_power.dataset.changes import diff, read_version, things
from illicit_power.dataset.compiled import compile_source
from illicit_power.dataset.snapshot import Snapshot, SnapshotStore
from illicit_power.dataset.source import Source
from illicit_power.model.iris import CLAIM, ENTITY, GRAPH, IPS

AS = Namespace("https://www.w3.org/ns/activitystreams#")
SPONSORSHIP = CLAIM["example/movement-sponsor-of-guard"]
SPLIT = CLAIM["example/guard-splinter-of-movement"]
TOMBSTONE = """
<https://w3id.org/illicit-power/claim/example/movement-sponsor-of-guard>
    <http://www.w3.org/2002/07/owl#deprecated>        true ;
    <http://www.w3.org/2004/02/skos/core#changeNote>  "Counted twice."@en ;
    <http://purl.org/dc/terms/isReplacedBy>  <https://w3id.org/illicit-power/claim/example/roe-leader-of-guard> .
"""


def publish(source: Source, folder: Path) -> Snapshot:
    return SnapshotStore(folder).publish(compile_source(source), "digest")


def edit(source: Source, name: str, old: str, new: str) -> None:
    path = source.root / "data/example" / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def withdraw_sponsorship(source: Source) -> None:
    path = source.root / "data/example/claims/all.ttl"
    before, _, rest = path.read_text().partition("claim:movement-sponsor-of-guard")
    path.write_text(before + rest[rest.index("claim:") :])


@pytest.fixture
def versions(example_source: Source, tmp_path: Path) -> tuple[Snapshot, Snapshot]:
    """The case before and after: a new entity, another date, a claim withdrawn."""
    before = publish(example_source, tmp_path / "old")
    edit(example_source, "claims/all.ttl", '"2007-03" ;', '"2007-04" ;')
    withdraw_sponsorship(example_source)
    (example_source.root / "data/example/withdrawn.ttl").write_text(TOMBSTONE)
    edit(example_source, "entities.ttl", "entity:jan-doe a", 'entity:newcomer a ips:Person ;\n'
         '    skos:prefLabel "Newcomer"@en ;\n    skos:definition "New."@en .\n\nentity:jan-doe a')  # fmt: skip
    return before, publish(example_source, tmp_path / "new")


def test_the_text_says_what_changed_and_how(
    versions: tuple[Snapshot, Snapshot], capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = versions
    assert main(["diff", str(old.path), str(new.quads)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"{old.manifest.version} → {new.manifest.version}\n1 added, 1 changed, 1 withdrawn.")
    assert "+ entity:newcomer  Newcomer" in printed
    assert '- ips:time "2007-03"' in printed
    assert '+ ips:time "2007-04"' in printed
    assert "Counted twice." in printed
    assert "without a tombstone" not in printed


def test_the_turtle_is_a_revision_and_its_activities(
    versions: tuple[Snapshot, Snapshot], capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = versions
    main(["diff", str(old.path), str(new.path), "--format", "ttl"])
    graph = Graph().parse(data=capsys.readouterr().out)
    ((later, earlier),) = graph.subject_objects(PROV.wasRevisionOf)
    assert str(later).endswith(new.manifest.version)
    assert str(earlier).endswith(old.manifest.version)
    objects = {
        kind: set(graph.objects(activity, AS.object))
        for kind in (AS.Create, AS.Update, AS.Delete)
        for activity in graph.subjects(RDF.type, kind)
    }
    assert objects == {AS.Create: {ENTITY.newcomer}, AS.Update: {SPLIT}, AS.Delete: {SPONSORSHIP}}


def test_the_json_has_the_statements(versions: tuple[Snapshot, Snapshot], capsys: pytest.CaptureFixture[str]) -> None:
    main(["diff", str(versions[0].path), str(versions[1].path), "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    (changed,) = found["changed"]
    assert changed["iri"] == str(SPLIT)
    assert any('"2007-03"' in statement for statement in changed["removed"])
    (withdrawn,) = found["withdrawn"]
    assert withdrawn["replaced_by"] == [str(CLAIM["example/roe-leader-of-guard"])]


def test_changed_evidence_is_a_change_of_its_claim(
    example_source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = publish(example_source, tmp_path / "old")
    edit(example_source, "claims/all.ttl", "ips:page 4", "ips:page 7")
    main(["diff", str(old.path), str(publish(example_source, tmp_path / "new").path)])
    printed = capsys.readouterr().out
    assert "0 added, 1 changed, 0 withdrawn." in printed
    assert "#p7 ips:page " in printed


def union(snapshot: Snapshot) -> Graph:
    """The triples of all named graphs."""
    graph = Graph()
    for subject, predicate, object_, _ in Dataset().parse(snapshot.quads, format="nquads"):
        graph.add((subject, predicate, object_))
    return graph


NEW_SPLIT = """
claim:movement-splinter-of-guard a ips:SplinterOf ;
    ips:subject   entity:old-movement ;
    ips:object    entity:young-guard ;
    ips:evidence  [ ips:page 7 ; ips:paragraph 1 ] .
"""


def test_a_new_claim_is_no_change_of_what_it_speaks_of(example_source: Source, tmp_path: Path) -> None:
    old = publish(example_source, tmp_path / "old")
    with (example_source.root / "data/example/claims/all.ttl").open("a") as file:
        file.write(NEW_SPLIT)
    new = publish(example_source, tmp_path / "new")
    following = union(new) - union(old)
    assert (ENTITY["old-movement"], IPS.splinterOf, ENTITY["young-guard"]) in following, "a direct link"
    assert (ENTITY["old-movement"], RDF.type, IPS.SplinterGroup) in following, "an inferred type"
    changes = diff(read_version(old.path).things, read_version(new.path).things)
    assert [thing.iri for thing in changes.added] == [str(CLAIM["example/movement-splinter-of-guard"])]
    assert not changes.changed


def test_what_is_gone_without_a_tombstone_is_said(
    example_source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = publish(example_source, tmp_path / "old")
    withdraw_sponsorship(example_source)
    main(["diff", str(old.path), str(publish(example_source, tmp_path / "new").path)])
    assert "! example:movement-sponsor-of-guard" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("described", "is_changed"),
    [
        ("_:other ips:page 3 ; ips:within _:deep . _:deep ips:page 4 .", False),
        ("_:one ips:page 3 ; ips:within _:deep . _:deep ips:page 5 .", True),
        ("_:one ips:page 3 ; ips:within _:one .", True),
    ],
    ids=["another label", "another value within", "a circle"],
)
def test_a_blank_node_is_what_is_said_of_it(described: str, is_changed: bool) -> None:
    versions = []
    for text in ("_:one ips:page 3 ; ips:within _:deep . _:deep ips:page 4 .", described):
        node = text.partition(" ")[0]
        content = f"""PREFIX ips: <{IPS}> PREFIX entity: <{ENTITY}>
            GRAPH <{GRAPH["example/entities"]}> {{ entity:basra ips:note {node} . {text} }}"""
        versions.append(things(pyoxigraph.parse(content, format=pyoxigraph.RdfFormat.TRIG)))
    assert bool(diff(*versions)) is is_changed


def test_the_same_version_has_no_changes(
    example_source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = publish(example_source, tmp_path).path
    main(["diff", str(path), str(path), "--format", "ttl"])
    graph = Graph().parse(data=capsys.readouterr().out)
    assert not list(graph.objects(None, AS.object))
    assert set(graph.objects(None, AS.items)) == {RDF.nil}


def test_what_is_no_version_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "prose.nq").write_text("Once upon a time")
    for path in (tmp_path, tmp_path / "prose.nq"):
        assert main(["diff", str(path), str(path)]) == 2
        assert str(path) in capsys.readouterr().err
