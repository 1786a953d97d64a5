"""How well entities fit a question: by name, type and properties.

A score is a number from 0 to 100, the weighted mean of what the name and each constraint give. Every candidate carries
what each of them contributed (:attr:`Candidate.features`), so that a client may weigh them otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from rapidfuzz import fuzz, process

from illicit_power.matching.address_keys import address_key
from illicit_power.matching.index import Entity, Index, Name, Property, Type, Value, span
from illicit_power.matching.names import Word, initials, joined, synonyms, words

MATCH_SCORE: Final = 80.0
"""The least score of a match."""

MATCH_LEAD: Final = 8.0
"""By how much a match must lead before the next candidate."""

_LEAST_SCORE: Final = 30.0
_INITIALS_ONLY: Final = 0.75
_CONSTRAINT_WEIGHT: Final = 0.25
_UNKNOWN: Final = 0.5
_SYNONYM: Final = 0.92
_TYPING_CUTOFF: Final = 80
_JOINED_CUTOFF: Final = 90
_JOINED: Final = 0.97

MAX_NAME_CHARACTERS: Final = 500
MAX_NAME_WORDS: Final = 50

Quantifier = Literal["any", "all", "none"]
TypeRule = Literal["any", "all", "should"]


@dataclass(frozen=True)
class Constraint:
    """What a property of the entity should be.

    :ivar values: what is given, as text or as the identifier of an entity
    :ivar required: whether entities without it are left out
    """

    property: Property
    values: Sequence[str]
    quantifier: Quantifier = "any"
    required: bool = False


@dataclass(frozen=True)
class Question:
    """What is looked for.

    :ivar name: a name, or an identifier; None where only constraints are given
    :ivar identifier: an identifier that the entity must have
    :ivar type_rule: whether it must be of any or all of the types, or better should be
    :ivar limit: the most candidates wanted
    """

    name: str | None = None
    identifier: str | None = None
    types: Sequence[Type] = ()
    type_rule: TypeRule = "any"
    constraints: Sequence[Constraint] = ()
    limit: int = 10


@dataclass(frozen=True)
class Feature:
    """What something contributed to a score. :ivar points: of the 100 of the score"""

    id: str
    name: str
    points: float


@dataclass(frozen=True)
class Candidate:
    """An entity with how well it fits.

    :ivar score: 0 to 100, the sum of its features
    :ivar namesakes: how many other entities the given name would abbreviate as well
    :ivar match: whether it is the clear winner
    """

    entity: Entity
    score: float
    features: Sequence[Feature]
    namesakes: int = 0
    match: bool = False


@dataclass(frozen=True)
class _Likeness:
    """How a given name is like the name of an entity that is most like it.

    :ivar degree: 0 to 1
    :ivar how: the feature that it is: name, initials or identifier
    :ivar alone: whether it rests on a single word, so that nothing bears out a likeness that is not exact
    :ivar contains: the part of the entity's words that the given name makes up, where it is wholly among them
    """

    degree: float
    how: str = "name"
    name: Name | None = None
    alone: bool = False
    contains: float = 0.0

    @property
    def telling(self) -> bool:
        """Whether it is enough to go by."""
        return self.how == "identifier" or (self.name is not None and (not self.alone or self.degree >= _EXACT))


_FEATURE_NAMES: Final = {
    "identifier": "It is the identifier that was given",
    "name": "Likeness of the name",
    "initials": "The initials agree, nothing else of the name",
    "type": "It has a type that was asked for",
}


@dataclass
class Matcher:
    """Answers questions about one index; remembers the words that it has met, so use one for a batch."""

    index: Index
    _met: dict[Word, Mapping[Word, float]] = field(default_factory=dict)

    def candidates(self, question: Question) -> list[Candidate]:
        """The entities that fit a question, best first; the first is a match where it is the clear winner.

        A text that is longer than any name is nobody's: nothing fits it.
        """
        if question.name is not None and not may_be_name(question.name):
            return []
        found = []
        for id_, likeness in self._found(question).items():
            entity = self.index.entities[id_]
            if candidate := self._scored(entity, likeness, question):
                found.append((candidate, likeness))
        found.sort(key=lambda pair: (-pair[0].score, not (pair[1].name and pair[1].name.preferred), pair[0].entity.id))
        if not found:
            return []
        best, likeness = found[0]
        namesakes = self._namesakes(best.entity, likeness, found[1:])
        second = found[1][0].score if len(found) > 1 else 0.0
        match = (
            likeness.telling
            and best.score >= MATCH_SCORE
            and best.score - second >= MATCH_LEAD
            and not namesakes
            and not self._contradicted(best.entity, question)
        )
        best = Candidate(best.entity, best.score, best.features, namesakes, match)
        return [best, *(candidate for candidate, _ in found[1:])][: question.limit]

    def name_likeness(self, given: str, others: Iterable[Name]) -> dict[str, _Likeness]:
        """For each entity of some names, how the name that is most like a given one is like it."""
        asked = words(given)
        best: dict[str, _Likeness] = {}
        similar = {word: self._similar(word) for word in set(asked)}
        for name in others:
            likeness = self._likeness(asked, similar, name)
            if likeness.degree > 0 and _is_better(likeness, best.get(name.entity)):
                best[name.entity] = likeness
        return best

    def _found(self, question: Question) -> dict[str, _Likeness]:
        """The entities that a question may mean, with how their names are like the one given."""
        if question.identifier is not None:
            return self._identified(question.identifier)
        if question.name is None:
            return dict.fromkeys(self.index.entities, _Likeness(0.0))
        found: dict[str, _Likeness] = {}
        for reading in _readings(question.name):
            for id_, likeness in self._by_name(reading).items():
                if _is_better(likeness, found.get(id_)):
                    found[id_] = likeness
        for id_ in self._by_initials(question.name):
            if _is_better(likeness := _Likeness(_INITIALS_ONLY, "initials"), found.get(id_)):
                found[id_] = likeness
        return found | self._identified(question.name)

    def _identified(self, given: str) -> dict[str, _Likeness]:
        given = given.strip()
        if entity := self.index.entity(given):
            return {entity.id: _Likeness(1.0, "identifier")}
        entities = self.index.by_address.get(address_key(self.index.prefixes.expand(given)), frozenset())
        return dict.fromkeys(entities, _Likeness(1.0, "identifier"))

    def _by_name(self, given: str) -> dict[str, _Likeness]:
        asked = words(given)
        index = self.index
        positions = {
            position for word in asked for known in self._similar(word) for position in index.names_by_word[known]
        }
        best = self.name_likeness(given, [index.names[position] for position in sorted(positions)])
        one_word = joined(asked)
        for known, score, position in process.extract(
            one_word, index.joined_names, scorer=fuzz.ratio, score_cutoff=_JOINED_CUTOFF, limit=None
        ):
            name = index.names[position]
            likeness = _Likeness(_JOINED * score / 100, name=name, alone=" " not in given, contains=1.0)
            written_otherwise = len(name.words) != len(asked) and min(len(one_word), len(known)) >= _JOINED_LENGTH
            if written_otherwise and _is_better(likeness, best.get(name.entity)):
                best[name.entity] = likeness
        return best

    def _by_initials(self, given: str) -> set[str]:
        """The entities whose name abbreviates to what is given, or that are named by the initials of what is given."""
        letters = given.replace(".", "").strip().lower()
        entities = set(self.index.abbreviated.get(letters, ()))
        for short in initials(given):
            entities |= self.index.acronyms.get(short, frozenset())
        return entities

    def _similar(self, word: Word) -> Mapping[Word, float]:
        """The words of the index that a word can be, each with how like it is (0 to 1)."""
        if word not in self._met:
            self._met[word] = self._compare(word)
        return self._met[word]

    def _compare(self, word: Word) -> Mapping[Word, float]:
        vocabulary = self.index.vocabulary
        found: dict[Word, float] = {}
        if not word.arabic:
            for _, score, position in process.extract(
                word.spelling, self.index.spellings, scorer=fuzz.ratio, score_cutoff=_TYPING_CUTOFF, limit=None
            ):
                known = vocabulary[position]
                if score == 100 or (_may_be_mistyped(word.spelling) and _may_be_mistyped(known.spelling)):
                    found[known] = score / 100
        for known in vocabulary:
            if known.consonants == word.consonants and (likeness := _consonant_likeness(word, known)):
                found[known] = max(found.get(known, 0.0), likeness)
        for same in synonyms().get(word, ()):
            if same in self.index.names_by_word:
                found[same] = max(found.get(same, 0.0), _SYNONYM)
        return found

    def _likeness(self, asked: Sequence[Word], similar: Mapping[Word, Mapping[Word, float]], name: Name) -> _Likeness:
        """The words of both names are paired, the most alike first; what stays alone counts against them."""
        pairs = sorted(
            (
                (similar[word][known], i, j)
                for i, word in enumerate(asked)
                for j, known in enumerate(name.words)
                if known in similar[word]
            ),
            reverse=True,
        )
        of_asked: dict[int, float] = {}
        of_name: dict[int, float] = {}
        partner: dict[int, int] = {}
        for degree, i, j in pairs:
            if i not in of_asked and j not in of_name:
                of_asked[i] = of_name[j] = degree
                partner[i] = j
        if not partner:
            return _Likeness(0.0)
        weight = self.index.weight
        asked_weights = {
            i: weight(name.words[partner[i]]) if i in partner else self._weight_of_extra(i, asked, partner, name)
            for i in range(len(asked))
        }
        covered = _share(asked_weights, of_asked)
        filled = _share({j: weight(word) * _DATED**word.dates for j, word in enumerate(name.words)}, of_name)
        degree = 2 * covered * filled / (covered + filled)
        whole = len(of_asked) == len(asked) and covered >= _WHOLE
        return _Likeness(
            degree,
            name=name,
            alone=len(of_name) == 1,
            contains=len(of_name) / len(name.words) if whole else 0.0,
        )

    def _weight_of_extra(self, position: int, asked: Sequence[Word], partner: Mapping[int, int], name: Name) -> float:
        """How much a given word that the name has not counts against it: less where it only says what kind of thing
        this is (Basra city), or is a middle name."""
        types = self.index.entities[name.entity].types
        if asked[position] in self.index.words_of_types(types):
            return _KIND
        between = min(partner) < position < max(partner)
        middle_name = between and _PERSON in types and len(partner) == len(name.words)
        return self.index.weight(asked[position]) * (_MIDDLE_NAME if middle_name else 1.0)

    def _namesakes(self, best: Entity, likeness: _Likeness, others: Sequence[tuple[Candidate, _Likeness]]) -> int:
        """How many others a name could stand for as well, where it is only a part of the best one's name: several
        people are called Sadr, and the Badr Organization is not the only Badr."""
        if not likeness.name or likeness.how != "name":
            return 0
        whole_name = set(words(best.name))
        if not set(likeness.name.words) < whole_name:
            return 0
        kinds = best.types - {_ROOT}
        return sum(
            1
            for candidate, other in others
            if other.how == "name" and other.contains >= _NAMESAKE and kinds & candidate.entity.types
        )

    def _scored(self, entity: Entity, likeness: _Likeness, question: Question) -> Candidate | None:
        """A candidate, or None where it falls short of what is asked for."""
        parts: list[tuple[str, str, float, float]] = []
        if question.name is not None or question.identifier is not None:
            parts.append((likeness.how, _FEATURE_NAMES[likeness.how], likeness.degree, 1.0))
        if question.types:
            has = [type_.id in entity.types for type_ in question.types]
            if question.type_rule == "should":
                parts.append(("type", _FEATURE_NAMES["type"], float(any(has)), _CONSTRAINT_WEIGHT))
            elif not (all(has) if question.type_rule == "all" else any(has)):
                return None
        for constraint in question.constraints:
            fit = self._fit(entity, constraint)
            if constraint.required and (fit is None or fit < _FITS):
                return None
            degree = _UNKNOWN if fit is None else fit
            name = f"Fits the given {constraint.property.name}"
            parts.append((f"property:{constraint.property.id}", name, degree, _CONSTRAINT_WEIGHT))
        total = sum(weight for *_, weight in parts)
        features = [Feature(id_, name, round(100 * degree * weight / total, 2)) for id_, name, degree, weight in parts]
        score = round(sum(feature.points for feature in features), 2)
        return Candidate(entity, min(score, 100.0), features) if score >= _LEAST_SCORE else None

    def _contradicted(self, entity: Entity, question: Question) -> bool:
        """Whether what the dataset says of an entity is against a constraint."""
        fits = [self._fit(entity, constraint) for constraint in question.constraints]
        return any(fit is not None and fit < _FITS for fit in fits)

    def _fit(self, entity: Entity, constraint: Constraint) -> float | None:
        """How well a property fits a constraint, 0 to 1; None where nothing can be compared."""
        known = entity.values.get(constraint.property.id, ())
        fits = [fit for given in constraint.values if (fit := self._value_fit(given, known)) is not None]
        if not fits:
            return None
        match constraint.quantifier:
            case "all":
                return min(fits)
            case "none":
                return 1.0 - max(fits)
        return max(fits)

    def _value_fit(self, given: str, known: Sequence[Value]) -> float | None:
        """How well the best of some values fits a given one; None where there are none, or it is not comparable."""
        fits = [fit for value in known if (fit := self._one_fit(given, value)) is not None]
        return max(fits, default=None)

    def _one_fit(self, given: str, value: Value) -> float | None:
        if value.span:
            days = span(given)
            return _date_fit(days, value.span) if days else None
        if value.number is not None:
            return _number_fit(given, value.number)
        if value.entity is not None:
            asked = self.index.entity(given)
            if asked:
                return float(asked.id == value.entity)
            likeness = self.name_likeness(given, self.index.names_of(value.entity)).get(value.entity)
            return likeness.degree if likeness and likeness.degree >= _FITS else 0.0
        if address_key(self.index.prefixes.expand(given.strip())) == address_key(value.text):
            return 1.0
        return fuzz.ratio(given.casefold(), value.text.casefold()) / 100


_ROOT: Final = "ips:Entity"
_PERSON: Final = "ips:Person"
_KIND: Final = 0.1
_MIDDLE_NAME: Final = 0.4
_EXACT: Final = 0.92
_DATED: Final = 0.3
_WHOLE: Final = 0.9
_NAMESAKE: Final = 0.5
_JOINED_LENGTH: Final = 6
_FITS: Final = 0.6
_NEAR_IN_TIME: Final = 0.5
_ONE_CONSONANT: Final = 0.8
_TWO_CONSONANTS: Final = 0.93
_CONSONANTS: Final = 0.98


def _consonant_likeness(asked: Word, known: Word) -> float:
    """How like words with the same consonants are: the fewer these are, the less they tell; vowels, where both have
    them, tell the rest."""
    if asked.arabic or known.arabic:
        return {0: 0.0, 1: _ONE_CONSONANT, 2: _TWO_CONSONANTS}.get(len(asked.consonants), _CONSONANTS)
    return 0.6 + 0.4 * fuzz.ratio(asked.spelling, known.spelling) / 100 if len(asked.consonants) > 1 else 0.0


def may_be_name(text: str) -> bool:
    """Whether a text is short enough for the name of something, or one of its properties."""
    return len(text) <= MAX_NAME_CHARACTERS and len(text.split(maxsplit=MAX_NAME_WORDS)) <= MAX_NAME_WORDS


def _may_be_mistyped(word: str) -> bool:
    """Not an acronym or a number, of which one wrong letter makes another."""
    return len(word) > 3 and word.isalpha()


def _readings(given: str) -> list[str]:
    """What a given name can be read as: as it is, and where something stands in parentheses, without it."""
    without = re.sub(r"\s*[(\[][^)\]]*[)\]]\s*", " ", given).strip()
    return [given, without] if without and without != given else [given]


def _is_better(likeness: _Likeness, than: _Likeness | None) -> bool:
    return than is None or likeness.degree > than.degree


def _share(weights: Mapping[int, float], degrees: Mapping[int, float]) -> float:
    total = sum(weights.values())
    return sum(weights[i] * degree for i, degree in degrees.items()) / total if total else 0.0


def _date_fit(asked: tuple[str, str], known: tuple[str, str]) -> float:
    """1 where the days can be the same, less where they are within a year of each other."""
    if asked[0] <= known[1] and known[0] <= asked[1]:
        return 1.0
    years = min(abs(int(asked[0][:4]) - int(known[1][:4])), abs(int(known[0][:4]) - int(asked[1][:4])))
    return _NEAR_IN_TIME if years <= 1 else 0.0


def _number_fit(given: str, known: float) -> float | None:
    try:
        return float(abs(float(given) - known) <= _SAME_PLACE_DEGREES)
    except ValueError:
        return None


_SAME_PLACE_DEGREES: Final = 0.05
