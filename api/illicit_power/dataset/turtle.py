"""Turtle files as graphs that remember the line of every statement."""

from __future__ import annotations

import re
from collections.abc import MutableSequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pyoxigraph
from rdflib import XSD, Graph, Literal, URIRef
from rdflib.plugins.parsers.notation3 import RDFSink, SinkParser, sfloat
from rdflib.term import Node

from illicit_power.dataset.rdflib_terms import literal

_NUMBER = re.compile(r"[-+]?[0-9]*\.?[0-9]*([eE][-+]?[0-9]+)?$")
_TYPES_OF_NUMBERS: Final = {int: XSD.integer, Decimal: XSD.decimal, sfloat: XSD.double}

Triple = tuple[Node, Node, Node]


class TurtleError(Exception):
    """A file is not Turtle. Says the file, the line, the column and what is wrong there."""

    def __init__(self, path: Path, line: int, column: int, reason: str, excerpt: str) -> None:
        super().__init__(f"{path}:{line}:{column}: {reason}")
        self.path, self.line, self.column, self.reason, self.excerpt = path, line, column, reason, excerpt


@dataclass
class TurtleFile:
    """The statements of one file, and the line on which the object list of each of them ends."""

    path: Path
    graph: Graph
    lines: dict[Triple, int] = field(default_factory=dict)

    def line_of(self, subject: Node, predicate: Node | None = None, object_: Node | None = None) -> int | None:
        """The first line that says this of the subject; the parts that are None match anything."""
        found = self.graph.triples((subject, predicate, object_))
        return min((self.lines[statement] for statement in found), default=None)


def parse(path: Path, content: bytes | None = None) -> TurtleFile:
    """Parse a Turtle file.

    :param path: the file, named in errors
    :param content: its bytes, where they have been read already
    :raises TurtleError: when it is not Turtle (https://www.w3.org/TR/turtle/)
    """
    content = path.read_bytes() if content is None else content
    _check_syntax(path, content)
    parsed = TurtleFile(path, Graph(bind_namespaces="none"))
    sink = _LiteralsAsWritten(parsed.graph)
    parser = _LineRecorder(sink, parsed)
    parser.loadStream(BytesIO(content))
    for prefix, namespace in parser._bindings.items():
        parsed.graph.bind(prefix, namespace)
    return parsed


class _LiteralsAsWritten(RDFSink):
    """Makes the terms that the parser reads."""

    def newLiteral(self, s: str, dt: URIRef | None = None, lang: str | None = None) -> Literal:  # noqa: N802
        return literal(s, dt, lang)


class _LineRecorder(SinkParser):
    """RDFLib's Turtle parser knows the current line; this one writes it down for each statement.

    It also keeps the text of numbers that stand without quotation marks: 007 is not 7.
    """

    def __init__(self, sink: RDFSink, parsed: TurtleFile) -> None:
        super().__init__(sink, baseURI=parsed.path.resolve().as_uri(), turtle=True)
        self._sink, self._parsed = sink, parsed

    def nodeOrLiteral(self, argstr: str, i: int, res: MutableSequence[Any]) -> int:  # noqa: N802
        end = super().nodeOrLiteral(argstr, i, res)
        datatype = _TYPES_OF_NUMBERS.get(type(res[-1])) if end >= 0 else None
        if datatype and (number := _NUMBER.search(argstr[i:end])):
            res[-1] = literal(number[0], datatype)
        return end

    def makeStatement(self, quadruple: tuple[Any, Any, Any, Any]) -> None:  # noqa: N802 (RDFLib's name)
        super().makeStatement(quadruple)
        formula, predicate, subject, object_ = quadruple
        normalise = self._sink.normalise
        statement = (normalise(formula, subject), normalise(formula, predicate), normalise(formula, object_))
        self._parsed.lines.setdefault(statement, self.lines + 1)


def _check_syntax(path: Path, content: bytes) -> None:
    """Let the stricter parser go first: it says the exact line and column, and what it expected."""
    try:
        for _ in pyoxigraph.parse(content, format=pyoxigraph.RdfFormat.TURTLE, base_iri="https://example.org/"):
            pass
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        reason = re.sub(r"^Parser error[^:]*: ", "", str(error.msg))
        source_lines = content.decode("utf-8", "replace").splitlines()
        excerpt = source_lines[line - 1] if line <= len(source_lines) else ""
        raise TurtleError(path, line, column, reason, excerpt) from None
