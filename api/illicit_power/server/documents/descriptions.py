"""What the document of a thing says, arranged for its page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from illicit_power.dataset.jsonld import context
from illicit_power.model.iris import IPS
from illicit_power.model.prefixes import Prefixes
from illicit_power.model.time import in_words
from illicit_power.model.vocabularies import OWL, RDF, RDFS, SKOS

LINKS_SHOWN: Final = 50
"""Of the things that point to one by the same property; the RDF documents have all."""

_NAMES: Final = (str(SKOS.prefLabel), str(RDFS.label))
_BOUNDS: Final = tuple(str(IPS[name]) for name in ("startEarliest", "startLatest", "endEarliest", "endLatest"))
_SHOWN_ABOVE: Final = {
    *_NAMES, str(RDF.type), str(SKOS.altLabel), str(SKOS.definition), str(SKOS.editorialNote), str(IPS.evidence),
    str(IPS.summary),
}  # fmt: skip
_SHOWN_OF_CLAIMS: Final = {str(IPS.stance), str(IPS.time), *_BOUNDS}
_FIRST_SHOWN: Final = (str(IPS.subject), str(IPS.object))
_PLACE: Final = ("page", "paragraph", "footnote")
_GENERAL_CLASSES: Final = {
    str(IPS[name]) for name in ("Entity", "Agent", "Claim", "RelationClaim", "ValueClaim", "Measure", "Interpretation")
}


@dataclass(frozen=True)
class Named:
    """Something mentioned: its IRI, empty for a literal, and its name or the literal."""

    iri: str
    name: str


@dataclass(frozen=True)
class Evidence:
    """One place in the source where a claim is made.

    :ivar anchor: the fragment of its IRI
    :ivar place: where in the source, in short
    :ivar whole_place: the same in full
    :ivar source: the work that is read
    :ivar lost_notes: whether it rests on notes whose text does not survive
    :ivar hedge: how firmly it is said
    """

    iri: str
    anchor: str
    place: str
    whole_place: str
    source: list[Named]
    lost_notes: bool
    hedge: Named
    said_by: list[Named]
    cited: list[Named]


@dataclass(frozen=True)
class Claim:
    """A claim with its evidence.

    :ivar edtf: its time, as Extended Date/Time Format; empty where it has none
    :ivar time: the same in words
    :ivar bounds: between which days it began and ended, in words
    """

    iri: str
    kind: str
    text: str
    stance: Named
    edtf: str
    time: str
    bounds: str
    notes: list[str]
    evidence: list[Evidence]

    @property
    def testimony(self) -> list[list[Evidence]]:
        """The evidence by who says it, how firmly, and citing whom."""
        groups: dict[object, list[Evidence]] = {}
        for one in self.evidence:
            groups.setdefault((one.hedge, *one.said_by, "citing", *one.cited), []).append(one)
        return list(groups.values())


@dataclass(frozen=True)
class Statements:
    """A property with its values, or with the things that have the one described as value.

    :ivar count: of the values, of which not all may be in ``values``
    """

    property: Named
    values: list[Named]
    count: int


@dataclass(frozen=True)
class Description:
    """A thing: its names, kinds, claims, other statements, and what links to it."""

    iri: str
    label: str
    alternative_labels: list[str]
    definition: str
    notes: list[str]
    kinds: list[Named]
    is_claim: bool
    claims: list[Claim]
    statements: list[Statements]
    links: list[Statements]

    @property
    def claims_by_kind(self) -> list[tuple[str, list[Claim]]]:
        kinds: dict[str, list[Claim]] = {}
        for claim in self.claims:
            kinds.setdefault(claim.kind, []).append(claim)
        return sorted(kinds.items())


def describe(triples: Iterable[Triple], iri: str, prefixes: Prefixes) -> Description:
    """The description of a thing from the triples of its document (``exports/queries/document.rq``).

    :param prefixes: to name with what has no name
    """
    return _Document(triples, prefixes).describe(iri)


class _Document:
    def __init__(self, triples: Iterable[Triple], prefixes: Prefixes) -> None:
        self._prefixes = prefixes
        self._values: dict[tuple[str, str], list[NamedNode | BlankNode | Literal]] = {}
        self._properties: dict[str, list[str]] = {}
        self._links: dict[str, dict[str, list[str]]] = {}
        for subject, property_, value in triples:
            if isinstance(subject, BlankNode):
                continue
            self._values.setdefault((subject.value, property_.value), []).append(value)
            properties = self._properties.setdefault(subject.value, [])
            if property_.value not in properties:
                properties.append(property_.value)
            if isinstance(value, NamedNode):
                self._links.setdefault(value.value, {}).setdefault(property_.value, []).append(subject.value)

    def describe(self, iri: str) -> Description:
        about = self._links.get(iri, {}).get(str(IPS.about), [])
        is_claim = str(IPS.evidence) in self._properties.get(iri, [])
        claims = [self._claim(claim) for claim in sorted([iri] if is_claim else about, key=self._position)]
        return Description(
            iri=iri,
            label=self._name(iri),
            alternative_labels=self._texts(iri, str(SKOS.altLabel)),
            definition=self._text(iri, str(SKOS.definition)),
            notes=[] if is_claim else self._texts(iri, str(SKOS.editorialNote)),
            kinds=[kind for kind in self._kinds(iri) if kind.iri not in _GENERAL_CLASSES],
            is_claim=is_claim,
            claims=claims,
            statements=[
                self._statements(iri, property_)
                for property_ in self._shown(self._properties.get(iri, []))
                if not (is_claim and (property_ in _SHOWN_OF_CLAIMS or self._repeats_participants(iri, property_)))
            ],
            links=self._links_to(iri, {claim.iri for claim in claims}),
        )

    def _claim(self, iri: str) -> Claim:
        kinds = [kind for kind in self._kinds(iri) if kind.iri not in _GENERAL_CLASSES]
        edtf = self._text(iri, str(IPS.time))
        return Claim(
            iri=iri,
            kind=", ".join(kind.name.removesuffix(" (claim)") for kind in kinds),
            text=self._text(iri, str(IPS.summary)) or self._name(iri),
            stance=self._only(iri, str(IPS.stance)),
            edtf=edtf,
            time=in_words(edtf) if edtf else "",
            bounds=_bounds_in_words(edtf, [self._text(iri, bound) for bound in _BOUNDS]) if edtf else "",
            notes=self._texts(iri, str(SKOS.editorialNote)),
            evidence=[self._evidence(one) for one in sorted(self._iris(iri, str(IPS.evidence)), key=self._place)],
        )

    def _evidence(self, iri: str) -> Evidence:
        pages = self._texts(iri, str(IPS.citedPage))
        cited = self._named(iri, str(IPS.citedWork))
        if pages and len(cited) == 1:
            cited = [Named(cited[0].iri, f"{cited[0].name}, p. {', '.join(pages)}")]
        return Evidence(
            iri=iri,
            anchor=iri.partition("#")[2],
            place=self._name(iri),
            whole_place=_place_in_words(*(self._texts(iri, str(IPS[name])) for name in _PLACE)),
            source=self._named(iri, str(IPS.inSource)),
            lost_notes="false" in self._texts(iri, str(IPS.footnoteTextAvailable)),
            hedge=self._only(iri, str(IPS.hedge)),
            said_by=self._named(iri, str(IPS.saidBy)),
            cited=cited,
        )

    def _links_to(self, iri: str, claims: set[str]) -> list[Statements]:
        """What points to a thing, but for its claims, which are shown in full."""
        links = []
        for property_ in self._shown(self._links.get(iri, {})):
            subjects = [subject for subject in self._links[iri][property_] if subject not in claims]
            if subjects:
                values = [Named(subject, self._name(subject)) for subject in subjects[:LINKS_SHOWN]]
                links.append(Statements(Named(property_, self._name(property_)), values, len(subjects)))
        return links

    def _repeats_participants(self, iri: str, property_: str) -> bool:
        participants = {name for one in _FIRST_SHOWN for name in self._iris(iri, one)}
        return property_ == str(IPS.about) and participants.issuperset(self._iris(iri, property_))

    def _statements(self, iri: str, property_: str) -> Statements:
        values = self._named(iri, property_)
        return Statements(Named(property_, self._name(property_)), values, len(values))

    def _kinds(self, iri: str) -> list[Named]:
        kinds = self._named(iri, str(RDF.type))
        return [kind for kind in kinds if not context().is_entailed(kind.iri)]

    def _shown(self, properties: Iterable[str]) -> list[str]:
        hidden = {*_SHOWN_ABOVE, str(OWL.annotatedSource)}
        shown = [name for name in properties if name not in hidden and not context().is_entailed(name)]
        return sorted(shown, key=lambda name: _FIRST_SHOWN.index(name) if name in _FIRST_SHOWN else len(_FIRST_SHOWN))

    def _name(self, iri: str) -> str:
        names = [name for property_ in _NAMES for name in self._texts(iri, property_)]
        return names[0] if names else self._prefixes.compact(iri)

    def _named(self, iri: str, property_: str) -> list[Named]:
        values = self._values.get((iri, property_), [])
        return [
            Named(value.value, self._name(value.value)) if isinstance(value, NamedNode) else Named("", value.value)
            for value in values
        ]

    def _texts(self, iri: str, property_: str) -> list[str]:
        return [value.name for value in self._named(iri, property_)]

    def _text(self, iri: str, property_: str) -> str:
        return next(iter(self._texts(iri, property_)), "")

    def _only(self, iri: str, property_: str) -> Named:
        return next(iter(self._named(iri, property_)), Named("", ""))

    def _iris(self, iri: str, property_: str) -> list[str]:
        return [value.iri for value in self._named(iri, property_) if value.iri]

    def _place(self, evidence: str) -> tuple[list[int], str]:
        numbers = (self._texts(evidence, str(IPS[name])) for name in ("page", "paragraph"))
        return [int(number) for found in numbers for number in found[:1]], evidence

    def _position(self, claim: str) -> tuple[list[int], str]:
        return min((self._place(one) for one in self._iris(claim, str(IPS.evidence))), default=([], claim))


def _place_in_words(pages: list[str], paragraphs: list[str], footnotes: list[str]) -> str:
    notes = sorted(footnotes, key=int)
    parts = [f"page {number}" for number in pages] + [f"paragraph {number}" for number in paragraphs]
    return ", ".join([*parts, f"{'notes' if len(notes) > 1 else 'note'} {', '.join(notes)}"] if notes else parts)


def _bounds_in_words(edtf: str, bounds: list[str]) -> str:
    """The days that the bounds of a time allow, for readers who do not know EDTF."""
    first, last_start, first_end, last = (datetime.fromisoformat(bound) for bound in bounds)
    if (first, last_start) == (first_end, last):
        return _days(first, last) if first.date() == last.date() else f"at some time {_days(first, last)}"
    began = "holds from the beginning" if edtf.startswith("..") else f"began {_days(first, last_start)}"
    ended = "goes on to the end" if edtf.endswith("..") else f"ended {_days(first_end, last)}"
    open_ = " of the time that the source covers" if ".." in edtf else ""
    return f"{began}, {ended}{open_}"


def _days(first: datetime, last: datetime) -> str:
    if first.date() == last.date():
        return f"on {_day(first)}"
    return f"between {_day(first)} and {_day(last)}"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
