"""What the document of a thing says, arranged for its page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib import OWL, RDF, RDFS, SKOS

from illicit_power.model.iris import IPS, compact
from illicit_power.server.jsonld import context

LINKS_SHOWN: Final = 50
"""Of the things that point to one by the same property; the RDF documents have all."""

_NAMES: Final = (str(SKOS.prefLabel), str(RDFS.label))
_SHOWN_ABOVE: Final = {
    *_NAMES, str(RDF.type), str(SKOS.altLabel), str(SKOS.definition), str(SKOS.editorialNote), str(IPS.evidence),
    str(IPS.summary),
}  # fmt: skip
_GENERAL_CLASSES: Final = {
    str(IPS[name]) for name in ("Claim", "RelationClaim", "ValueClaim", "Measure", "Interpretation")
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
    """

    iri: str
    anchor: str
    place: str
    hedge: str
    said_by: list[Named]
    cited: list[Named]


@dataclass(frozen=True)
class Claim:
    """A claim with its evidence."""

    iri: str
    kind: str
    text: str
    stance: str
    notes: list[str]
    evidence: list[Evidence]


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


def describe(triples: Iterable[Triple], iri: str) -> Description:
    """The description of a thing from the triples of its document (``queries/document.rq``)."""
    return _Document(triples).describe(iri)


class _Document:
    def __init__(self, triples: Iterable[Triple]) -> None:
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
            definition="".join(self._texts(iri, str(SKOS.definition))[:1]),
            notes=[] if is_claim else self._texts(iri, str(SKOS.editorialNote)),
            kinds=self._kinds(iri),
            is_claim=is_claim,
            claims=claims,
            statements=[self._statements(iri, property_) for property_ in self._shown(self._properties.get(iri, []))],
            links=self._links_to(iri, {claim.iri for claim in claims}),
        )

    def _claim(self, iri: str) -> Claim:
        kinds = [kind for kind in self._kinds(iri) if kind.iri not in _GENERAL_CLASSES]
        return Claim(
            iri=iri,
            kind=", ".join(kind.name.removesuffix(" (claim)") for kind in kinds),
            text="".join(self._texts(iri, str(IPS.summary))[:1]) or self._name(iri),
            stance=", ".join(self._texts(iri, str(IPS.stance))),
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
            hedge=", ".join(self._texts(iri, str(IPS.hedge))),
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

    def _statements(self, iri: str, property_: str) -> Statements:
        values = self._named(iri, property_)
        return Statements(Named(property_, self._name(property_)), values, len(values))

    def _kinds(self, iri: str) -> list[Named]:
        kinds = self._named(iri, str(RDF.type))
        return [kind for kind in kinds if not context().is_entailed(kind.iri)]

    def _shown(self, properties: Iterable[str]) -> list[str]:
        hidden = {*_SHOWN_ABOVE, str(OWL.annotatedSource)}
        return [name for name in properties if name not in hidden and not context().is_entailed(name)]

    def _name(self, iri: str) -> str:
        names = [name for property_ in _NAMES for name in self._texts(iri, property_)]
        return names[0] if names else compact(iri)

    def _named(self, iri: str, property_: str) -> list[Named]:
        values = self._values.get((iri, property_), [])
        return [
            Named(value.value, self._name(value.value)) if isinstance(value, NamedNode) else Named("", value.value)
            for value in values
        ]

    def _texts(self, iri: str, property_: str) -> list[str]:
        return [value.name for value in self._named(iri, property_)]

    def _iris(self, iri: str, property_: str) -> list[str]:
        return [value.iri for value in self._named(iri, property_) if value.iri]

    def _place(self, evidence: str) -> tuple[list[int], str]:
        numbers = (self._texts(evidence, str(IPS[name])) for name in ("page", "paragraph"))
        return [int(number) for found in numbers for number in found[:1]], evidence

    def _position(self, claim: str) -> tuple[list[int], str]:
        return min((self._place(one) for one in self._iris(claim, str(IPS.evidence))), default=([], claim))
