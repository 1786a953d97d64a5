"""Triples as JSON-LD in the terms of our own context, made to be pleasant as plain JSON too.

Keys are the names of the context, of which a document carries what it uses. Claims, evidence and the grounds of times
stand inside the thing that they belong to; anything else that is mentioned stands as its ``id`` with its name.
Expanding the result gives exactly the triples that went in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib import RDF, RDFS, SKOS, XSD

from illicit_power.dataset.context import REFERENCE, context_path
from illicit_power.dataset.source import Source
from illicit_power.model.iris import IPS
from illicit_power.model.prefixes import Prefixes

CONTEXT_PATH: Final = "/context.jsonld"
"""Where a server has the whole context, under its root."""

NodeObject = dict[str, Any]
Subject = NamedNode | BlankNode
Value = NamedNode | BlankNode | Literal

_TYPE: Final = str(RDF.type)
_STRING: Final = str(XSD.string)
_INTEGER: Final = str(XSD.integer)
_BOOLEAN: Final = str(XSD.boolean)
_ABOUT: Final = str(IPS.about)
_EVIDENCE: Final = str(IPS.evidence)
_NAMES: Final = (str(SKOS.prefLabel), str(RDFS.label))
_WITHIN: Final = (_EVIDENCE, str(IPS.timeGround))
"""The properties whose values stand inside the thing that has them."""

_PLACE: Final = (str(IPS.page), str(IPS.paragraph))
_FIRST_KEYS: Final = (
    "prefLabel", "label", "altLabel", "definition", "summary", "subject", "object",
    "time", "begin", "end", "attested", "timeBasis", "timeGround", "startEarliest", "startLatest", "endEarliest",
    "endLatest", "startBasis", "endBasis", "boundedBy", "inSection", "inPhase", "stance", "qualification",
    "page", "paragraph", "footnote", "hedge", "explicitness", "saidBy",
)  # fmt: skip
_LAST: Final = len(_FIRST_KEYS) + 1
_EXACT_IN_JSON: Final = 2**53
"""From here on integers are not exact in every reader of JSON (RFC 8259, 6)."""


class Context:
    """What the context calls an IRI, and how it writes the values of a property."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._entries: dict[str, Any] = document["@context"]
        self._prefixes = Prefixes(
            {
                name: entry
                for name, entry in self._entries.items()
                if isinstance(entry, str) and not name.startswith("@") and not entry.startswith("@")
            }
        )
        self._definitions: dict[str, dict[str, str]] = {
            self._prefixes.expand(definition["@id"]): {**definition, "name": name}
            for name, definition in self._entries.items()
            if isinstance(definition, dict) and "@id" in definition
        }

    def part(self, names: Iterable[str]) -> dict[str, Any]:
        """The context of a document that uses some names: their entries, and the prefixes that they are made with."""
        used = {"@version", *names}
        definitions = [self._entries[name] for name in used if isinstance(self._entries.get(name), dict)]
        used |= {value.partition(":")[0] for definition in definitions for value in definition.values()}
        used |= {name.partition(":")[0] for name in used}
        return {name: entry for name, entry in self._entries.items() if name in used}

    def name(self, iri: str) -> str:
        """The name of a class or property: a term, else a prefixed name, else the IRI."""
        definition = self._definitions.get(iri)
        return definition["name"] if definition else self._prefixes.compact(iri)

    def is_entailed(self, iri: str) -> bool:
        """Whether a class or property is known only because one of ours specializes it."""
        return ":" in self._definitions.get(iri, {}).get("name", "")

    def iri(self, name: str) -> str:
        """The IRI of a term.

        :raises KeyError: when there is no such term
        """
        return {definition["name"]: iri for iri, definition in self._definitions.items()}[name]

    def is_set(self, property_: str) -> bool:
        """Whether the values of a property stand in an array even when there is one."""
        return self._definitions.get(property_, {}).get("@container") == "@set"

    def is_reference(self, property_: str) -> bool:
        """Whether a string as value of a property is an IRI."""
        return self._definitions.get(property_, {}).get("@type") == REFERENCE

    def datatype(self, property_: str) -> str:
        """The local name of the datatype that a property's values have; empty where each says itself."""
        return self._definitions.get(property_, {}).get("@type", "").rpartition(":")[2]

    def literal(self, property_: str, literal: Literal) -> Any:
        """A literal as the value of a property: plain where the context or JSON says what it is, else spelt out."""
        definition = self._definitions.get(property_, {})
        text, datatype, language = literal.value, literal.datatype.value, literal.language
        if language:
            return text if definition.get("@language") == language else {"@value": text, "@language": language}
        coerced = self._prefixes.expand(definition["@type"]) if "@type" in definition else None
        if datatype in (coerced or _INTEGER, coerced or _BOOLEAN):
            native = _native(text, datatype)
            if native is not None:
                return native
        if datatype == coerced or (datatype == _STRING and coerced is None and "@language" not in definition):
            return text
        return {"@value": text} if datatype == _STRING else {"@value": text, "@type": self.name(datatype)}


def _native(text: str, datatype: str) -> int | bool | None:
    if datatype == _BOOLEAN and text in ("true", "false"):
        return text == "true"
    if datatype == _INTEGER and text == str(number := _integer(text)) and abs(number or 0) < _EXACT_IN_JSON:
        return number
    return None


def _integer(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


@cache
def published_context() -> bytes:
    """The context as it is published."""
    return context_path(Source.default()).read_bytes()


@cache
def context() -> Context:
    """The published context, ready to write with."""
    return Context(json.loads(published_context()))


class Tree:
    """The triples of a graph by subject, to be written as nested nodes."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._context = context()
        self._said: dict[Subject, dict[str, list[Value]]] = {}
        for subject, property_, value in triples:
            self._said.setdefault(subject, {}).setdefault(property_.value, []).append(value)
        self._written: set[Subject] = set()
        self._mentioned: set[Subject] = set()

    def item(self, iri: str) -> NodeObject:
        """A thing with the claims about it, in the order of their pages."""
        thing = NamedNode(iri)
        node = self.node(thing)
        claims = [subject for subject, said in self._said.items() if thing in said.get(_ABOUT, ())]
        if claims:
            node["claims"] = [self.node(claim) for claim in sorted(claims, key=self._place)]
        return node

    def node(self, subject: Subject) -> NodeObject:
        """All that is said of a subject, its evidence and the ground of its time within."""
        self._written.add(subject)
        said = self._said.get(subject, {})
        node: NodeObject = {"id": str(subject) if isinstance(subject, BlankNode) else subject.value}
        if types := said.get(_TYPE):
            node["type"] = sorted(self._context.name(type_.value) for type_ in types)
        written = {self._context.name(name): self._values(name, said[name]) for name in said if name != _TYPE}
        return node | {name: written[name] for name in sorted(written, key=_order_of_key)}

    def rest(self) -> list[NodeObject]:
        """What has been neither written nor mentioned so far, each subject by itself."""
        return [
            self.node(subject)
            for subject in self._said
            if subject not in self._written and not (subject in self._mentioned and self._is_only_named(subject))
        ]

    def _values(self, property_: str, values: list[Value]) -> Any:
        written = [self._value(property_, value) for value in sorted(values, key=_order_of_value)]
        return written if len(written) > 1 or self._context.is_set(property_) else written[0]

    def _value(self, property_: str, value: Value) -> Any:
        if isinstance(value, Literal):
            return self._context.literal(property_, value)
        if property_ in _WITHIN and value in self._said and value not in self._written:
            return self.node(value)
        return self._reference(property_, value)

    def _reference(self, property_: str, value: Subject) -> Any:
        self._mentioned.add(value)
        iri = str(value) if isinstance(value, BlankNode) else value.value
        said = self._said.get(value, {})
        names = {self._context.name(name): self._values(name, said[name]) for name in _NAMES if name in said}
        return iri if not names and self._context.is_reference(property_) else {"id": iri, **names}

    def _is_only_named(self, subject: Subject) -> bool:
        return all(name in _NAMES for name in self._said[subject])

    def _place(self, claim: Subject) -> tuple[list[int], str]:
        """Where the first evidence of a claim stands."""
        values = self._said[claim].get(_EVIDENCE, ())
        evidence = (self._said.get(value, {}) for value in values if not isinstance(value, Literal))
        return min(
            ([int(said[name][0].value) for name in _PLACE if name in said] for said in evidence), default=[]
        ), str(claim)


def document(triples: Sequence[Triple], thing: str | None = None) -> NodeObject:
    """A graph as a JSON-LD document.

    :param thing: the IRI that the graph is about, which comes first
    """
    tree = Tree(triples)
    first = [tree.item(thing)] if thing else []
    nodes = [*first, *tree.rest()]
    return {"@context": context().part(_names(nodes)), "@graph": nodes}


def _names(written: Any) -> Iterator[str]:
    """The names that nodes and values make use of: keys, classes and datatypes."""
    if isinstance(written, list):
        for value in written:
            yield from _names(value)
    elif isinstance(written, dict):
        yield from written
        for key, value in written.items():
            if key in ("type", "@type"):
                yield from [value] if isinstance(value, str) else value
            else:
                yield from _names(value)


def to_bytes(document: Any) -> bytes:
    """JSON in UTF-8."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _order_of_key(name: str) -> tuple[int, str]:
    return (_FIRST_KEYS.index(name) if name in _FIRST_KEYS else _LAST if name == "evidence" else len(_FIRST_KEYS)), name


def _order_of_value(value: Value) -> tuple[int, str]:
    return (
        (len(value.value), value.value)
        if isinstance(value, Literal) and value.datatype.value == _INTEGER
        else (0, value.value)
    )
