"""Every IRI of ours that the data uses must exist: a misspelled term is caught, with the nearest ones."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from rdflib import URIRef

from illicit_power.dataset.compiled import Compiled
from illicit_power.dataset.problem import Problem
from illicit_power.dataset.source import Source
from illicit_power.model.iris import BASE, CASE, CLAIM, ENTITY, GRAPH, IPS, QUERY, SHAPES, VOCABULARY
from illicit_power.model.prefixes import Prefixes

_DEFINED_BY_DESCRIPTION = tuple(str(namespace) for namespace in (IPS, ENTITY, CLAIM, VOCABULARY, CASE))
_EXEMPT = (*(str(namespace) for namespace in (GRAPH, QUERY, SHAPES)), BASE + "ontology/")


def check_terms(source: Source, compiled: Compiled) -> list[Problem]:
    """Find terms under our base that no file describes.

    A term is described when it is the subject of some statement in the compiled dataset. Shapes may speak of
    things of a case that is not there.
    """
    described = {str(subject) for graph in compiled.graphs.values() for subject in graph.subjects()}
    ours = sorted(iri for iri in described if iri.startswith(_DEFINED_BY_DESCRIPTION))
    shapes = set(source.shapes)
    problems = set()
    for file in compiled.files:
        for statement, line in file.lines.items():
            for iri in _ours(statement):
                if iri not in described and not (file.path in shapes and iri.startswith(str(ENTITY))):
                    problems.add(
                        Problem(file.path, line, compiled.prefixes.compact(iri), _cure(iri, ours, compiled.prefixes))
                    )
    return sorted(problems)


def _ours(statement: tuple[object, ...]) -> Iterator[str]:
    for term in statement:
        if isinstance(term, URIRef) and str(term).startswith(BASE) and not str(term).startswith(_EXEMPT):
            yield str(term)


def _cure(iri: str, described: list[str], prefixes: Prefixes) -> str:
    near = [prefixes.compact(term) for term in get_close_matches(iri, described, n=3, cutoff=0.9)]
    if near:
        return f"is not described in any file; did you mean {' or '.join(near)}?"
    return "is not described in any file: correct the spelling, or describe it"
