"""Writes solutions in the four SPARQL result formats, row by row, so that an answer can end after any row.

SPARQL 1.1 Query Results JSON (https://www.w3.org/TR/sparql11-results-json/), XML
(https://www.w3.org/TR/rdf-sparql-XMLres/), CSV and TSV (https://www.w3.org/TR/sparql11-results-csv-tsv/), each with
the triple terms and text directions of RDF 1.2 as the engine's own serializer writes them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape

import pyoxigraph

from illicit_power.engine.terms import Term, to_json

AnyTerm = Term | pyoxigraph.Triple
_Cell = Callable[[AnyTerm | None], str]

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CSV_SPECIAL = re.compile('[",\r\n]')
_CACHED_TERMS = 1 << 14


@dataclass(frozen=True)
class SolutionsFormat:
    """How a table of solutions is written.

    :ivar head: what stands before the rows, given the variables, and why the answer was cut short or None
    :ivar row: one row, given the variables and their values (None where unbound)
    :ivar separator: what stands between rows
    :ivar tail: what stands after the rows
    """

    head: Callable[[Sequence[str], str | None], str]
    row: Callable[[Sequence[str], Iterable[AnyTerm | None]], str]
    separator: str
    tail: str


@lru_cache(_CACHED_TERMS)
def _json(term: AnyTerm) -> str:
    return json.dumps(to_json(term), ensure_ascii=False, separators=(",", ":"))


def _json_row(variables: Sequence[str], values: Iterable[AnyTerm | None]) -> str:
    pairs = zip(variables, values, strict=True)
    return "{" + ",".join(f'"{name}":{_json(value)}' for name, value in pairs if value is not None) + "}"


def _json_head(variables: Sequence[str], truncation: str | None) -> str:
    head = {"vars": list(variables), **({"truncated": truncation} if truncation else {})}
    return f'{{"head":{json.dumps(head, separators=(",", ":"))},"results":{{"bindings":[\n'


@lru_cache(_CACHED_TERMS)
def _xml(term: AnyTerm) -> str:
    match term:
        case pyoxigraph.NamedNode():
            return f"<uri>{_xml_text(term.value)}</uri>"
        case pyoxigraph.BlankNode():
            return f"<bnode>{term.value}</bnode>"
        case pyoxigraph.Triple():
            parts = "".join(f"<{n}>{_xml(getattr(term, n))}</{n}>" for n in ("subject", "predicate", "object"))
            return f"<triple>{parts}</triple>"
    attributes = ""
    if term.language:
        attributes = f' xml:lang="{term.language}"'
        if term.direction:
            its = "http://www.w3.org/2005/11/its"
            attributes += f' its:dir="{term.direction}" xmlns:its="{its}" its:version="2.0"'
    elif term.datatype.value != f"{_XSD}string":
        attributes = f' datatype="{_xml_text(term.datatype.value)}"'
    return f"<literal{attributes}>{_xml_text(term.value)}</literal>"


def _xml_text(text: str) -> str:
    """Text as XML; what XML 1.0 cannot hold becomes the replacement character."""
    return escape(_NOT_IN_XML.sub("\ufffd", text), {'"': "&quot;", "\r": "&#13;"})


def _xml_row(variables: Sequence[str], values: Iterable[AnyTerm | None]) -> str:
    pairs = zip(variables, values, strict=True)
    cells = (f'<binding name="{name}">{_xml(value)}</binding>' for name, value in pairs if value is not None)
    return f"<result>{''.join(cells)}</result>\n"


def _xml_head(variables: Sequence[str], truncation: str | None) -> str:
    declared = "".join(f'<variable name="{name}"/>' for name in variables)
    comment = f"<!-- {truncation} -->\n" if truncation else ""
    namespace = "http://www.w3.org/2005/sparql-results#"
    return f'<?xml version="1.0"?>\n{comment}<sparql xmlns="{namespace}">\n<head>{declared}</head>\n<results>\n'


@lru_cache(_CACHED_TERMS)
def _csv(term: AnyTerm | None) -> str:
    match term:
        case None:
            return ""
        case pyoxigraph.BlankNode():
            return f"_:{term.value}"
        case pyoxigraph.Triple():
            text = " ".join(_csv(part) for part in (term.subject, term.predicate, term.object))
        case _:
            text = term.value
    if _CSV_SPECIAL.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _csv_row(_: Sequence[str], values: Iterable[AnyTerm | None]) -> str:
    return ",".join(map(_csv, values)) + "\r\n"


_TURTLE_NUMBERS = {
    f"{_XSD}integer": re.compile(r"[+-]?[0-9]+"),
    f"{_XSD}decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    f"{_XSD}double": re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+"),
    f"{_XSD}boolean": re.compile(r"true|false"),
}


@lru_cache(_CACHED_TERMS)
def _tsv(term: AnyTerm | None) -> str:
    if term is None:
        return ""
    if isinstance(term, pyoxigraph.Literal):
        number = _TURTLE_NUMBERS.get(term.datatype.value)
        if number and number.fullmatch(term.value):
            return term.value
    if isinstance(term, pyoxigraph.Triple):
        return f"<<( {term} )>>"
    return str(term)


def _tsv_row(_: Sequence[str], values: Iterable[AnyTerm | None]) -> str:
    return "\t".join(map(_tsv, values)) + "\n"


def _csv_head(variables: Sequence[str], _: str | None) -> str:
    return ",".join(variables) + "\r\n"


def _tsv_head(variables: Sequence[str], _: str | None) -> str:
    return "\t".join(f"?{variable}" for variable in variables) + "\n"


SOLUTIONS: Final[dict[str, SolutionsFormat]] = {
    "json": SolutionsFormat(_json_head, _json_row, ",\n", "\n]}}\n"),
    "xml": SolutionsFormat(_xml_head, _xml_row, "", "</results>\n</sparql>\n"),
    "csv": SolutionsFormat(_csv_head, _csv_row, "", ""),
    "tsv": SolutionsFormat(_tsv_head, _tsv_row, "", ""),
}
"""The formats of solutions, by the name of their :class:`illicit_power.engine.formats.ResultFormat`."""
