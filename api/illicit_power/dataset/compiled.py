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
from illicit_power.dataset.inference import direct_links, direct_matches, infer, kinds
from illicit_power.dataset.prefixes import (
    InvalidPrefix,
    PrefixDeclaration,
    declarations_of_case,
    declarations_of_ontology,
    declarations_of_schemes,
    declare,
    prefixes_of,
)
from illicit_power.dataset.problem import InvalidSource, Problem
from illicit_power.dataset.source import Source
from illicit_power.dataset.turtle import TurtleError, TurtleFile, parse
from illicit_power.model.iris import (
    GRAPH,
    ONTOLOGY_GRAPH,
    QUERIES_GRAPH,
    SHAPES_GRAPH,
    VOCABULARIES_GRAPH,
    case_graph,
)
from illicit_power.model.layers import Layer
from illicit_power.model.prefixes import Prefixes

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
    :ivar prefixes: those that the dataset declares
    :ivar evidence_nodes: the blank node in a file that became an evidence with an IRI
    """

    graphs: dict[URIRef, Graph]
    authored: Graph
    files: list[TurtleFile]
    prefixes: Prefixes = field(default_factory=Prefixes)
    evidence_nodes: dict[Node, BNode] = field(default_factory=dict)

    def union(self, leave_out: Iterable[URIRef] = ()) -> Graph:
        """All named graphs as one, but for those left out."""
        union = Graph(bind_namespaces="none")
        self.prefixes.bind_to(union)
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
        return self.prefixes.compact(str(thing)) if isinstance(thing, URIRef) else "a blank node"


def compile_source(source: Source, step: Step = silent) -> Compiled:
    """Compile all cases of a source.

    :raises InvalidSource: when a file is not Turtle, or a statement leaves nothing to derive from
        (a time that is not EDTF, a case without its source, a prefix that is taken)
    """
    parts = _parts(source)
    cases = [case.name for case in source.cases]
    with step(f"Reading {len(parts)} files"):
        compiled = _read(parts)
        _declare_prefixes(compiled, cases)
    ontology = compiled.graphs[ONTOLOGY_GRAPH] + compiled.graphs[VOCABULARIES_GRAPH]
    with step("Writing out defaults, bounds and labels"):
        problems = [problem for case in cases for problem in _complete(compiled, case, ontology)]
    if problems:
        raise InvalidSource(problems)
    with step("Deriving direct links and inferring types"):
        for case in cases:
            _derive(compiled, case, ontology)
        for case in cases:
            layers = [graph for iri, graph in compiled.graphs.items() if iri.startswith(GRAPH[f"{case}/"])]
            compiled.graphs[case_graph(case, Layer.INFERRED)] = infer(layers, ontology)
    return compiled


@dataclass(frozen=True)
class _Part:
    """A file, the named graph that its statements belong to, and whether they are part of a case."""

    path: Path
    graph: URIRef
    in_case: bool = False


def _parts(source: Source) -> list[_Part]:
    parts = [_Part(source.ontology, ONTOLOGY_GRAPH), _Part(source.vocabularies, VOCABULARIES_GRAPH)]
    parts += [_Part(path, SHAPES_GRAPH) for path in source.shapes]
    parts += [_Part(path, QUERIES_GRAPH) for path in source.queries]
    for case in source.cases:
        parts += [_Part(path, case_graph(case.name, layer), True) for layer, path in source.case_files(case)]
    return parts


def _read(parts: list[_Part]) -> Compiled:
    """The statements of all files; every file is looked at before the first error is raised."""
    graphs: defaultdict[URIRef, Graph] = defaultdict(lambda: Graph(bind_namespaces="none"))
    read = Compiled(graphs, Graph(bind_namespaces="none"), [])
    problems = []
    for part in parts:
        try:
            file = parse(part.path)
        except TurtleError as error:
            excerpt = f"\n    {error.excerpt.strip()}" if error.excerpt else ""
            problems.append(Problem(part.path, error.line, "Turtle syntax", error.reason + excerpt))
            continue
        read.files.append(file)
        graphs[part.graph] += file.graph
        if part.in_case:
            read.authored += file.graph
    if problems:
        raise InvalidSource(problems)
    return read


def _declare_prefixes(compiled: Compiled, cases: list[str]) -> None:
    """Find the prefixes, and write those into the dataset that follow from its cases and concept schemes."""
    graphs = compiled.graphs
    derived: list[tuple[URIRef, list[PrefixDeclaration]]] = [
        (VOCABULARIES_GRAPH, list(declarations_of_schemes(graphs[VOCABULARIES_GRAPH])))
    ]
    for case in cases:
        declarations = list(declarations_of_case(graphs[case_graph(case, Layer.CASE)]))
        derived.append((case_graph(case, Layer.DERIVED), declarations))
    try:
        declared = list(declarations_of_ontology(graphs[ONTOLOGY_GRAPH]))
        compiled.prefixes = prefixes_of([*declared, *(one for _, of_graph in derived for one in of_graph)])
    except InvalidPrefix as error:
        problem = Problem(*compiled.locate(error.subject), compiled.label(error.subject), str(error))
        raise InvalidSource([problem]) from None
    for graph, declarations in derived:
        declare(graphs[graph], declarations)


def _complete(compiled: Compiled, case: str, ontology: Graph) -> list[Problem]:
    """Complete the claims of a case in place; gives what could not be completed."""
    graphs = compiled.graphs
    claims, description, entities = (
        graphs[case_graph(case, layer)] for layer in (Layer.CLAIMS, Layer.CASE, Layer.ENTITIES)
    )
    completed = complete_claims(claims, description, entities, ontology)
    graphs[case_graph(case, Layer.CLAIMS)] = completed.claims
    graphs[case_graph(case, Layer.DERIVED)] += completed.derived
    compiled.evidence_nodes.update(completed.evidence_nodes)
    return [
        Problem(*compiled.locate(claim, predicate), compiled.prefixes.compact(str(claim)), message)
        for claim, predicate, message in completed.problems
    ]


def _derive(compiled: Compiled, case: str, ontology: Graph) -> None:
    """Add the direct links of a case, the kinds that follow from its claims, and the matches with things elsewhere."""
    graphs = compiled.graphs
    claims = graphs[case_graph(case, Layer.CLAIMS)] + graphs[case_graph(case, Layer.DERIVED)]
    graphs[case_graph(case, Layer.DIRECT)], graphs[case_graph(case, Layer.IMPLICIT)] = direct_links(claims, ontology)
    graphs[case_graph(case, Layer.DERIVED)] += kinds(claims, graphs[case_graph(case, Layer.ENTITIES)], ontology)
    links = case_graph(case, Layer.LINKS)
    graphs[links] += direct_matches(graphs[links])
