"""Each shape accepts its valid example, and refuses its invalid ones for one reason.

An example is a small Turtle file. Together with ``common.ttl``, the ontology and the
vocabularies it is complete, in the form that the build compiles, once what the build
derives where nothing is written is added: bounds and basis of the times of claims that
have no bound, and the explicitness of evidence. An example of the shapes in
``shapes/authored`` is in the hand-written form and stands alone.

* A file in ``valid/`` names the shapes that it exercises: ``# shows: shapes:XShape``.
* A file in ``invalid/`` begins with one line for each result that it must yield, and it
  yields no other: ``# fails: shapes:XShape <path> <component>``. The path is written as
  in SPARQL, and is ``-`` where the whole node fails.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyshacl
import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, PROV, NamespaceManager
from rdflib.term import Node

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
IPS = Namespace("https://w3id.org/illicit-power/ontology#")
SHAPES = Namespace("https://w3id.org/illicit-power/shapes#")
TIME_BASIS = Namespace("https://w3id.org/illicit-power/vocabulary/time-basis/")
EXPLICITNESS = Namespace("https://w3id.org/illicit-power/vocabulary/explicitness/")
BOUNDS = (IPS.startEarliest, IPS.startLatest, IPS.endEarliest, IPS.endLatest)
COMPILED = {file.stem: file for file in (ROOT / "shapes" / "compiled").glob("*.ttl")}
TERMS = ("ontology", "vocabularies")
# Shapes that are applied together. Those of the ontology and the vocabularies see many
# terms, which most examples leave as they are; they share the parts in entities.ttl.
PARTS = {
    "authored": [*(ROOT / "shapes" / "authored").glob("*.ttl")],
    "data": [file for stem, file in COMPILED.items() if stem not in TERMS],
    "terms": [COMPILED[stem] for stem in ("entities", *TERMS)],
}
VALID = sorted((HERE / "valid").glob("*.ttl"))
INVALID = sorted((HERE / "invalid").glob("*.ttl"))


class Result(NamedTuple):
    """What a validation result says: whose rule, along which path, of which kind."""

    shape: str
    path: str
    component: str


@cache
def shapes(part: str) -> Graph:
    """The shapes of one part of the project."""
    graph = Graph()
    for file in PARTS[part]:
        graph.parse(file)
    return graph


@cache
def base() -> Graph:
    """What every example in compiled form is completed by."""
    graph = Graph()
    for file in ("ontology/illicit-power.ttl", "ontology/vocabularies.ttl"):
        graph.parse(ROOT / file)
    graph.parse(HERE / "common.ttl")
    return graph + defaults(graph)


def defaults(example: Graph) -> Graph:
    """What the build derives for claims and evidence that leave it out."""
    added = Graph()
    for claim in example.subjects(RDF.type, IPS.Claim):
        is_written = any((claim, IPS[form], None) in example for form in ("time", "begin", "end", "attested"))
        if not any((claim, bound, None) in example for bound in BOUNDS):
            for bound, moment in zip(BOUNDS, ("1970-01-01T00:00:00Z", "2014-12-31T23:59:59Z") * 2, strict=True):
                added.add((claim, bound, Literal(moment, datatype=XSD.dateTime)))
        if (claim, IPS.timeBasis, None) not in example:
            added.add((claim, IPS.timeBasis, TIME_BASIS["stated" if is_written else "derived"]))
    for evidence in example.subjects(RDF.type, IPS.Evidence):
        if (evidence, IPS.explicitness, None) not in example:
            added.add((evidence, IPS.explicitness, EXPLICITNESS.explicit))
    return added


@cache
def namespaces() -> NamespaceManager:
    """The prefixes that the header lines use."""
    manager = NamespaceManager(Graph(), bind_namespaces="none")
    for prefix, namespace in {
        "dcterms": DCTERMS,
        "ips": IPS,
        "owl": OWL,
        "prov": PROV,
        "rdf": RDF,
        "rdfs": RDFS,
        "sh": SH,
        "shapes": SHAPES,
        "skos": SKOS,
    }.items():
        manager.bind(prefix, namespace)
    return manager


def short(node: Node) -> str:
    """A node as the header lines write it."""
    return node.n3(namespaces())


def headers(file: Path, keyword: str) -> list[str]:
    """What the lines ``# <keyword>: ...`` of an example say."""
    text = file.read_text(encoding="utf-8")
    return re.findall(rf"^# {keyword}: (.+)$", text, flags=re.MULTILINE)


def shown(file: Path) -> list[str]:
    """The shapes that a valid example exercises."""
    return headers(file, "shows")


def failures(file: Path) -> list[Result]:
    """The results that an invalid example must yield."""
    return sorted(Result(*line.split()) for line in headers(file, "fails"))


def node_shapes(part: str) -> set[str]:
    """The named node shapes of one part."""
    found = shapes(part).subjects(RDF.type, SH.NodeShape)
    return {short(shape) for shape in found if isinstance(shape, URIRef)}


def part_of(names: list[str]) -> str:
    """The part of the project that has all these shapes."""
    found = [part for part in PARTS if node_shapes(part).issuperset(names)]
    assert found, f"no part has all of these shapes: {names}"
    return found[0]


def path_text(graph: Graph, path: Node) -> str:
    """A SHACL property path, written as in SPARQL."""
    if isinstance(path, URIRef):
        return short(path)
    if inverse := graph.value(path, SH.inversePath):
        return "^" + path_text(graph, inverse)
    if alternatives := graph.value(path, SH.alternativePath):
        steps = Collection(graph, alternatives)
        return "(" + "|".join(path_text(graph, step) for step in steps) + ")"
    return "/".join(path_text(graph, step) for step in Collection(graph, path))


def focus_nodes(shape: Node, part: str, data: Graph) -> set[Node]:
    """The nodes of the data that a shape targets."""
    found: set[Node] = set()
    for target in shapes(part).objects(shape, SH.targetClass):
        for kind in data.transitive_subjects(RDFS.subClassOf, target):
            found.update(data.subjects(RDF.type, kind))
    for target in shapes(part).objects(shape, SH.targetSubjectsOf):
        if isinstance(target, URIRef):
            found.update(data.subjects(target))
    return found


@contextmanager
def completed(example: Graph, part: str) -> Iterator[Graph]:
    """The graph that is validated for an example, which leaves no trace in the base."""
    if part == "authored":
        yield example
        return
    data = base()
    whole = example + defaults(example)
    added = [triple for triple in whole if triple not in data]
    data += whole
    try:
        yield data
    finally:
        for triple in added:
            data.remove(triple)


def validate(data: Graph, part: str) -> tuple[Graph, str]:
    """Validate a complete graph; the report and its text."""
    # Not with focus_nodes: they would keep the validator from looking at values.
    _, report, text = pyshacl.validate(data, shacl_graph=shapes(part), inference="none", inplace=True)
    assert isinstance(report, Graph), text
    return report, text


def result(report: Graph, node: Node, part: str, data: Graph) -> Result:
    """One result; its shape is the named node shape that the failing rule is in."""
    rules = shapes(part)
    source = report.value(node, SH.sourceShape)
    focus = report.value(node, SH.focusNode)
    component = report.value(node, SH.sourceConstraintComponent)
    assert source is not None
    assert focus is not None
    assert component is not None
    owners = {
        short(owner)
        for owner in rules.transitive_subjects(SH.property, source)
        if owner is not None and focus in focus_nodes(owner, part, data)
    }
    path = rules.value(source, SH.path)
    return Result(
        shape=" or ".join(sorted(owners)),
        path="-" if path is None else path_text(rules, path),
        component=short(component),
    )


@pytest.mark.parametrize("file", VALID, ids=lambda file: file.stem)
def test_valid_example_conforms(file: Path) -> None:
    part = part_of(shown(file))
    with completed(Graph().parse(file), part) as data:
        report, text = validate(data, part)
    assert not set(report.objects(None, SH.result)), text


# The shapes of what is written by hand target only what they refuse: nothing to see.
COMPILED_VALID = [file for file in VALID if file.stem != "authored"]


@pytest.mark.parametrize("file", COMPILED_VALID, ids=lambda file: file.stem)
def test_valid_example_is_seen_by_the_shapes_it_names(file: Path) -> None:
    part = part_of(shown(file))
    example = Graph().parse(file)
    own = set(example.subjects())
    with completed(example, part) as data:
        for name in shown(file):
            shape = namespaces().expand_curie(name)
            assert own & focus_nodes(shape, part, data), name


@pytest.mark.parametrize("file", INVALID, ids=lambda file: file.stem)
def test_invalid_example_fails_as_it_says(file: Path) -> None:
    expected = failures(file)
    part = part_of([failure.shape for failure in expected])
    with completed(Graph().parse(file), part) as data:
        report, text = validate(data, part)
        # Results in sh:detail explain a result; they are not results of their own.
        nodes = report.objects(None, SH.result)
        results = sorted(result(report, node, part, data) for node in nodes)
    assert results == expected, text


@pytest.mark.parametrize("part", ["data", "terms"])
def test_what_the_examples_share_conforms(part: str) -> None:
    report, text = validate(base(), part)
    assert not set(report.objects(None, SH.result)), text


@pytest.mark.parametrize("part", PARTS)
def test_every_shape_has_a_valid_and_an_invalid_example(part: str) -> None:
    valid = {name for file in VALID for name in shown(file)}
    invalid = {failure.shape for file in INVALID for failure in failures(file)}
    assert node_shapes(part) - valid == set()
    assert node_shapes(part) - invalid == set()


@pytest.mark.parametrize("part", PARTS)
def test_every_rule_says_what_is_wrong(part: str) -> None:
    graph = shapes(part)
    structure = {SH.path, SH.targetClass, SH.targetSubjectsOf, SH.property, RDF.type}
    for shape in {
        *graph.subjects(RDF.type, SH.NodeShape),
        *graph.objects(None, SH.property),
    }:
        inner = not isinstance(shape, URIRef) and not any(
            isinstance(owner, URIRef) for owner in graph.subjects(SH.property, shape)
        )
        if inner or set(graph.predicates(shape)) <= structure:
            continue  # a part of a rule that has its own message, or no rule itself
        messages = list(graph.objects(shape, SH.message))
        assert len(messages) == 1, list(graph.predicate_objects(shape))


def relation_classes() -> list[URIRef]:
    """The classes of relation claims in the ontology."""
    found = base().subjects(RDFS.subClassOf, IPS.RelationClaim)
    return sorted(kind for kind in found if isinstance(kind, URIRef))


def kinds(claim_class: URIRef, side: URIRef) -> set[Node]:
    """The classes that the shapes of a relation claim allow on one side."""
    graph = shapes("data")
    found: set[Node] = set()
    for shape in graph.subjects(SH.targetClass, claim_class):
        for rule in graph.objects(shape, SH.property):
            if graph.value(rule, SH.path) == side:
                found.update(graph.objects(rule, SH["class"]))
                for node in graph.objects(rule, SH.node):
                    found.update(graph.objects(node, SH["class"]))
                for choices in graph.objects(rule, SH["or"]):
                    for choice in Collection(graph, choices):
                        found.update(graph.objects(choice, SH["class"]))
    return found


@pytest.mark.parametrize("claim_class", relation_classes(), ids=short)
def test_relation_shape_agrees_with_the_direct_property(claim_class: URIRef) -> None:
    direct = base().value(claim_class, IPS.directProperty)
    for side, constraint in ((IPS.subject, RDFS.domain), (IPS.object, RDFS.range)):
        allowed = kinds(claim_class, side)
        assert allowed, f"no shape restricts {short(side)}"
        for kind in allowed:
            wider = set(base().transitive_objects(kind, RDFS.subClassOf))
            assert base().value(direct, constraint) in wider


def test_every_direct_property_is_refused_by_hand() -> None:
    derived = set(base().objects(None, IPS.directProperty)) | {IPS.descendsFrom, IPS.earlierThan}
    shape = SHAPES.DirectLinkShape
    graph = shapes("authored")
    assert set(graph.objects(shape, SH.targetSubjectsOf)) == derived
    rules = list(graph.objects(shape, SH.property))
    assert {graph.value(rule, SH.path) for rule in rules} == derived
    assert {graph.value(rule, SH.maxCount) for rule in rules} == {Literal(0)}
    assert all((p, RDF.type, OWL.ObjectProperty) in base() for p in derived)


def matches_time(text: str) -> bool:
    """Whether the shape of claims takes this for a time."""
    graph = shapes("data")
    rules = graph.objects(SHAPES.ClaimTimeShape, SH.property)
    (rule,) = (r for r in rules if graph.value(r, SH.path) == IPS.time)
    return re.search(str(graph.value(rule, SH.pattern)), text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "2007",
        "2007-08",
        "2007-08-27",
        "197X",
        "2004~",
        "2004-06?",
        "2004-06-11%",
        "2006/2007",
        "2006-02/2007-08-29",
        "2004~/2006?",
        "2007-03/..",
        "2007-03/",
        "../2007",
        "/2007",
        "[2006-02-23..2006-12]",
        "[..2007]",
        "[2006-03~..]",
    ],
)
def test_time_is_accepted(text: str) -> None:
    assert matches_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "07",
        "2007-13",
        "2007-08-32",
        "2007-8",
        "2007/08/27",
        "27 August 2007",
        "early 2005",
        "2006-2007",
        "1970s",
        "19XX",
        "..",
        "/",
        "../..",
        "2006/2007/2008",
        "2007 ",
        "[2007]",
        "[2005..2006]/2007",
    ],
)
def test_time_is_refused(text: str) -> None:
    assert not matches_time(text)
