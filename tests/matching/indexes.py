"""Indexes of made-up entities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from illicit_power.matching.index import Entity, Index, Name, Property, Type, Value
from illicit_power.matching.names import words
from illicit_power.model.prefixes import Prefixes

RARE = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta")
"""A word tells something only where most names are without it."""


def index_of(
    types: Mapping[str, Iterable[str]],
    values: Mapping[str, Mapping[str, tuple[Value, ...]]] | None = None,
    other_names: Mapping[str, str] | None = None,
) -> Index:
    """An index of entities whose identifiers are their names, and of a few more.

    :param types: of each, as prefixed names
    :param values: of each, by property
    :param other_names: the entities that have a second name, by this
    """
    types = {**types, **{f"{word} Village": () for word in RARE}}
    entities = {
        name: Entity(
            name, name, "", frozenset(kinds), {"skos:prefLabel": (Value(name),), **(values or {}).get(name, {})}
        )
        for name, kinds in types.items()
    }
    properties = {key: Property(key, key, "") for entity in entities.values() for key in entity.values}
    known = {id_: Type(id_, id_, "", ()) for kinds in types.values() for id_ in kinds}
    names = [Name(id_, id_, words(id_), preferred=True) for id_ in types]
    names += [Name(id_, name, words(name), preferred=False) for name, id_ in (other_names or {}).items()]
    return Index(entities, known, properties, names, Prefixes())
