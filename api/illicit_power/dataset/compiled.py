"""Compile the source files: parse them, write out what they leave to defaults, derive what follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from rdflib import RDFS, SKOS, Graph, URIRef
from rdflib.term import BNode, Node

from illicit_power.dataset.claims import complete_claims
from illicit_power.dataset.inference import direct_links, direct_matches, infer
from illicit_power.dataset.problem import InvalidSource, Problem
from illicit_power.dataset.source import Source
from illicit_power.dataset.turtle import TurtleError, TurtleFile, parse
from illicit_power.model.iris import (
    ONTOLOGY_GRAPH,
    PREFIXES,
    QUERIES_GRAPH,
    SHAPES_GRAPH,
    VOCABULARIES_GRAPH,
    case_graph,
    compact,
)

Step = Callable[[str], AbstractContextManager[None]]
"""Announces a step of the build while it runs."""


def silent(_: str) -> AbstractContextManager[None]:
    """A step that tells nobody."""
    return nullcontext()


@dataclass
class Compiled:
    """The compiled dataset.

    :ivar graphs: each named graph by its IRI; no triple stands in two of them
    :ivar authored: what stands in the data files, before anything is derived
    :ivar files: the parsed files
    :ivar evidence_nodes: the blank node in a file that became an evidence with an IRI
    """

    graphs: dict[URIRef, Graph]
    authored: Graph
    files: list[TurtleFile]
    evidence_nodes: dict[Node, BNode] = field(default_factory=dict)

    def union(self, leave_out: Iterable[URIRef] = ()) -> Graph:
        """All named graphs as one, but for those left out."""
        union = Graph(bind_namespaces="none")
        for prefix, namespace in PREFIXES.items():
            union.bind(prefix, namespace)
        for iri, graph in self.graphs.items():
            if iri not in set(leave_out):
                union += graph
        return union

    def locate(self, thing: Node, predicate: Node | None = None) -> tuple[Path | None, int | None]:
        """The file and line that speak of a thing: of this property of it, else the first that has it as subject."""
        node = self.evidence_nodes.get(thing, thing)
        for wanted in (predicate, None) if predicate is not None else (None,):
            for file in self.files:
                if (line := file.line_of(node, wanted)) is not None:
                    return file.path, line
        return None, None

    def label(self, thing: Node) -> str:
        """The name of a thing in English, else its prefixed name."""
        for property_ in (SKOS.prefLabel, RDFS.label):
            for graph in self.graphs.values():
                for label in graph.objects(thing, property_):
                    return str(label)
        return compact(str(thing)) if isinstance(thing, URIRef) else "a blank node"


def compile_source(source: Source, step: Step = silent) -> Compiled:
    """Compile all cases of a source.

    :raises InvalidSource: when a file is not Turtle, or a statement leaves nothing to derive from
        (a time that is not EDTF, a case without its source)
    """
    case_files = [(case, layer, path) for case in source.cases for layer, path in source.case_files(case)]
    shared = [(ONTOLOGY_GRAPH, source.ontology), (VOCABULARIES_GRAPH, source.vocabularies)]
    shared += [(SHAPES_GRAPH, path) for path in source.shapes] + [(QUERIES_GRAPH, path) for path in source.queries]

    graphs: defaultdict[URIRef, Graph] = defaultdict(lambda: Graph(bind_namespaces="none"))
    files: list[TurtleFile] = []
    problems: list[Problem] = []

    def read(path: Path) -> TurtleFile | None:
        try:
            files.append(parse(path))
        except TurtleError as error:
            cure = f"{error.reason}\n    {error.excerpt.strip()}" if error.excerpt else error.reason
            problems.append(Problem(path, error.line, "Turtle syntax", cure))
            return None
        return files[-1]

    with step(f"Reading {len(case_files) + len(shared)} files"):
        for iri, path in shared:
            if parsed := read(path):
                graphs[iri] += parsed.graph
        parsed_cases: defaultdict[Path, list[tuple[str, TurtleFile]]] = defaultdict(list)
        for case, layer, path in case_files:
            if parsed := read(path):
                parsed_cases[case].append((layer, parsed))
    if problems:
        raise InvalidSource(problems)

    authored = Graph(bind_namespaces="none")
    ontology = graphs[ONTOLOGY_GRAPH] + graphs[VOCABULARIES_GRAPH]
    compiled = Compiled(graphs, authored, files)
    with step("Writing out defaults, bounds and labels"):
        for case, layers in parsed_cases.items():
            for layer, parsed in layers:
                graphs[case_graph(case.name, layer)] += parsed.graph
                authored += parsed.graph
            completed = complete_claims(
                graphs[case_graph(case.name, "claims")],
                graphs[case_graph(case.name, "case")],
                graphs[case_graph(case.name, "entities")],
                ontology,
            )
            graphs[case_graph(case.name, "claims")] = completed.claims
            graphs[case_graph(case.name, "derived")] = completed.derived
            compiled.evidence_nodes.update(completed.evidence_nodes)
            for claim, predicate, message in completed.problems:
                problems.append(Problem(*compiled.locate(claim, predicate), compact(str(claim)), message))
    if problems:
        raise InvalidSource(problems)

    with step("Deriving direct links and inferring types"):
        for case in parsed_cases:
            asserted = graphs[case_graph(case.name, "claims")] + graphs[case_graph(case.name, "derived")]
            graphs[case_graph(case.name, "direct")] = direct_links(asserted, ontology)
            links = case_graph(case.name, "links")
            graphs[links] += direct_matches(graphs[links])
        for case in parsed_cases:
            layers_of_case = [graph for iri, graph in graphs.items() if iri.startswith(case_graph(case.name, ""))]
            graphs[case_graph(case.name, "inferred")] = infer(layers_of_case, ontology)
    compiled.graphs = dict(graphs)
    return compiled
