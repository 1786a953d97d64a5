"""Nothing is claimed of a thing at a time when it did not exist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from rdflib import RDF, Graph, Literal
from rdflib.term import Node

from illicit_power.dataset.compiled import Compiled
from illicit_power.dataset.problem import Problem
from illicit_power.model.iris import IPS, QUERIES_GRAPH, SHAPES_GRAPH, VOCABULARY

_CONCERNED: Final = (IPS.subject, IPS.object, IPS.against)
_DENIED: Final = VOCABULARY["stance/denied"]
_DERIVED: Final = VOCABULARY["time-basis/derived"]
_VICTIM: Final = VOCABULARY["role/victim"]
_ABOUT_LIVES: Final = {IPS.Existence, IPS.PhaseOf}
"""Claims that themselves say when something existed, or in which years a source tells of it."""
_OUTLASTING: Final = IPS.Causation
"""An effect comes with its cause and after it: a claim of one may outlast what it concerns."""

Life = tuple[datetime, datetime]
"""The earliest moment at which a thing can have begun, and the latest at which it can have ended."""


def check_lives(compiled: Compiled) -> list[Problem]:
    """Find authored times that reach beyond the lives of what they concern, and participants who were not there.

    A life is as long as the claims of existence leave open; that of somebody killed ends with the killing. A
    participant has to have existed at some time within the bounds of the event, not throughout them.
    """
    graph = compiled.union(leave_out=(SHAPES_GRAPH, QUERIES_GRAPH))
    lives = {**dict(_killed(graph)), **_existing(graph)}
    exempt = {*graph.subjects(IPS.timeless, Literal(True)), *_ABOUT_LIVES}
    return [
        Problem(*compiled.locate(claim), compiled.label(claim), _complaint(compiled.label(thing), lives[thing]))
        for claim in sorted(
            set(graph.subjects(RDF.type, IPS.Claim)) - set(graph.subjects(IPS.stance, _DENIED)), key=str
        )
        if exempt.isdisjoint(graph.objects(claim, RDF.type))
        for thing in _not_there(graph, claim, lives)
    ]


def _not_there(graph: Graph, claim: Node, lives: dict[Node, Life]) -> Iterator[Node]:
    """What a claim concerns and did not exist at its time."""
    is_in_event = (claim, RDF.type, IPS.ParticipatedIn) in graph
    if (claim, IPS.timeBasis, _DERIVED) in graph and not is_in_event:
        return
    begun, ended = _bounds(graph, claim)
    concerned = {thing for property_ in _CONCERNED for thing in graph.objects(claim, property_)}
    for thing in sorted(concerned & set(lives), key=str):
        first, last = lives[thing]
        outlasts = (claim, RDF.type, _OUTLASTING) in graph
        if (ended < first or begun > last) if is_in_event else (begun < first or (ended > last and not outlasts)):
            yield thing


def _existing(graph: Graph) -> dict[Node, Life]:
    lives: dict[Node, Life] = {}
    for claim in set(graph.subjects(RDF.type, IPS.Existence)) - set(graph.subjects(IPS.stance, _DENIED)):
        thing = graph.value(claim, IPS.subject)
        first, last = _bounds(graph, claim)
        if thing is not None:
            known = lives.get(thing, (first, last))
            lives[thing] = min(known[0], first), max(known[1], last)
    return lives


def _killed(graph: Graph) -> Iterator[tuple[Node, Life]]:
    for claim in graph.subjects(IPS.role, _VICTIM):
        person, event = graph.value(claim, IPS.subject), graph.value(claim, IPS.object)
        if (person, RDF.type, IPS.Person) in graph and (event, RDF.type, IPS.Killing) in graph and person is not None:
            yield person, (datetime.min.replace(tzinfo=_bounds(graph, claim)[1].tzinfo), _bounds(graph, claim)[1])


def _bounds(graph: Graph, claim: Node) -> Life:
    first, last = (graph.value(claim, IPS[key]) for key in ("startEarliest", "endLatest"))
    assert isinstance(first, Literal), "the shapes give every claim its bounds"
    assert isinstance(last, Literal), "the shapes give every claim its bounds"
    return first.toPython(), last.toPython()


def _complaint(name: str, life: Life) -> str:
    first, last = (f"{moment.day} {moment:%B %Y}" for moment in life)
    since = f"from {first} " if life[0].year > 1 else ""
    return (
        f"is said of {name} outside its life, {since}until {last}: correct the time, the participant, "
        "or the claim of its existence or its killing"
    )
