"""What OpenAPI says of the facade, made from the same table as its routes. The examples are run by the tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote

from illicit_power.dataset.jsonld import context
from illicit_power.engine.formats import CSV, ResultFormat
from illicit_power.server.rest.collections import NESTED, NETWORK_FILTERS, Collection
from illicit_power.server.rest.filters import Filter
from illicit_power.server.rest.formats import JSON_FORMATS, LIST_FORMATS
from illicit_power.server.rest.lists import BY_BASIS
from illicit_power.server.rest.pagination import DEFAULT_PAGE, MAX_PAGE
from illicit_power.server.rest.times import CERTAINTY, DEFAULT_BASES

Operation = dict[str, Any]
Schema = dict[str, Any]

_IRI: Final[Schema] = {"type": "string", "format": "iri"}
_CONTEXT: Final[Schema] = {"type": "string", "format": "uri", "description": "where the JSON-LD context is"}
_REFERENCE: Final[Schema] = {
    "description": "an IRI, or what it stands for with its name",
    "anyOf": [
        _IRI,
        {
            "type": "object",
            "required": ["id"],
            "properties": {"id": _IRI, "prefLabel": {"type": "string"}, "label": {"type": "string"}},
        },
    ],
}
_BY_DATATYPE: Final[dict[str, Schema]] = {
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "dateTime": {"type": "string", "format": "date-time"},
    "decimal": {"type": "string", "description": "a decimal number, as a string so that no digit is lost"},
}
_TOTALS_BY_BASIS: Final[Schema] = {
    BY_BASIS: {
        "description": "with on, from or to: how many matches rest on which basis, those not asked for among them, "
        "as in stated=4, context=8, derived=37; each counts once, by the firmest",
        "schema": {"type": "string"},
    }
}
_PROBLEM: Final[Schema] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what is wrong, and the way out"},
        "parameters": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["parameter", "message", "given"],
                "properties": {
                    "parameter": {"type": "string"},
                    "message": {"type": "string"},
                    "given": {"type": "string"},
                    "allowed": {"type": "array", "items": {"type": "string"}},
                    "nearest": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
        "nearest": {"type": "array", "items": _IRI},
        "replacedBy": {"type": "array", "items": _IRI},
    },
}


def list_operation(collection: Collection) -> Operation:
    """The list of a collection."""
    schema = _object({"@context": _CONTEXT, "items": {"type": "array", "items": _item(collection.fields)}})
    headers = {
        "X-Total-Count": {"description": "number of all items", "schema": {"type": "integer"}},
        "Link": {"description": "first and, where there is one, next page", "schema": {"type": "string"}},
    }
    if any(filter_.time for filter_ in collection.filters):
        headers |= _TOTALS_BY_BASIS
    errors = {422: "a parameter that does not exist, or a value that it cannot have"}
    return {
        "summary": f"List {collection.name.replace('-', ' ')}",
        "description": collection.description,
        "operation_id": f"list-{collection.name}",
        "responses": _responses(schema, LIST_FORMATS, headers, errors),
        "openapi_extra": {"parameters": [*_filters(collection.filters), *_presentation(collection)]},
    }


def _presentation(collection: Collection) -> list[Schema]:
    """The parameters that say how a list is shown."""
    sorts = [name for sort in collection.sorts for name in (sort.name, f"-{sort.name}")]
    orders = "; ".join(f"{sort.name}: {sort.description}" for sort in collection.sorts)
    fields = f"what to show of each, parted by commas: {', '.join(collection.fields)}"
    size = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": DEFAULT_PAGE}
    cursor = "where the page begins; taken from the link next of the page before"
    return [
        _parameter("sort", f"{orders}; a minus turns it round", _choice(sorts, sorts[0]), sorts[-1]),
        _parameter("fields", fields, {"type": "string"}, ",".join(collection.fields[1:3])),
        _parameter("limit", "items on a page", size, 10),
        _parameter("cursor", cursor, {"type": "string"}),
        _format(LIST_FORMATS),
    ]


def item_operation(collection: Collection) -> Operation:
    """A single thing of a collection."""
    claim = _item((*collection.fields, "evidence"))
    properties = {"@context": _CONTEXT, "claims": {"type": "array", "items": claim}}
    schema = _item(collection.fields)
    schema["properties"] |= properties
    return {
        "summary": f"One {collection.singular}",
        "description": "All that is said of it, and every claim about it, each with its evidence.",
        "operation_id": f"get-{collection.singular.replace(' ', '-')}",
        "responses": _responses(
            schema,
            JSON_FORMATS,
            {},
            {404: "there is none, with the nearest ones", 410: "withdrawn, with what replaces it"},
        ),
        "openapi_extra": {
            "parameters": [
                {
                    "name": "slug",
                    "in": "path",
                    "required": True,
                    "description": f"the rest of the IRI after {collection.namespace}",
                    "schema": {"type": "string"},
                    "example": collection.example,
                },
                _format(JSON_FORMATS),
            ]
        },
    }


def network_operation() -> Operation:
    """The network."""
    node = _item(("type", "prefLabel"))
    link_ = _item(
        ("label", "stance", "qualification", "role", "time", "begin", "end", "attested", "timeBasis", "evidence")
    )
    link_["required"] += ["source", "target", "pages"]
    link_["properties"] |= {
        "type": {"type": "string", "description": "class of the claim"},
        "source": _IRI,
        "target": _IRI,
        "pages": {"type": "array", "items": {"type": "integer"}},
    }
    schema = _object(
        {
            "@context": {"type": "array", "prefixItems": [_CONTEXT, {"type": "object"}]},
            "nodes": {"type": "array", "items": node},
            "links": {"type": "array", "items": link_},
        }
    )
    return {
        "summary": "The network",
        "description": "Entities as nodes, and as links the relations that are claimed between them, for a program "
        "that draws graphs. Each link is a claim: its id leads to the evidence.",
        "operation_id": "get-network",
        "responses": _responses(schema, JSON_FORMATS, _TOTALS_BY_BASIS, {422: "a wrong parameter"}),
        "openapi_extra": {"parameters": [*_filters(NETWORK_FILTERS), _format(JSON_FORMATS)]},
    }


def example_address(path: str, operation: Operation) -> str:
    """An address to try an operation at: a thing that exists, or the list by its first filter."""
    parameters = operation.get("parameters", [])
    for parameter in parameters:
        if parameter["in"] == "path":
            return path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
    first = next((parameter for parameter in parameters if "example" in parameter), None)
    return f"{path}?{first['name']}={quote(str(first['example']))}" if first else path


def _filters(filters: Iterable[Filter]) -> list[Schema]:
    described = []
    for filter_ in filters:
        described.append(_parameter(filter_.name, filter_.description, filter_.kind.schema, filter_.example))
        if filter_.certain_pattern:
            meaning = "with on: whether it can have been so on the day, or must have been"
            described.append(_parameter("certainty", meaning, _choice(CERTAINTY, CERTAINTY[0])))
            grounds = "with on, from and to: on what a match may rest, parted by commas: the text states the time, its "
            grounds += "context gives it, or only derived bounds allow it"
            default = {"type": "string", "default": ",".join(DEFAULT_BASES)}
            described.append(_parameter("basis", grounds, default))
    return described


def _parameter(name: str, description: str, schema: Schema, example: Any = None) -> Schema:
    parameter = {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
    return parameter if example is None else {**parameter, "example": example}


def _format(formats: Iterable[ResultFormat]) -> Schema:
    names = [format_.name for format_ in formats]
    return _parameter("format", "instead of an Accept header", _choice(names, names[0]), names[-1])


def _choice(values: Iterable[str], default: str) -> Schema:
    return {"type": "string", "enum": list(values), "default": default}


def _responses(
    schema: Schema, formats: Iterable[ResultFormat], headers: Schema, errors: dict[int, str]
) -> dict[int | str, Schema]:
    content = {format_.media_type: {"schema": {"type": "string"} if format_ == CSV else schema} for format_ in formats}
    problem = {"application/problem+json": {"schema": _PROBLEM}}
    found: Schema = {"description": "found", "content": content, **({"headers": headers} if headers else {})}
    responses: dict[int | str, Schema] = {200: found}
    return responses | {status: {"description": text, "content": problem} for status, text in errors.items()}


def _item(fields: Iterable[str]) -> Schema:
    schema = _object({"id": _IRI, **{field: _field(field) for field in fields}})
    return {**schema, "required": ["id"]}


def _object(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _field(name: str) -> Schema:
    """The schema of the values of a term of the context."""
    if name == "type":
        return {"type": "array", "items": {"type": "string"}, "description": "its most specific classes"}
    property_ = context().iri(name)
    datatype = context().datatype(property_)
    if name in NESTED:
        one: Schema = {"anyOf": [_item(("type", *NESTED[name])), _IRI]}
    else:
        one = _REFERENCE if context().is_reference(property_) else _BY_DATATYPE.get(datatype, {})
    return {"type": "array", "items": one} if context().is_set(property_) else one
