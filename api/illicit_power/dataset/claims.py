"""Claims made whole: evidence gets an address, defaults are written out, times get bounds, everything a label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rdflib import DCTERMS, PROV, RDF, RDFS, Graph, Literal, URIRef
from rdflib.term import BNode, Node

from illicit_power.dataset.labels import claim_label, evidence_label
from illicit_power.dataset.times import Times, add_time
from illicit_power.model.iris import IPS, VOCABULARY
from illicit_power.model.time import horizon_span

_DEFAULT_STANCE = VOCABULARY["stance/asserted"]
_DEFAULT_HEDGE = VOCABULARY["hedge/stated"]
_DEFAULT_EXPLICITNESS = VOCABULARY["explicitness/explicit"]


@dataclass
class CompletedClaims:
    """The claims of a case with nothing left implicit.

    :ivar claims: what was written, each evidence with an IRI in place of its blank node
    :ivar derived: what the build adds
    :ivar evidence_nodes: the blank node that each evidence IRI stands for
    :ivar problems: (claim, property, message) for what could not be derived
    """

    claims: Graph
    derived: Graph = field(default_factory=lambda: Graph(bind_namespaces="none"))
    evidence_nodes: dict[Node, BNode] = field(default_factory=dict)
    problems: list[tuple[Node, Node, str]] = field(default_factory=list)


def complete_claims(claims: Graph, case: Graph, entities: Graph, ontology: Graph) -> CompletedClaims:
    """Complete the claims of one case.

    :param claims: as written by hand
    :param case: the description of the case, with its source, horizon, readings and the notes whose text survives
    :param entities: names of the things that the claims speak of, and the authors of the source: their team, or each
    :param ontology: classes of claims with their verb phrases, and the concepts
    """
    named, evidence_nodes = _name_evidence(claims)
    completed = CompletedClaims(named, evidence_nodes=evidence_nodes)
    description = case.value(None, RDF.type, IPS.Case)
    source = case.value(description, IPS.source)
    horizon = case.value(description, IPS.horizon)
    if description is None or source is None or horizon is None:
        message = "an ips:Case needs ips:source and ips:horizon: the work it draws on, and the time that it speaks of"
        completed.problems.append((description or BNode(), RDF.type, message))
        return completed

    try:
        span = horizon_span(str(horizon))
    except ValueError as error:
        completed.problems.append((description, IPS.horizon, str(error)))
    try:
        surviving = _footnote_numbers(case.objects(description, IPS.footnotesWithText))
    except ValueError:
        completed.problems.append((description, IPS.footnotesWithText, "not a range of note numbers: write 1-32"))
    if completed.problems:
        return completed

    authors = list(entities.objects(source, IPS.authors)) or list(entities.objects(source, DCTERMS.creator))
    background = ontology + entities
    times = Times(named, case, entities, ontology, span)
    completed.problems += times.problems
    readings = list(case.objects(description, PROV.wasGeneratedBy))
    for claim in sorted(set(named.subjects(RDF.type, None)) - set(evidence_nodes), key=str):
        _complete_claim(completed, claim, times, background)
        for reading in readings:
            completed.derived.add((claim, PROV.wasGeneratedBy, reading))
    for evidence in sorted(evidence_nodes, key=str):
        _complete_evidence(completed, evidence, source, authors, surviving)
    return completed


def _name_evidence(claims: Graph) -> tuple[Graph, dict[Node, BNode]]:
    """Name each evidence after its claim and page: ``…#p57``, ``…#p57-2`` for a second one on that page.

    The place that grounds a time is ``…#time``.
    """
    names: dict[Node, Node] = {}
    used: Counter[str] = Counter()

    def position(node: Node) -> tuple[int, ...]:
        return tuple(_integer(claims.value(node, IPS[key])) for key in ("page", "paragraph", "footnote"))

    for claim in sorted(set(claims.subjects(IPS.evidence, None)), key=str):
        nodes = [node for node in claims.objects(claim, IPS.evidence) if isinstance(node, BNode)]
        for node in sorted(nodes, key=lambda node: (position(node), _content(claims, node))):
            name = f"{claim}#p{position(node)[0] or ''}"
            used[name] += 1
            names[node] = URIRef(name if used[name] == 1 else f"{name}-{used[name]}")
    for claim, ground in claims.subject_objects(IPS.timeGround):
        if isinstance(ground, BNode):
            names[ground] = URIRef(f"{claim}#time")
    named = Graph(bind_namespaces="none")
    for subject, predicate, object_ in claims:
        named.add((names.get(subject, subject), predicate, names.get(object_, object_)))
    evidence = set(claims.objects(None, IPS.evidence))
    return named, {name: node for node, name in names.items() if isinstance(node, BNode) and node in evidence}


def _content(graph: Graph, node: Node) -> list[tuple[str, str]]:
    """A sort key that does not depend on the name of a blank node."""
    return sorted((str(predicate), str(object_)) for predicate, object_ in graph.predicate_objects(node))


def _complete_claim(completed: CompletedClaims, claim: Node, times: Times, background: Graph) -> None:
    claims, derived = completed.claims, completed.derived
    if (claim, IPS.stance, None) not in claims:
        derived.add((claim, IPS.stance, _DEFAULT_STANCE))
    add_time(derived, claim, times.of(claim), is_basis_written=(claim, IPS.timeBasis, None) in claims)
    for ground in claims.objects(claim, IPS.timeGround):
        derived.add((ground, RDF.type, IPS.Locator))
        derived.add((ground, RDFS.label, Literal(evidence_label(ground, claims), lang="en")))
    for section in times.sections(claim):
        derived.add((claim, IPS.inSection, section))
    for phase in times.phases(claim):
        derived.add((claim, IPS.inPhase, phase))
    if (claim, RDFS.label, None) not in claims:
        derived.add((claim, RDFS.label, Literal(claim_label(claim, claims, background), lang="en")))


def _complete_evidence(
    completed: CompletedClaims, evidence: Node, source: Node, authors: list[Node], surviving: set[int]
) -> None:
    claims, derived = completed.claims, completed.derived
    if (evidence, RDF.type, IPS.Evidence) not in claims:
        derived.add((evidence, RDF.type, IPS.Evidence))
    if (evidence, IPS.inSource, None) not in claims:
        derived.add((evidence, IPS.inSource, source))
    if (evidence, IPS.saidBy, None) not in claims:
        for author in authors:
            derived.add((evidence, IPS.saidBy, author))
    if (evidence, IPS.hedge, None) not in claims:
        derived.add((evidence, IPS.hedge, _DEFAULT_HEDGE))
    if (evidence, IPS.explicitness, None) not in claims:
        derived.add((evidence, IPS.explicitness, _DEFAULT_EXPLICITNESS))
    notes = {_integer(note) for note in claims.objects(evidence, IPS.footnote)}
    if notes:
        derived.add((evidence, IPS.footnoteTextAvailable, Literal(notes <= surviving)))
    derived.add((evidence, RDFS.label, Literal(evidence_label(evidence, claims), lang="en")))


def _footnote_numbers(ranges: Iterable[Node]) -> set[int]:
    numbers: set[int] = set()
    for item in ranges:
        first, _, last = str(item).partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return numbers


def _integer(node: Node | None) -> int:
    value = node.toPython() if isinstance(node, Literal) else None
    return value if isinstance(value, int) else 0
