"""Graphs that the engine gives, and how documents are written of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import pyoxigraph
from pyoxigraph import RdfFormat, Triple

from illicit_power.dataset import documents
from illicit_power.engine.formats import JSON_LD, N_TRIPLES, ResultFormat
from illicit_power.engine.query import Accepted, Engine, Query
from illicit_power.engine.terms import Term
from illicit_power.model.prefixes import Prefixes

PLAIN_JSON: Final = ResultFormat("json", "application/json")
"""JSON-LD for programs that know only JSON."""

LINKED_JSON: Final = replace(JSON_LD, other_media_types=())
"""JSON-LD where ``application/json`` is something else."""

_JSON_FORMATS: Final = (JSON_LD, LINKED_JSON, PLAIN_JSON)
_AS_TRIPLES: Final[Accepted] = {"solutions": None, "boolean": None, "graph": N_TRIPLES}


async def construct(
    engine: Engine, text: str, bindings: Mapping[str, Term], default_graphs: Sequence[str] = ()
) -> list[Triple]:
    """The triples that a CONSTRUCT query gives, subject by subject in an order that does not depend on the engine.

    :param bindings: values for variables of the query
    :raises QueryError: when the query cannot be answered
    """
    answer = await engine.execute(Query(text, _AS_TRIPLES, bindings, default_graphs, whole=True))
    lines = (await answer.read()).splitlines(keepends=True)
    return parse(b"".join(sorted(lines)), N_TRIPLES)


def parse(content: bytes, format_: ResultFormat) -> list[Triple]:
    """The triples of a graph in one of the formats for graphs, in their order."""
    return [quad.triple for quad in pyoxigraph.parse(content, format=format_.rdf_format)]


def canonical(triples: Iterable[Triple]) -> list[Triple]:
    """A graph in order, with the labels of blank nodes that RDFC-1.0 gives them (https://www.w3.org/TR/rdf-canon/)."""
    dataset = pyoxigraph.Dataset(pyoxigraph.Quad(*triple) for triple in triples)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((quad.triple for quad in dataset), key=str)


def serialize(triples: Sequence[Triple], format_: ResultFormat, prefixes: Prefixes, thing: str | None = None) -> bytes:
    """A graph in one of the formats for graphs; as JSON-LD in the terms of our context, which it carries.

    :param prefixes: of the dataset
    :param thing: the IRI that it is about, which comes first in JSON-LD
    """
    if format_ in _JSON_FORMATS:
        return documents.serialize(triples, RdfFormat.JSON_LD, prefixes, thing)
    return documents.serialize(triples, format_.rdf_format, prefixes, thing)
