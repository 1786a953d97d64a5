"""The messages of the Reconciliation Service API, in its two versions that are in use.

Version 0.2 (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/) is what OpenRefine
speaks; 1.0-draft (https://reconciliation-api.github.io/specs/1.0-draft/) is on its way. Both are read into the same
questions, and the same candidates are written in the form of each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Final, Literal, NoReturn, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from illicit_power import __version__
from illicit_power.dataset.publication import NAME
from illicit_power.matching.index import Entity, Index, Property, Type, Value
from illicit_power.matching.scoring import Candidate, Constraint, Question, may_be_name
from illicit_power.model.iris import ENTITY, IPS

Json = dict[str, Any]

MAX_BATCH: Final = 1000
"""The most queries in a batch, and the most entities in a data extension query."""

MAX_CHARACTERS: Final = 100_000
"""The most characters of all names and values in a batch, of those that may be names."""

MAX_BATCH_CANDIDATES: Final = 20_000
"""The most candidates for all queries of a batch."""

MAX_CELLS: Final = 20_000
"""The most ids times properties in a data extension query."""

MAX_CANDIDATES: Final = 50
DEFAULT_CANDIDATES: Final = 10
PREVIEW_WIDTH: Final = 430
PREVIEW_HEIGHT: Final = 220
DEFAULT_TYPES: Final[Sequence[str]] = ("ips:Organization", "ips:Person", "ips:Place", "ips:Event")
IDENTIFIER_SPACE: Final = str(ENTITY)
SCHEMA_SPACE: Final = str(IPS)

_DOCUMENTATION = "https://w3id.org/illicit-power/"


class BadBatch(ValueError):
    """A batch that cannot be answered; the message says which query is wrong, and how to mend it."""


class BatchTooLarge(BadBatch):
    """A batch that asks for more than is answered at once."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Given(BaseModel):
    """An entity as a value."""

    id: str
    name: str | None = None

    def __str__(self) -> str:
        return self.id


Scalar = str | bool | int | float | _Given


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


_MOST_SHOWN: Final = 100
_MOST_VALUES: Final = 50
_MOST_CONDITIONS: Final = 50

Values = Annotated[list[Scalar], BeforeValidator(_listed), Field(max_length=_MOST_VALUES)]
Limit = Annotated[int, Field(ge=1)]


class _PropertyConstraint(_Message):
    pid: str
    v: Values


class _Query02(_Message):
    query: str | None = Field(None, min_length=1)
    type: Annotated[list[str], BeforeValidator(_listed), Field(max_length=_MOST_VALUES)] = []
    type_strict: Literal["any", "all", "should"] = "any"
    limit: Limit = DEFAULT_CANDIDATES
    properties: list[_PropertyConstraint] = Field([], max_length=_MOST_CONDITIONS)


class _Condition(_Message):
    match_type: Literal["name", "id", "property"] = Field(alias="matchType")
    property_id: str | None = Field(None, alias="propertyId")
    property_value: Values = Field(alias="propertyValue")
    required: bool = False
    match_quantifier: Literal["any", "all", "none"] = Field("any", alias="matchQuantifier")
    match_qualifier: str | None = Field(None, alias="matchQualifier")


class _Query10(_Message):
    conditions: list[_Condition] = Field(min_length=1, max_length=_MOST_CONDITIONS)
    type: str | None = None
    limit: Limit = DEFAULT_CANDIDATES
    lang: str | None = None
    dir: Literal["ltr", "rtl", "auto"] | None = None


class _Batch10(_Message):
    queries: list[_Query10]


class _WantedProperty(BaseModel):
    id: str
    settings: Json = {}


class _ExtensionQuery(_Message):
    ids: list[str]
    properties: list[_WantedProperty]


_Read = TypeVar("_Read")
_BATCH_02: Final = TypeAdapter(dict[str, _Query02])
_BATCH_10: Final = TypeAdapter(_Batch10)
_EXTENSION: Final = TypeAdapter(_ExtensionQuery)


def read_batch_02(text: str, index: Index) -> dict[str, Question]:
    """The questions of a query batch of version 0.2, by their keys.

    :raises BadBatch: when it is not a batch, is too large, or names what does not exist
    """
    batch = _read(_BATCH_02, text, '{"q0": {"query": "Mahdi Army"}}')
    _check_size(len(batch), "queries")
    questions = {key: _question_02(key, query, index) for key, query in batch.items()}
    _check_work(questions.values())
    return questions


def read_batch_10(text: str, index: Index) -> list[Question]:
    """The questions of a query batch of version 1.0-draft, in order.

    :raises BadBatch: when it is not a batch, is too large, or names what does not exist
    """
    batch = _read(
        _BATCH_10, text, '{"queries": [{"conditions": [{"matchType": "name", "propertyValue": "Mahdi Army"}]}]}'
    )
    _check_size(len(batch.queries), "queries")
    questions = [_question_10(f"query {number}", query, index) for number, query in enumerate(batch.queries)]
    _check_work(questions)
    return questions


def _question_02(key: str, query: _Query02, index: Index) -> Question:
    if query.query is None and not query.properties:
        raise BadBatch(f"{key}: give a query, or properties, or both.")
    constraints = [Constraint(_property(key, given.pid, index), _comparable(given.v)) for given in query.properties]
    types = [_type(key, type_, index) for type_ in query.type]
    limit = min(query.limit, MAX_CANDIDATES)
    return Question(query.query, None, types, query.type_strict, constraints, limit)


def _question_10(key: str, query: _Query10, index: Index) -> Question:
    by_kind: dict[str, list[_Condition]] = {"name": [], "id": [], "property": []}
    for condition in query.conditions:
        by_kind[condition.match_type].append(condition)
    for kind in ("name", "id"):
        if len(by_kind[kind]) > 1 or any(len(condition.property_value) != 1 for condition in by_kind[kind]):
            raise BadBatch(f"{key}: give one condition with the matchType {kind}, with one propertyValue.")
    constraints = []
    for condition in by_kind["property"]:
        if condition.property_id is None:
            raise BadBatch(f"{key}: a condition with the matchType property needs a propertyId.")
        if condition.match_qualifier is not None:
            raise BadBatch(f"{key}: there is no matchQualifier {condition.match_qualifier}; leave it out.")
        values = _comparable(condition.property_value)
        property_ = _property(key, condition.property_id, index)
        constraints.append(Constraint(property_, values, condition.match_quantifier, condition.required))
    name, identifier = (str(by_kind[kind][0].property_value[0]) if by_kind[kind] else None for kind in ("name", "id"))
    types = [_type(key, query.type, index)] if query.type is not None else []
    return Question(name, identifier, types, "any", constraints, min(query.limit, MAX_CANDIDATES))


@dataclass(frozen=True)
class Extension:
    """A data extension query, each id and each property once. :ivar ids: identifiers as given, known or not"""

    ids: Sequence[str]
    properties: Sequence[tuple[str, Property]]


def read_extension(text: str, index: Index) -> Extension:
    """A data extension query, which has one form in both versions.

    :raises BadBatch: when it is none, is too large, or names a property that does not exist
    """
    query = _read(_EXTENSION, text, '{"ids": ["jaish-al-mahdi"], "properties": [{"id": "founded"}]}')
    _check_size(len(query.ids), "ids")
    ids = list(dict.fromkeys(query.ids))
    given_ids = list(dict.fromkeys(given.id for given in query.properties))
    if (cells := len(ids) * len(given_ids)) > MAX_CELLS:
        raise BatchTooLarge(
            f"These are {cells:,} cells; ask for at most {MAX_CELLS:,} at a time: fewer ids, or fewer properties."
        )
    return Extension(ids, [(given, _property("properties", given, index)) for given in given_ids])


def _read(adapter: TypeAdapter[_Read], text: str, example: str) -> _Read:
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = " → ".join(str(part)[:_MOST_SHOWN] for part in first["loc"])
        more = f" (and {error.error_count() - 1} more errors)" if error.error_count() > 1 else ""
        raise BadBatch(f"{where + ': ' if where else ''}{first['msg']}{more}. An example: {example}") from None


def _check_size(size: int, of: str) -> None:
    if size > MAX_BATCH:
        raise BatchTooLarge(
            f"There are {size:,} {of}; send at most {MAX_BATCH:,} at a time (batchSize in the manifest)."
        )


def _check_work(questions: Iterable[Question]) -> None:
    """Whether a batch can be answered in its time.

    :raises BatchTooLarge: where it cannot
    """
    questions = list(questions)
    texts = [text for question in questions for text in _texts(question) if may_be_name(text)]
    if (characters := sum(map(len, texts))) > MAX_CHARACTERS:
        raise BatchTooLarge(
            f"There are {characters:,} characters in names and values; send at most {MAX_CHARACTERS:,} at a time."
        )
    if (candidates := sum(question.limit for question in questions)) > MAX_BATCH_CANDIDATES:
        raise BatchTooLarge(
            f"These are {candidates:,} candidates; ask for at most {MAX_BATCH_CANDIDATES:,} at a time: send fewer "
            "queries, or a lower limit."
        )


def _texts(question: Question) -> Iterator[str]:
    yield question.name or ""
    for constraint in question.constraints:
        yield from constraint.values


def _comparable(values: Values) -> list[str]:
    """The values of a constraint; what is longer than any value says nothing."""
    return [text for text in map(str, values) if may_be_name(text)]


def _type(key: str, given: str, index: Index) -> Type:
    return index.type(given) or _unknown(key, "type", given, index.types)


def _property(key: str, given: str, index: Index) -> Property:
    return index.property(given) or _unknown(key, "property", given, index.properties)


def _unknown(key: str, what: str, given: str, known: Mapping[str, Type] | Mapping[str, Property]) -> NoReturn:
    key, given = key[:_MOST_SHOWN], given[:_MOST_SHOWN]
    ids = {each: each for each in known} | {known[each].name: each for each in known}
    near = get_close_matches(given, ids, n=3, cutoff=0.6)
    meant = f"Did you mean {' or '.join(dict.fromkeys(ids[each] for each in near))}?" if near else ""
    raise BadBatch(f"{key}: there is no {what} {given}. {meant or f'/reconcile/suggest/{what}?prefix= lists all.'}")


def manifest_02(index: Index, endpoint: str) -> Json:
    """The service manifest of version 0.2.

    :param endpoint: where the service is reached, without a final slash
    """
    suggest = {
        what: {"service_url": endpoint, "service_path": f"/suggest/{what}"} for what in ("entity", "property", "type")
    }
    return {
        "versions": ["0.2", "1.0-draft"],
        "name": NAME,
        "identifierSpace": IDENTIFIER_SPACE,
        "schemaSpace": SCHEMA_SPACE,
        "documentation": _DOCUMENTATION,
        "serviceVersion": __version__,
        "logo": endpoint.partition("/reconcile")[0] + "/static/icon.svg",
        "view": {"url": IDENTIFIER_SPACE + "{{id}}"},
        "defaultTypes": [written_type(index.types[id_], index) for id_ in DEFAULT_TYPES if id_ in index.types],
        "suggest": suggest,
        "preview": {"url": endpoint + "/preview?id={{id}}", "width": PREVIEW_WIDTH, "height": PREVIEW_HEIGHT},
        "extend": {
            "propose_properties": {"service_url": endpoint, "service_path": "/extend/propose"},
            "property_settings": [],
        },
        "batchSize": MAX_BATCH,
    }


def manifest_10(index: Index, endpoint: str) -> Json:
    """The service manifest of version 1.0-draft, whose services have fixed places below the endpoint."""
    common = manifest_02(index, endpoint)
    kept = ("name", "documentation", "serviceVersion", "logo", "defaultTypes", "batchSize")
    return {
        "versions": ["1.0-draft"],
        **{key: common[key] for key in kept},
        "lang": "en",
        "view": {"url": IDENTIFIER_SPACE + "{id}"},
        "suggest": {"entity": True, "property": True, "type": True},
        "preview": {"width": PREVIEW_WIDTH, "height": PREVIEW_HEIGHT},
        "extend": {"proposeProperties": True, "propertySettings": []},
        "standardizedScore": True,
    }


def written_type(type_: Type, index: Index) -> Json:
    """A type with its direct parents."""
    parents = [{"id": id_, "name": index.types[id_].name} for id_ in type_.broader if id_ in index.types]
    return {"id": type_.id, "name": type_.name, **({"broader": parents} if parents else {})}


def write_results_02(results: Mapping[str, Iterable[Candidate]], index: Index) -> Json:
    """A result batch of version 0.2."""
    return {key: {"result": [_candidate(each, index) for each in found]} for key, found in results.items()}


def write_results_10(results: Iterable[Iterable[Candidate]], index: Index) -> Json:
    """A result batch of version 1.0-draft."""
    return {"results": [{"candidates": [_candidate(each, index) for each in found]} for found in results]}


def _candidate(candidate: Candidate, index: Index) -> Json:
    entity = candidate.entity
    features = [{"id": each.id, "name": each.name, "value": each.points} for each in candidate.features]
    if candidate.namesakes:
        name = "Others whom the given name would abbreviate as well"
        features.append({"id": "namesakes", "name": name, "value": candidate.namesakes})
    return {
        "id": entity.id,
        "name": entity.name,
        "description": entity.description,
        "type": own_types(entity, index),
        "score": candidate.score,
        "features": features,
        "match": candidate.match,
    }


def own_types(entity: Entity, index: Index) -> list[Json]:
    """The most special types of an entity, and before them those that the service offers first."""
    broader = {parent for id_ in entity.types for parent in index.types[id_].broader}
    ids = [id_ for id_ in DEFAULT_TYPES if id_ in entity.types]
    ids += sorted(entity.types - broader - set(ids))
    return [{"id": id_, "name": index.types[id_].name} for id_ in ids]


def write_extension_02(extension: Extension, index: Index) -> Json:
    """A data extension response of version 0.2; an entity that does not exist has no values."""
    rows = {
        id_: {given: _values(id_, wanted, index) for given, wanted in extension.properties} for id_ in extension.ids
    }
    return {"meta": _meta(extension, index), "rows": rows}


def write_extension_10(extension: Extension, index: Index) -> Json:
    """A data extension response of version 1.0-draft; an entity that does not exist has no values."""
    rows = [
        {
            "id": id_,
            "properties": [
                {"id": given, "values": _values(id_, wanted, index)} for given, wanted in extension.properties
            ],
        }
        for id_ in extension.ids
    ]
    return {"meta": _meta(extension, index), "rows": rows}


def write_proposal(type_: Type, limit: int | None, index: Index) -> Json:
    """The properties that entities of a type have, those that most have first."""
    counts: dict[str, int] = {}
    for entity in index.entities.values():
        if type_.id in entity.types:
            for id_ in entity.values:
                counts[id_] = counts.get(id_, 0) + 1
    ids = sorted((id_ for id_ in counts if id_ in index.properties), key=lambda id_: (-counts[id_], id_))[:limit]
    properties = [
        {"id": id_, "name": index.properties[id_].name, "description": index.properties[id_].description} for id_ in ids
    ]
    return {"type": type_.id, "properties": properties, **({"limit": limit} if limit is not None else {})}


def _meta(extension: Extension, index: Index) -> list[Json]:
    """The properties that were asked for, with the type of their values where these are entities."""
    columns = []
    for given, wanted in extension.properties:
        column: Json = {"id": given, "name": wanted.name}
        if wanted.range is not None and (type_ := index.types.get(wanted.range)):
            column["type"] = {"id": type_.id, "name": type_.name}
        columns.append(column)
    return columns


def _values(id_: str, property_: Property, index: Index) -> list[Json]:
    entity = index.entity(id_)
    return [_value(value) for value in entity.values.get(property_.id, ())] if entity else []


def _value(value: Value) -> Json:
    if value.entity is not None:
        return {"id": value.entity, "name": value.text}
    return {"str": value.text} if value.number is None else {"float": value.number}


def write_suggested_entity(entity: Entity, index: Index) -> Json:
    """An entity as auto-completion shows it."""
    return {
        "id": entity.id,
        "name": entity.name,
        "description": entity.description,
        "notable": own_types(entity, index),
    }


def write_suggested_term(term: Type | Property) -> Json:
    """A type or property as auto-completion shows it."""
    return {"id": term.id, "name": term.name, "description": term.description}


def to_json(content: Json) -> bytes:
    """JSON in UTF-8, letters as they are."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
