"""What can be reconciled to: the entities of one dataset with their names and values, held for fast matching."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode

from illicit_power.engine.terms import Term
from illicit_power.matching.address_keys import address_key
from illicit_power.matching.names import Word, initials, joined, words
from illicit_power.model.iris import ENTITY, IPS
from illicit_power.model.prefixes import Prefixes
from illicit_power.model.vocabularies import RDF

Row = dict[str, Term]
Span = tuple[str, str]
"""First and last day, as ``YYYY-MM-DD``, so that spans compare as strings."""


@dataclass(frozen=True)
class Value:
    """A value of a property of an entity.

    :ivar text: a literal as written, or the name of what the value is
    :ivar entity: the identifier of the entity that it is, if it is one
    :ivar number: the value of a number
    :ivar span: the days between which a date lies
    """

    text: str
    entity: str | None = None
    number: float | None = None
    span: Span | None = None


@dataclass(frozen=True)
class Entity:
    """Something that a name can stand for.

    :ivar id: the last part of its IRI
    :ivar types: prefixed names of its classes in the ontology, those that it has by inference too
    :ivar values: its values, by the identifier of the property
    """

    id: str
    name: str
    description: str
    types: frozenset[str]
    values: Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True)
class Type:
    """A class of entities. :ivar id: its prefixed name"""

    id: str
    name: str
    description: str
    broader: tuple[str, ...]


@dataclass(frozen=True)
class Property:
    """A property that entities have.

    :ivar id: its prefixed name, with ``^`` before it where it is read from the object (as in SPARQL paths)
    :ivar range: the type of its values, where these are entities of one
    """

    id: str
    name: str
    description: str
    range: str | None = None


@dataclass(frozen=True)
class Name:
    """One of the names of an entity.

    :ivar preferred: whether it is the name that the dataset puts first
    """

    entity: str
    text: str
    words: tuple[Word, ...]
    preferred: bool


_GATHERED: Final = (
    Property("skos:prefLabel", "name", "The name that the dataset puts first."),
    Property("skos:altLabel", "other names", "Other names and spellings in the source."),
    Property("skos:definition", "definition", "What the entity is, in a sentence."),
    Property("rdf:type", "kinds", "Classes of the ontology that it belongs to."),
    Property("date", "date", "When an event happened, a phase lasted or a work appeared (EDTF)."),
    Property("founded", "founded", "When a group was founded, by asserted claims (EDTF)."),
    Property("active", "active", "Times of the asserted relations that it is part of (EDTF)."),
    Property("place", "place", "Where it operated, occurred or lies.", "ips:Place"),
    Property("parent", "parent", "What it is part of, or descends from.", "ips:Entity"),
    Property("skos:exactMatch", "same as", "The same thing in other datasets."),
    Property("skos:closeMatch", "nearly the same as", "Nearly the same thing in other datasets."),
    Property("geo:lat", "latitude", "WGS 84, decimal degrees."),
    Property("geo:long", "longitude", "WGS 84, decimal degrees."),
)
"""The properties beside the direct links of the ontology."""

_COLLECTED: Final = {
    "place": ("ips:operatedIn", "ips:occurredIn", "ips:locatedIn"),
    "parent": ("ips:partOf", "ips:descendsFrom"),
}
"""Properties that gather the values of several direct links."""

_GEO: Final = "http://www.w3.org/2003/01/geo/wgs84_pos#"
_NUMBERS: Final = (_GEO + "lat", _GEO + "long")
_ACRONYM = re.compile(r"[A-Z]{3,6}")
_TITLED_ADDRESS = re.compile(r"[^\W\d]{2,}[_-].*[^\W\d]{2,}.*")


@dataclass(frozen=True)
class Index:
    """The entities, types and properties of one dataset, with what finds them by name."""

    entities: Mapping[str, Entity]
    types: Mapping[str, Type]
    properties: Mapping[str, Property]
    names: Sequence[Name]
    prefixes: Prefixes

    @cached_property
    def names_by_word(self) -> Mapping[Word, Sequence[int]]:
        """The positions of the names that a word is part of."""
        positions: dict[Word, list[int]] = defaultdict(list)
        for position, name in enumerate(self.names):
            for word in set(name.words):
                positions[word].append(position)
        return positions

    @cached_property
    def _names_by_entity(self) -> Mapping[str, Sequence[Name]]:
        names: dict[str, list[Name]] = defaultdict(list)
        for name in self.names:
            names[name.entity].append(name)
        return names

    def names_of(self, entity: str) -> Sequence[Name]:
        """All names of an entity."""
        return self._names_by_entity.get(entity, ())

    @cached_property
    def vocabulary(self) -> tuple[Word, ...]:
        """All words that names are made of."""
        return tuple(self.names_by_word)

    @cached_property
    def joined_names(self) -> Sequence[str]:
        """The spellings of all names written as one word, by the position of the name."""
        return [joined(name.words) for name in self.names]

    @cached_property
    def spellings(self) -> Sequence[str]:
        """The spellings of the vocabulary."""
        return [word.spelling for word in self.vocabulary]

    @cached_property
    def acronyms(self) -> Mapping[str, frozenset[str]]:
        """The entities whose name is an acronym, by the acronym in lower case."""
        return _grouped((name.text.lower(), name.entity) for name in self.names if _ACRONYM.fullmatch(name.text))

    @cached_property
    def abbreviated(self) -> Mapping[str, frozenset[str]]:
        """The entities that have a name with certain initials, by these."""
        return _grouped((letters, name.entity) for name in self.names for letters in initials(name.text))

    @cached_property
    def by_address(self) -> Mapping[str, frozenset[str]]:
        """The entities that are exactly what an address of another dataset stands for, by its key."""
        return _grouped(
            (address_key(value.text), entity.id)
            for entity in self.entities.values()
            for value in entity.values.get("skos:exactMatch", ())
        )

    def weight(self, word: Word) -> float:
        """How much a word tells: a rare one much, a title little, one that no name has the most."""
        if word.title:
            return _WEIGHT_OF_TITLE
        return math.log(len(self.names) / (1 + len(self.names_by_word.get(word, ())))) / math.log(len(self.names))

    def words_of_types(self, types: frozenset[str]) -> frozenset[Word]:
        """The words in the names of some types."""
        return frozenset().union(*(self._words_by_type[id_] for id_ in types))

    @cached_property
    def _words_by_type(self) -> Mapping[str, frozenset[Word]]:
        return {id_: frozenset(words(type_.name)) for id_, type_ in self.types.items()}

    def type(self, given: str) -> Type | None:
        """A type by its prefixed name, its IRI, or the last part of that."""
        return self.types.get(given) or self.types.get(self.prefixes.compact(given)) or self.types.get(f"ips:{given}")

    def property(self, given: str) -> Property | None:
        """A property by its prefixed name, its IRI, or the last part of that."""
        names = (given, self.prefixes.compact(given), f"ips:{given}")
        return next((self.properties[name] for name in names if name in self.properties), None)

    def entity(self, given: str) -> Entity | None:
        """An entity by its identifier or its IRI."""
        return self.entities.get(self.prefixes.expand(given).removeprefix(str(ENTITY)))


_WEIGHT_OF_TITLE = 0.1


def build_index(entity_rows: Iterable[Row], term_rows: Iterable[Row], prefixes: Prefixes) -> Index:
    """The index of a dataset.

    :param entity_rows: the solutions of the stored query ``entities``
    :param term_rows: the solutions of the stored query ``terms``
    :param prefixes: of the dataset
    """
    term_rows = list(term_rows)
    types, properties = _types(term_rows, prefixes), _properties(term_rows, prefixes)
    rows_by_entity: dict[str, list[Row]] = defaultdict(list)
    for row in entity_rows:
        rows_by_entity[_id(row["entity"])].append(row)
    values = {id_: _values(rows, prefixes) for id_, rows in rows_by_entity.items()}
    labels = {id_: of["skos:prefLabel"][0].text for id_, of in values.items() if "skos:prefLabel" in of}
    for subject in list(values):
        for property_ in [key for key in values[subject] if key in properties and key.startswith("ips:")]:
            for value in values[subject][property_]:
                if value.entity in values:
                    inverse = Value(labels.get(subject, subject), subject)
                    values[value.entity].setdefault(f"^{property_}", []).append(inverse)
    entities = {}
    for id_, of in values.items():
        for gathered, parts in _COLLECTED.items():
            if found := list(dict.fromkeys(value for part in parts for value in of.get(part, ()))):
                of[gathered] = found
        kinds = frozenset(value.text for value in of.get("rdf:type", ()) if value.text in types)
        of["rdf:type"] = [Value(types[kind].name) for kind in sorted(kinds)]
        description = of["skos:definition"][0].text if "skos:definition" in of else ""
        frozen = {key: tuple(list_) for key, list_ in of.items()}
        entities[id_] = Entity(id_, labels.get(id_, id_), description, kinds, frozen)
    names = [name for entity in entities.values() for name in _names(entity)]
    used = {key for entity in entities.values() for key in entity.values}
    offered = {property_.id: property_ for property_ in (*_GATHERED, *properties.values()) if property_.id in used}
    return Index(entities, types, offered, names, prefixes)


def _values(rows: Iterable[Row], prefixes: Prefixes) -> dict[str, list[Value]]:
    values: dict[str, list[Value]] = defaultdict(list)
    for row in rows:
        values[prefixes.compact(row["property"].value)].append(_value(row, prefixes))
    for property_, list_ in values.items():
        # Names and definitions in English go first.
        if property_.startswith("skos:") and len(list_) > 1:
            found = (row["value"] for row in rows)
            english = {value.value for value in found if isinstance(value, Literal) and value.language == "en"}
            list_.sort(key=lambda value: value.text not in english)
    return values


def _value(row: Row, prefixes: Prefixes) -> Value:
    value, property_ = row["value"], row["property"].value
    text = value.value
    if property_ == str(RDF.type):
        return Value(prefixes.compact(text))
    if "from" in row:
        return Value(text, span=(row["from"].value[:10], row["to"].value[:10]))
    if property_ == "date":
        return Value(text, span=span(text))
    if property_ in _NUMBERS:
        return Value(text, number=float(text))
    if "name" in row:
        is_entity = isinstance(value, NamedNode) and text.startswith(str(ENTITY))
        return Value(row["name"].value, _id(value) if is_entity else None)
    return Value(text)


def span(date: str) -> Span | None:
    """The days that a date can mean: ``2004``, ``2004-08``, ``2004-08-26`` (or longer), or two of these with a slash
    between them. None where it is none of these."""
    first, _, last = date.strip().partition("/")
    begin, end = _DATE.match(first), _DATE.match(last or first)
    if not begin or not end:
        return None
    from_, to = begin[0] + "-01-01"[len(begin[0]) - 4 :], end[0] + "-12-31"[len(end[0]) - 4 :]
    return (from_, to) if from_ <= to else None


_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?(?=$|[T~?%])")


def _names(entity: Entity) -> list[Name]:
    """The labels of an entity, and the titles in addresses that stand for exactly it (…/Islamic_Virtue_Party)."""
    labels = [value.text for key in ("skos:prefLabel", "skos:altLabel") for value in entity.values.get(key, ())]
    addresses = [_last_part(value.text) for value in entity.values.get("skos:exactMatch", ())]
    titles = [part.replace("_", " ") for part in addresses if _TITLED_ADDRESS.fullmatch(part)]
    return [
        Name(entity.id, text, found, text == entity.name)
        for text in dict.fromkeys([*labels, *titles])
        if (found := words(text))
    ]


def _types(rows: Iterable[Row], prefixes: Prefixes) -> dict[str, Type]:
    parents: dict[str, list[str]] = defaultdict(list)
    described: dict[str, Row] = {}
    for row in rows:
        if row["role"].value == "type":
            id_ = prefixes.compact(row["term"].value)
            described[id_] = row
            parents[id_] += [prefixes.compact(row["parent"].value)] if "parent" in row else []
    return {
        id_: Type(id_, row["label"].value, row["definition"].value, tuple(parents[id_]))
        for id_, row in described.items()
    }


def _properties(rows: Iterable[Row], prefixes: Prefixes) -> dict[str, Property]:
    """The direct properties, each also read from its object."""
    properties = {}
    for row in rows:
        if row["role"].value == "property":
            id_, label, definition = prefixes.compact(row["term"].value), row["label"].value, row["definition"].value
            domain, range_ = (
                prefixes.compact(row[end].value) if end in row and row[end].value.startswith(str(IPS)) else None
                for end in ("domain", "range")
            )
            properties[id_] = Property(id_, label, definition, range_)
            properties[f"^{id_}"] = Property(f"^{id_}", f"{label} (inverse)", f"Inverse of: {definition}", domain)
    return properties


def _id(iri: Term) -> str:
    return iri.value.removeprefix(str(ENTITY))


def _last_part(address: str) -> str:
    return unquote(address.rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1])


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for key, entity in pairs:
        groups[key].add(entity)
    return {key: frozenset(entities) for key, entities in groups.items()}
