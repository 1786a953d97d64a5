"""Lists of the facade: one bound query gives the number of all items and what is said of those on the page."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from typing import Any, Final

from fastapi import Request
from pyoxigraph import Literal, NamedNode, Triple
from starlette.responses import Response

from illicit_power.dataset.jsonld import NodeObject, Tree, context
from illicit_power.engine.formats import CSV, ResultFormat
from illicit_power.engine.query import Engine, select
from illicit_power.engine.terms import Term
from illicit_power.server.http.links import link
from illicit_power.server.http.parameters import Parameters
from illicit_power.server.queries import stored_query
from illicit_power.server.rest.collections import NESTED, Collection, Sort
from illicit_power.server.rest.filters import Filter, read_filters, refuse_unknown_values
from illicit_power.server.rest.formats import LIST_FORMATS
from illicit_power.server.rest.linked_json import linked_json
from illicit_power.server.rest.pagination import DEFAULT_PAGE, MAX_PAGE, Cursor
from illicit_power.server.rest.times import BASES, Narrowing, narrowed

BY_BASIS: Final = "X-Total-Count-By-Basis"
"""The header that says on what the matches of a time rest."""

_ONE_MORE: Final = {size: str(size + 1) for size in range(1, MAX_PAGE + 1)}
"""The LIMIT for each size of a page: one more than is shown tells whether there is a next one."""

_AFTER: Final = {
    "ASC": "FILTER(?key > ?afterKey || ?key = ?afterKey && STR(?item) > STR(?after))",
    "DESC": "FILTER(?key < ?afterKey || ?key = ?afterKey && STR(?item) > STR(?after))",
}
_UNDATED: Final = {
    "ASC": '"9999-12-31T23:59:59Z"^^xsd:dateTime',
    "DESC": '"0001-01-01T00:00:00Z"^^xsd:dateTime',
}
_NOTHING: Final[Mapping[str, Term]] = {}
_BETWEEN_VALUES: Final = " | "
_BETWEEN_PARTS: Final = ", "
_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True)
class _Asked:
    """What a request for a list asks for."""

    given: Mapping[Filter, Term]
    narrowing: Narrowing
    sort: Sort
    direction: str
    fields: tuple[str, ...]
    limit: int
    cursor: Cursor | None
    format: ResultFormat


async def answer_list(request: Request, engine: Engine, collection: Collection, context_address: str) -> Response:
    """A page of a collection."""
    asked = _asked(request, collection)
    rows: Sequence[Mapping[str, Any]] = await select(engine, *_query(collection, asked))
    total = int(rows[0]["total"].value) if rows else 0
    if total == 0:
        await refuse_unknown_values(engine, asked.given)
    keys: dict[NamedNode, Literal] = {row["item"]: row["key"] for row in rows if "item" in row}
    shown = list(keys)[: asked.limit]
    tree = Tree(_triples(rows, set(shown)))
    items = [tree.node(item) for item in shown]
    headers = {"X-Total-Count": str(total)}
    headers |= await totals_by_basis(engine, asked.given, asked.narrowing, _members(collection))
    cursor = None
    if len(keys) > asked.limit:
        cursor = Cursor(asked.sort.name, keys[shown[-1]], shown[-1])
    links = _links(request, cursor)
    if asked.format == CSV:
        headers |= {"Vary": "Accept", "Link": ", ".join(links)}
        return Response(_table(items, asked.fields), 200, headers, f"{CSV.media_type}; charset=utf-8; header=present")
    return linked_json({"items": items}, context_address, asked.format, links=links, headers=headers)


def _asked(request: Request, collection: Collection) -> _Asked:
    parameters = Parameters(request, list_parameters(collection))
    given = read_filters(parameters, collection.filters)
    narrowing = narrowed(parameters, collection.filters, given)
    sorts = {sort.name: sort for sort in collection.sorts}
    sort = parameters.choose("sort", [*sorts, *(f"-{name}" for name in sorts)])
    cursor = None
    if text := parameters.get("cursor"):
        try:
            cursor = Cursor.decode(text)
            if cursor.sort != sort.lstrip("-"):
                raise ValueError("of a list in another order: follow the link next of the page before")
        except ValueError as error:
            parameters.complain("cursor", text, str(error))
    asked = _Asked(
        given,
        narrowing,
        sorts[sort.lstrip("-")],
        "DESC" if sort.startswith("-") else "ASC",
        parameters.choose_several("fields", collection.fields, collection.fields),
        parameters.number("limit", DEFAULT_PAGE, MAX_PAGE),
        cursor,
        parameters.format(request, LIST_FORMATS),
    )
    parameters.check()
    return asked


def list_parameters(collection: Collection) -> list[str]:
    """The names of all parameters of a list."""
    filters = [filter_.name for filter_ in collection.filters]
    of_time = ["certainty", "basis"] if "on" in filters else []
    return [*filters, *of_time, "sort", "fields", "limit", "cursor", "format"]


def _query(collection: Collection, asked: _Asked) -> tuple[str, dict[str, Term]]:
    return composed(
        "list",
        asked.given,
        {"afterKey": asked.cursor.key, "after": asked.cursor.item} if asked.cursor else {},
        match=matched(asked.given, asked.narrowing, _members(collection)),
        sort=asked.sort.pattern.replace("%undated%", _UNDATED[asked.direction]),
        aggregate=asked.sort.aggregate,
        after=_AFTER[asked.direction] if asked.cursor else "",
        direction=asked.direction,
        limit=_ONE_MORE[asked.limit],
        properties=", ".join(_properties(asked.fields)),
        details=" ".join(_properties(name for field in asked.fields for name in NESTED.get(field, ()))),
    )


def _members(collection: Collection) -> str:
    return f"?item a <{collection.class_}> . {collection.match}"


def matched(given: Mapping[Filter, Term], narrowing: Narrowing, members: str) -> str:
    """The pattern of what a request asks for.

    :param members: what holds of every ``?item``
    """
    pattern = " ".join((members, *narrowing.patterns))
    if not narrowing.time:
        return pattern
    bound = _bound(filter_.variable for filter_ in given)
    ranks = ", ".join(str(BASES.index(basis) + 1) for basis in narrowing.bases)
    return (
        f"{{ SELECT ?item (MIN(?rank) AS ?best) {bound} WHERE {{ {pattern} {narrowing.time} }} "
        f"GROUP BY ?item {bound} }} "
        f"FILTER(?best IN ({ranks}))"
    )


async def totals_by_basis(
    engine: Engine, given: Mapping[Filter, Term], narrowing: Narrowing, members: str
) -> dict[str, str]:
    """The header that says how many matches rest on what, those that are not asked for among them; each counts once, by
    the firmest ground. It is a dictionary of RFC 9651, 3.2; there is none where no time is asked for.
    """
    if not narrowing.time:
        return {}
    whole = replace(narrowing, bases=BASES)
    text, bindings = composed("bases", given, match=matched(given, whole, members))
    rows: Sequence[Mapping[str, Any]] = await select(engine, text, bindings)
    counts = {BASES[int(row["best"].value) - 1]: row["n"].value for row in rows}
    return {BY_BASIS: ", ".join(f"{basis}={counts.get(basis, 0)}" for basis in BASES)}


def _bound(names: Iterable[str]) -> str:
    """The variables of bindings, as a SELECT in the query hands them through."""
    return " ".join(f"?{name}" for name in names)


def composed(
    query: str, given: Mapping[Filter, Term], others: Mapping[str, Term] = _NOTHING, **fragments: str
) -> tuple[str, dict[str, Term]]:
    """The text of a query, put together from fragments of our own, and the bindings that hold what a request gave.

    :param query: name of a query of the server, with places for fragments between percent signs
    :param given: values of filters
    :param others: values of further variables
    """
    bindings = {**{filter_.variable: term for filter_, term in given.items()}, **others}
    bound = _bound(bindings)
    fragments |= {"bound": bound, "group": f"GROUP BY {bound}" if bound else ""}
    text = stored_query(query)
    for name, fragment in fragments.items():
        text = text.replace(f"%{name}%", fragment)
    return text, bindings


def _properties(names: Iterable[str]) -> list[str]:
    return [f"<{_TYPE if name == 'type' else context().iri(name)}>" for name in names]


_STATEMENTS: Final = (
    ("item", "property", "value"), ("value", "naming", "name"),
    ("value", "detail", "detailValue"), ("detailValue", "detailNaming", "detailName"),
)  # fmt: skip
"""The triples that a row holds, as names of its variables."""


def _triples(rows: Iterable[Mapping[str, Any]], items: set[NamedNode]) -> Iterable[Triple]:
    triples: dict[Triple, None] = {}
    for row in rows:
        if "property" in row and row["item"] in items:
            for names in _STATEMENTS:
                if all(name in row for name in names):
                    triples[Triple(*(row[name] for name in names))] = None
    return triples


def _links(request: Request, cursor: Cursor | None) -> list[str]:
    links = [link(str(request.url.remove_query_params("cursor")), "first")]
    if cursor:
        links.append(link(str(request.url.include_query_params(cursor=cursor.encode())), "next"))
    return links


def _table(items: Iterable[NodeObject], fields: Iterable[str]) -> str:
    """Items as CSV (RFC 4180): a column for each field, and one for the names of what a field refers to."""
    columns = ["id"]
    for field in fields:
        if field in NESTED:
            columns += [column for name in NESTED[field] for column in _columns(f"{field}.{name}")]
        else:
            columns += _columns(field)
    output = StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(columns)
    for item in items:
        writer.writerow([_cell(item, column) for column in columns])
    return output.getvalue()


def _columns(field: str) -> list[str]:
    name = field.rpartition(".")[2]
    refers = name not in ("id", "type") and context().is_reference(context().iri(name))
    return [field, f"{field}.label"] if refers else [field]


def _cell(item: NodeObject, column: str) -> str:
    """The values of a column; of a nested field a part for each value that it is nested in, empty where there is none.

    So the parts at one place in the cells of ``evidence.page`` and ``evidence.hedge`` speak of the same evidence.
    """
    first, _, inner = column.partition(".")
    if first in NESTED:
        return _BETWEEN_VALUES.join(_BETWEEN_PARTS.join(_found(node, inner)) for node in _values(item, first))
    return _BETWEEN_VALUES.join(_found(item, column))


def _found(node: Any, column: str) -> list[str]:
    found: list[Any] = [node]
    for step in column.split("."):
        found = [value for one in found for value in _values(one, step)]
    return [_text(value) for value in found]


def _values(node: Any, step: str) -> list[Any]:
    if not isinstance(node, dict):
        return []
    if step == "label" and "label" not in node:
        step = "prefLabel"
    value = node.get(step, [])
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("id", value.get("@value", "")))
    return str(value).lower() if isinstance(value, bool) else str(value)
