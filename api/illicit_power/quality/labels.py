"""Labels read as English: none is cut, none shows a date or an address as it is written, verbs agree with subjects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rdflib import RDF, RDFS, SKOS, Graph, Literal
from rdflib.term import Node

from illicit_power.dataset.compiled import Compiled
from illicit_power.dataset.problem import Problem
from illicit_power.model.iris import IPS, QUERIES_GRAPH, SHAPES_GRAPH

_FAULTS: Final = (
    (re.compile(r"  |^ | $"), "has a space too many"),
    (re.compile("…"), "is cut short"),
    (re.compile(r"(?<!\S)\?(?!\S)"), "lacks a name: write skos:prefLabel of the thing that it speaks of"),
    (re.compile(r"https?://|\b(?:entity|ips|jam):"), "shows an address: write skos:prefLabel of the thing"),
    (re.compile(r"\[|\]|\.\.|~|\b\d{4}-\d\d(?!\d)|\b\d{3}X|\d/"), "shows a date as it is written, not in words"),
)
_SINGULAR: Final = re.compile(r" (?:is|was|has) ")
_PLURAL: Final = re.compile(r" (?:are|were|have) ")


def check_labels(compiled: Compiled) -> list[Problem]:
    """Find labels of claims and names of entities that do not read as English."""
    graph = compiled.union(leave_out=(SHAPES_GRAPH, QUERIES_GRAPH))
    claims = ((claim, RDFS.label) for claim in graph.subjects(RDF.type, IPS.Claim))
    entities = (
        (entity, name) for entity in graph.subjects(RDF.type, IPS.Entity) for name in (SKOS.prefLabel, IPS.inSentence)
    )
    return [
        Problem(*compiled.locate(thing, property_), str(text), complaint)
        for thing, property_ in sorted({*claims, *entities})
        for text in graph.objects(thing, property_)
        for complaint in _complaints(graph, thing, str(text))
    ]


def _complaints(graph: Graph, thing: Node, text: str) -> Iterator[str]:
    yield from (complaint for pattern, complaint in _FAULTS if pattern.search(text))
    subject = graph.value(thing, IPS.subject)
    name = str(graph.value(subject, IPS.inSentence) or graph.value(subject, SKOS.prefLabel) or "")
    if (thing, IPS.summary, None) in graph or not text.lower().startswith(name.lower() + " "):
        return
    is_plural = graph.value(subject, IPS.plural) == Literal(True)
    if (_SINGULAR if is_plural else _PLURAL).match(text, len(name)):
        number = "plural" if is_plural else "singular"
        yield f"has a verb that does not agree with its {number} subject: see to ips:plural and ips:pluralVerbPhrase"
