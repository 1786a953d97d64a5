"""The time of every claim: its four bounds, and on what ground they stand.

A time is written by hand in one of three forms (:mod:`illicit_power.model.time`), *stated* by the text or placed by its
*context*. What the hand leaves open, the build bounds by what the claim concerns: the event that it is part of, the
lives of its subject and object, the phase that its section tells of, last the horizon of its source. Such bounds are
*derived*, and say what they rest on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final

from rdflib import RDF, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from illicit_power.dataset.rdflib_terms import literal
from illicit_power.dataset.sections import Section, sections_of
from illicit_power.model.iris import IPS, VOCABULARY
from illicit_power.model.time import Bounds, Span, attested_bounds, interval_bounds, time_bounds

STATED: Final = VOCABULARY["time-basis/stated"]
CONTEXT: Final = VOCABULARY["time-basis/context"]
DERIVED: Final = VOCABULARY["time-basis/derived"]

_BOUNDS: Final = ("startEarliest", "startLatest", "endEarliest", "endLatest")
_FORMS: Final = ((IPS.time,), (IPS.begin, IPS.end), (IPS.attested,))
_DENIED: Final = VOCABULARY["stance/denied"]
_VICTIM: Final = VOCABULARY["role/victim"]
_OF_EVENTS: Final = {IPS.ParticipatedIn: IPS.object, IPS.OccurredIn: IPS.subject}
"""The claims that share the time of an event, and the property that leads to it."""
_CONCERNED: Final = (IPS.subject, IPS.object, IPS.against)
_OUTLASTING: Final[dict[Node, Node]] = {IPS.Causation: IPS.subject}
"""The claims that go on after one of those concerned has ended: an effect comes with its cause, and later."""

Problem = tuple[Node, Node, str]
"""A claim, the property that is wrong, and how."""


@dataclass(frozen=True)
class ClaimTime:
    """The time of a claim.

    :ivar basis: of the time that is written; :data:`DERIVED` where none is
    :ivar start_basis: of the earliest start
    :ivar end_basis: of the latest end
    :ivar bounded_by: what gave the bounds that are derived
    """

    bounds: Bounds
    basis: Node
    start_basis: Node
    end_basis: Node
    bounded_by: tuple[Node, ...] = ()


@dataclass
class _Window:
    """The time within which a claim can hold, and what makes it so narrow."""

    first: datetime
    last: datetime
    first_by: list[Node] = field(default_factory=list)
    last_by: list[Node] = field(default_factory=list)

    def narrow(self, span: Span, by: Node) -> None:
        """Narrow the window to a span, unless nothing would be left of it."""
        first, last = span.earliest or self.first, span.latest or self.last
        if max(first, self.first) > min(last, self.last):
            return
        if first > self.first:
            self.first, self.first_by = first, [by]
        if last < self.last:
            self.last, self.last_by = last, [by]


class Times:
    """The times of the claims of one case."""

    def __init__(self, claims: Graph, case: Graph, entities: Graph, ontology: Graph, horizon: Span) -> None:
        """
        :param claims: with evidence named by IRIs
        :param case: says which paragraphs are which section, and which phase a section tells of
        :param entities: the kinds of what the claims speak of
        :param ontology: says which classes of claims are timeless
        :param horizon: the time that the source speaks of; both ends known
        """
        assert horizon.earliest, "a horizon has a beginning"
        assert horizon.latest, "a horizon has an end"
        self.problems: list[Problem] = []
        self._claims, self._entities, self._horizon = claims, entities, horizon
        self._first, self._last = horizon.earliest, horizon.latest
        self._case = case.value(None, RDF.type, IPS.Case)
        self._sections = sections_of(case)
        self._timeless = set(ontology.subjects(IPS.timeless, Literal(True)))
        self._written: dict[Node, Bounds] = dict(self._written_bounds())

    def of(self, claim: Node) -> ClaimTime:
        """The time of a claim, all four bounds known."""
        written = self._written.get(claim)
        if written is None:
            return self._derived(claim)
        window = self._window(claim, with_phase=False)
        bounds = self._filled(written, window)
        basis = self._claims.value(claim, IPS.timeBasis) or STATED
        start_open, end_open = written.start_earliest is None, written.end_latest is None
        by = [*(window.first_by if start_open else ()), *(window.last_by if end_open else ())]
        return ClaimTime(
            bounds,
            basis,
            DERIVED if start_open else basis,
            DERIVED if end_open else basis,
            self._sources(by) if start_open or end_open else (),
        )

    def life(self, thing: Node) -> Span | None:
        """When a thing existed or happened, by the claims that say so; None where no claim does."""
        return self._lives.get(thing)

    def phases(self, claim: Node) -> set[Node]:
        """The phases that the sections tell of in which a claim is made."""
        return {section.phase for section in self._sections_of(claim) if section and section.phase}

    def sections(self, claim: Node) -> set[Node]:
        """The sections in which a claim is made."""
        return {section.iri for section in self._sections_of(claim) if section}

    def _derived(self, claim: Node) -> ClaimTime:
        for class_, leads_to in _OF_EVENTS.items():
            event = self._claims.value(claim, leads_to)
            if (claim, RDF.type, class_) in self._claims and event in self._happened:
                bounds = self._happened[event].within(self._first, self._last)
                return ClaimTime(bounds, DERIVED, DERIVED, DERIVED, (event,))
        window = self._window(claim, with_phase=True)
        bounds = Bounds(window.first, window.last, window.first, window.last)
        return ClaimTime(bounds, DERIVED, DERIVED, DERIVED, self._sources([*window.first_by, *window.last_by]))

    def _sources(self, by: Iterable[Node]) -> tuple[Node, ...]:
        """What bounds rest on: the case, whose horizon it is, where nothing else gave any."""
        return tuple(sorted(set(by), key=str)) or ((self._case,) if self._case else ())

    def _window(self, claim: Node, *, with_phase: bool) -> _Window:
        window = _Window(self._first, self._last)
        if self._timeless.intersection(self._claims.objects(claim, RDF.type)):
            return window
        event = self._claims.value(claim, IPS.subject)
        if event is not None and (claim, RDF.type, IPS.Occurrence) in self._claims:
            return self._among_participants(event)
        outlasted = {_OUTLASTING.get(class_) for class_ in self._claims.objects(claim, RDF.type)}
        for property_ in _CONCERNED:
            for thing in sorted(self._claims.objects(claim, property_), key=str):
                if life := self._lives.get(thing):
                    window.narrow(Span(life.earliest, None) if property_ in outlasted else life, thing)
        if with_phase and (phase := self._only_phase(claim)) and (life := self._lives.get(phase)):
            window.narrow(life, phase)
        return window

    def _filled(self, written: Bounds, window: _Window) -> Bounds:
        """Bounds with what they leave open bounded by a window.

        A time outside the lives of what it concerns is bounded by the horizon, and reported by the checks.
        """
        try:
            return written.within(window.first, window.last)
        except ValueError:
            return written.within(self._first, self._last)

    def _among_participants(self, event: Node) -> _Window:
        """The time in which all that took part in an event existed."""
        window = _Window(self._first, self._last)
        for claim in self._claims.subjects(IPS.object, event):
            participant = self._claims.value(claim, IPS.subject)
            if participant in self._existing and (claim, RDF.type, IPS.ParticipatedIn) in self._claims:
                window.narrow(self._existing[participant], participant)
        return window

    def _only_phase(self, claim: Node) -> Node | None:
        """The phase that a claim is told of, where all that is said of it stands in the sections of one phase."""
        phases = {section.phase if section else None for section in self._sections_of(claim)}
        return phases.pop() if len(phases) == 1 else None

    def _sections_of(self, claim: Node) -> Iterator[Section | None]:
        for evidence in self._claims.objects(claim, IPS.evidence):
            place = tuple(_integer(self._claims.value(evidence, IPS[key])) for key in ("page", "paragraph"))
            yield next((section for section in self._sections if section.first <= place <= section.last), None)

    def _written_bounds(self) -> Iterator[tuple[Node, Bounds]]:
        """The bounds of the times that are written, as far as these give any."""
        for claim in sorted(set(self._claims.subjects(RDF.type, None)), key=str):
            forms = [form for form in _FORMS if any((claim, property_, None) in self._claims for property_ in form)]
            if len(forms) > 1:
                message = "a claim has one time: ips:time, or ips:begin and ips:end, or ips:attested"
                self.problems.append((claim, forms[1][0], message))
            elif forms:
                try:
                    bounds = self._bounds_of(claim, forms[0])
                    bounds.within(self._first, self._last)
                except ValueError as error:
                    self.problems.append((claim, forms[0][0], str(error)))
                else:
                    yield claim, bounds

    def _bounds_of(self, claim: Node, form: tuple[URIRef, ...]) -> Bounds:
        match [str(self._claims.value(claim, property_) or "") for property_ in form]:
            case [begin, end]:
                if not begin and not end:
                    raise ValueError("neither ips:begin nor ips:end says when: leave both out")
                return interval_bounds(begin, end, self._horizon)
            case [edtf] if form == (IPS.attested,):
                return attested_bounds(edtf)
            case [edtf]:
                return time_bounds(edtf, self._horizon)
        raise AssertionError(form)

    @cached_property
    def _happened(self) -> dict[Node, Bounds]:
        """The bounds of each event: of several datings the widest."""
        datings: defaultdict[Node, list[Bounds]] = defaultdict(list)
        for event, bounds in self._dated(IPS.Occurrence, IPS.subject):
            datings[event].append(self._filled(bounds, self._among_participants(event)))
        return {
            event: Bounds(
                min(found.start_earliest for found in bounds if found.start_earliest),
                max(found.start_latest for found in bounds if found.start_latest),
                min(found.end_earliest for found in bounds if found.end_earliest),
                max(found.end_latest for found in bounds if found.end_latest),
            )
            for event, bounds in datings.items()
        }

    @cached_property
    def _existing(self) -> dict[Node, Span]:
        """When organizations and persons existed, by the claims that say so, else from their founding."""
        lives: dict[Node, Span] = {}
        for thing, bounds in self._dated(IPS.Existence, IPS.subject):
            lives[thing] = _hull(lives.get(thing), bounds)
        for founded, bounds in self._dated(IPS.FounderOf, IPS.object):
            lives.setdefault(founded, Span(bounds.start_earliest, None))
        return lives

    @cached_property
    def _lives(self) -> dict[Node, Span]:
        """When things existed or happened, and until when persons lived who were killed."""
        lives = dict(self._existing)
        for event, bounds in self._happened.items():
            lives[event] = Span(bounds.start_earliest, bounds.end_latest)
        for phase, bounds in self._dated(IPS.PhaseOf, IPS.subject):
            lives[phase] = _hull(lives.get(phase), bounds)
        for stream, begun in self._begun_streams(lives):
            lives.setdefault(stream, Span(begun, None))
        for person, killed in self._killed():
            lives.setdefault(person, Span(None, killed))
        return lives

    def _dated(self, class_: Node, leads_to: URIRef) -> Iterator[tuple[Node, Bounds]]:
        """What the claims of a class are about that have a written time and are not denied."""
        for claim in sorted(self._claims.subjects(RDF.type, class_), key=str):
            thing = self._claims.value(claim, leads_to)
            if thing is not None and claim in self._written and not self._is_denied(claim):
                yield thing, self._written[claim]

    def _begun_streams(self, lives: dict[Node, Span]) -> Iterator[tuple[Node, datetime]]:
        """Streams of revenue, which are known as such as long as one of those whom they fund exists."""
        takers: defaultdict[Node, list[Span | None]] = defaultdict(list)
        for claim in self._claims.subjects(RDF.type, IPS.FundedBy):
            taker, stream = (self._claims.value(claim, property_) for property_ in (IPS.subject, IPS.object))
            if stream is not None and taker is not None:
                takers[stream].append(lives.get(taker))
        for stream, found in takers.items():
            starts = [life.earliest for life in found if life and life.earliest]
            if len(starts) == len(found):
                yield stream, min(starts)

    def _killed(self) -> Iterator[tuple[Node, datetime | None]]:
        """Persons who were killed, and until when they can have lived."""
        for claim in self._claims.subjects(IPS.role, _VICTIM):
            person, event = (self._claims.value(claim, property_) for property_ in (IPS.subject, IPS.object))
            if person is None or event not in self._happened or self._is_denied(claim):
                continue
            if (event, RDF.type, IPS.Killing) in self._entities and (
                person,
                RDF.type,
                IPS.SocialGroup,
            ) not in self._entities:
                yield person, self._happened[event].end_latest

    def _is_denied(self, claim: Node) -> bool:
        return (claim, IPS.stance, _DENIED) in self._claims


def add_time(derived: Graph, claim: Node, time: ClaimTime, *, is_basis_written: bool) -> None:
    """Write out the time of a claim."""
    if not is_basis_written:
        derived.add((claim, IPS.timeBasis, time.basis))
    bounds = time.bounds
    moments = (bounds.start_earliest, bounds.start_latest, bounds.end_earliest, bounds.end_latest)
    for name, moment in zip(_BOUNDS, moments, strict=True):
        assert moment, "all bounds are known"
        derived.add((claim, IPS[name], literal(moment.strftime("%Y-%m-%dT%H:%M:%SZ"), XSD.dateTime)))
    derived.add((claim, IPS.startBasis, time.start_basis))
    derived.add((claim, IPS.endBasis, time.end_basis))
    for thing in time.bounded_by:
        derived.add((claim, IPS.boundedBy, thing))


def _hull(life: Span | None, bounds: Bounds) -> Span:
    """A life that has another time in it too; an end that is not known stays so."""
    if life is None:
        return Span(bounds.start_earliest, bounds.end_latest)
    earliest = min(life.earliest, bounds.start_earliest) if life.earliest and bounds.start_earliest else None
    latest = max(life.latest, bounds.end_latest) if life.latest and bounds.end_latest else None
    return Span(earliest, latest)


def _integer(node: Node | None) -> int:
    value = node.toPython() if isinstance(node, Literal) else None
    return value if isinstance(value, int) else 0
