"""SHACL validation by pyshacl, with each result traced to the file and line it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import rdflib
from pyshacl import validate
from rdflib import RDF, SH, Graph, URIRef
from rdflib.term import Node

from illicit_power.dataset.compiled import Compiled
from illicit_power.dataset.problem import Problem
from illicit_power.dataset.source import Source
from illicit_power.model.iris import QUERIES_GRAPH, SHAPES_GRAPH


@dataclass(frozen=True)
class ShaclReport:
    """What validation found.

    :ivar graph: the SHACL validation report (https://www.w3.org/TR/shacl/#validation-report)
    :ivar problems: the same results for people
    """

    graph: Graph
    problems: list[Problem]


def check_shapes(source: Source, compiled: Compiled) -> ShaclReport:
    """Validate what was written by hand and what was compiled from it, each against its own shapes."""
    report = _validate(compiled.authored, _shapes(compiled, source.authored_shapes))
    whole = compiled.union(leave_out=(SHAPES_GRAPH, QUERIES_GRAPH))
    report += _validate(whole, _shapes(compiled, source.compiled_shapes))
    problems = {_problem(compiled, report, result) for result in report.subjects(RDF.type, SH.ValidationResult)}
    return ShaclReport(
        report, sorted(problems, key=lambda problem: (str(problem.path), problem.line or 0, str(problem)))
    )


def _shapes(compiled: Compiled, paths: list[Path]) -> Graph:
    shapes = Graph()
    for file in compiled.files:
        if file.path in paths:
            shapes += file.graph
    return shapes


@contextmanager
def _rdflib_left_alone() -> Iterator[None]:
    """pySHACL sets RDFLib's treatment of literals for the whole process, and not back to what it was."""
    before = rdflib.NORMALIZE_LITERALS
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = before


def _validate(data: Graph, shapes: Graph) -> Graph:
    with _rdflib_left_alone():
        _, report, text = validate(data, shacl_graph=shapes, advanced=False, meta_shacl=False, inplace=True)
    if not isinstance(report, Graph):
        raise RuntimeError(f"the shapes could not be applied: {text}")
    return report


def _problem(compiled: Compiled, report: Graph, result: Node) -> Problem:
    focus = report.value(result, SH.focusNode)
    assert focus is not None, "every validation result has a focus node (SHACL 3.6.2.1)"
    path = report.value(result, SH.resultPath)
    file, line = compiled.locate(focus, path if isinstance(path, URIRef) else None)
    value = report.value(result, SH.value)
    message = str(report.value(result, SH.resultMessage))
    if value is not None and value != focus:
        message += f" [found: {compiled.label(value) if isinstance(value, URIRef) else value}]"
    return Problem(file, line, compiled.label(focus), message)
