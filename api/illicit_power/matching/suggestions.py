"""Auto-completion: what begins with the letters typed so far, in any spelling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from illicit_power.matching.index import Entity, Index, Property, Type
from illicit_power.matching.names import joined, raw_words, words
from illicit_power.matching.scoring import Matcher, Question
from illicit_power.model.iris import ENTITY

Term = TypeVar("Term", Type, Property)


def suggest_entities(index: Index, prefix: str, type_: Type | None = None) -> list[Entity]:
    """The entities that an identifier or a name begins with, then those where a later word does; where there are none,
    those whose name is like what was typed, which finds other scripts and spellings."""
    ranked = _ranked(prefix.removeprefix(str(ENTITY)), {id_: _spoken(index, id_) for id_ in index.entities})
    found = [index.entities[id_] for id_ in ranked]
    if not found and prefix.strip():
        found = [candidate.entity for candidate in Matcher(index).candidates(Question(prefix, limit=50))]
    return [entity for entity in found if type_ is None or type_.id in entity.types]


def suggest_terms(terms: Mapping[str, Term], prefix: str) -> list[Term]:
    """The types or properties that an identifier or a name begins with, or a word of one."""
    spoken = {id_: [terms[id_].name, id_.partition(":")[2]] for id_ in terms}
    return [terms[id_] for id_ in _ranked(prefix, spoken)]


def _spoken(index: Index, id_: str) -> list[str]:
    return [index.entities[id_].name, *(name.text for name in index.names_of(id_))]


def _ranked(prefix: str, names_by_id: Mapping[str, Iterable[str]]) -> list[str]:
    """The identifiers that a prefix fits: it begins the identifier or a name, or the spelling of a name, or a word."""
    typed = " ".join(raw_words(prefix))
    spelled = joined(words(prefix))
    ranks: list[tuple[int, str, str]] = []
    for id_, names in names_by_id.items():
        best = 0 if id_.lower().startswith(prefix.lower()) else 4
        for name in names:
            plain = " ".join(raw_words(name))
            if plain.startswith(typed):
                best = min(best, 1)
            elif f" {typed}" in f" {plain}":
                best = min(best, 2)
            elif spelled and joined(words(name)).startswith(spelled):
                best = min(best, 3)
        if best < 4:
            ranks.append((best, next(iter(names)), id_))
    return [id_ for *_, id_ in sorted(ranks)]
