"""The filters of lists: how each is read, described, bound and checked. No value ever becomes query text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from illicit_power.engine.query import Engine, select
from illicit_power.engine.terms import Term
from illicit_power.model.iris import BASE, ENTITY, IPS, VOCABULARY
from illicit_power.model.time import date_bounds
from illicit_power.model.vocabularies import XSD
from illicit_power.server.http.parameters import Complaint, Parameters, unprocessable
from illicit_power.server.queries import stored_query

_SLUG: Final = re.compile(r"[^\x00-\x20<>\"{}|\\^`/]+")
_CLASS: Final = re.compile(r"[A-Z][A-Za-z]*")
_MOST_TEXT: Final = 100
_MOST_PAGE: Final = 100_000
_NAMED_AT_MOST: Final = 60
"""Values of the dataset that a complaint lists; of more it names the nearest."""


@dataclass(frozen=True, eq=False)
class Kind:
    """What the values of a parameter are.

    :ivar schema: JSON Schema
    :ivar read: gives the term for a value; raises ValueError with what would be one
    :ivar known: the query of the server that lists all values in the dataset, as ``?value``; none where any will do
    :ivar namespace: of these values
    :ivar bindings: of that query
    :ivar unknown: what to say of a value that the query does not list
    """

    schema: dict[str, Any]
    read: Callable[[str], Term]
    known: str = ""
    namespace: str = ENTITY
    bindings: dict[str, Term] = field(default_factory=dict)
    unknown: str = "not in the dataset"


@dataclass(frozen=True, eq=False)
class Filter:
    """A parameter that narrows a list.

    :ivar name: as it stands in the address
    :ivar pattern: what must hold of ``?item``; the value is bound to the variable of the filter
    :ivar certain_pattern: the same for ``certainty=certainly``
    :ivar example: a value that finds something
    :ivar time: of a filter by time: what binds the bounds that ``pattern`` tests, as :mod:`.times` has it
    :ivar written: of a filter by time: the condition under which a match rests on what is written, and not on
        a bound that is derived
    """

    name: str
    kind: Kind
    description: str
    pattern: str = ""
    certain_pattern: str = ""
    example: str = ""
    time: str = ""
    written: str = ""

    @property
    def variable(self) -> str:
        first, *others = self.name.split("-")
        return first + "".join(word.capitalize() for word in others)

    def by(self, pattern: str, example: str) -> Filter:
        """This filter, holding by another pattern."""
        return replace(self, pattern=pattern, example=example)

    def such_as(self, example: str) -> Filter:
        """This filter with another example."""
        return replace(self, example=example)


def _text(value: str) -> Term:
    if not value.strip() or len(value) > _MOST_TEXT:
        raise ValueError(f"expected part of a name, of 1 to {_MOST_TEXT} characters")
    return Literal(value.strip().lower())


def _thing(namespace: str) -> Callable[[str], Term]:
    def read(value: str) -> Term:
        local_name = value.removeprefix(namespace) if value.startswith(BASE) else value
        if not _SLUG.fullmatch(local_name):
            raise ValueError(f"expected a slug, or an IRI that starts with {namespace}")
        try:
            return NamedNode(namespace + local_name)
        except ValueError:
            raise ValueError("has characters that no IRI can have") from None

    return read


def _class(value: str) -> Term:
    local_name = value.removeprefix(str(IPS))
    if not _CLASS.fullmatch(local_name):
        raise ValueError("expected the name of a class of the ontology, such as Militia")
    return NamedNode(IPS[local_name])


def _page(value: str) -> Term:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= _MOST_PAGE:
        raise ValueError("expected the number of a page")
    return Literal(str(int(value)), datatype=NamedNode(XSD.integer))


def _day(value: str) -> Term:
    try:
        return _moment(datetime.combine(date.fromisoformat(value), datetime.min.time()))
    except ValueError:
        raise ValueError("expected a day as YYYY-MM-DD, such as 2007-02-15") from None


def _beginning(value: str) -> Term:
    return _moment(_span(value)[0])


def _end(value: str) -> Term:
    return _moment(_span(value)[1])


def _span(value: str) -> tuple[datetime, datetime]:
    """First and last second of a year, a month or a day."""
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", value, re.ASCII):
        raise ValueError("expected a year, a month or a day: 2007, 2007-02 or 2007-02-15")
    try:
        limits = date_bounds(value)
    except ValueError:
        raise ValueError(f"there is no such date: {value}") from None
    assert limits.start_earliest, "a date has a first second"
    assert limits.end_latest, "a date has a last second"
    return limits.start_earliest, limits.end_latest


def _moment(moment: datetime) -> Literal:
    return Literal(moment.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0"), datatype=NamedNode(XSD.dateTime))


_STRING: Final = {"type": "string"}

TEXT: Final = Kind({"type": "string", "minLength": 1, "maxLength": _MOST_TEXT}, _text)
PAGE: Final = Kind({"type": "integer", "minimum": 1, "maximum": _MOST_PAGE}, _page)
DAY: Final = Kind({"type": "string", "format": "date"}, _day)
BEGINNING: Final = Kind({"type": "string", "pattern": r"^\d{4}(-\d\d){0,2}$"}, _beginning)
END: Final = replace(BEGINNING, read=_end)


def entity_of(class_: str) -> Kind:
    """Something of a class, by its slug or IRI."""
    unknown = f"no {_name(class_)} of the dataset"
    return Kind(_STRING, _thing(ENTITY), "members", ENTITY, {"class": NamedNode(class_)}, unknown)


def subclass_of(class_: str) -> Kind:
    """A class below another one, by its name."""
    unknown = f"no class of {_name(class_)} that has members"
    return Kind(_STRING, _class, "subclasses", IPS, {"class": NamedNode(class_)}, unknown)


def concept_of(scheme: str) -> Kind:
    """A concept of a vocabulary, by its slug or IRI."""
    namespace = str(VOCABULARY[scheme + "/"])
    unknown = f"no concept of the vocabulary {scheme}"
    return Kind(_STRING, _thing(namespace), "concepts", namespace, {"scheme": NamedNode(VOCABULARY[scheme])}, unknown)


def _name(class_: str) -> str:
    return class_.removeprefix(str(IPS))


def name_of(value: str, kind: Kind) -> str:
    """How a value of a parameter is written, from its IRI."""
    return value.removeprefix(kind.namespace)


def read_filters(parameters: Parameters, filters: Iterable[Filter]) -> dict[Filter, Term]:
    """The filters that are given, each with its value as a term."""
    terms: dict[Filter, Term] = {}
    for filter_ in filters:
        value = parameters.get(filter_.name)
        if value is None:
            continue
        try:
            terms[filter_] = filter_.kind.read(value)
        except ValueError as error:
            parameters.complain(filter_.name, value, str(error))
    span = {filter_.name: term.value for filter_, term in terms.items() if filter_.name in ("from", "to")}
    if len(span) == 2 and span["from"] > span["to"]:
        parameters.complain("to", parameters.get("to") or "", f"lies before from={parameters.get('from')}")
    return terms


async def refuse_unknown_values(engine: Engine, given: Mapping[Filter, Term]) -> None:
    """Tell a value that the dataset does not know from one that matches nothing; asked where nothing was found.

    :raises HTTPProblem: 422 for values that are not in the dataset
    """
    complaints = []
    for filter_, term in given.items():
        kind = filter_.kind
        if not kind.known:
            continue
        rows = await select(engine, stored_query(kind.known), kind.bindings)
        known = {row["value"].value for row in rows}
        if term.value not in known:
            names = sorted(name_of(iri, kind) for iri in known)
            given_name = name_of(term.value, kind)
            if len(names) > _NAMED_AT_MOST:
                near = get_close_matches(given_name, names, cutoff=0.5)
                complaints.append(Complaint(filter_.name, given_name, kind.unknown, nearest=near))
            else:
                complaints.append(Complaint(filter_.name, given_name, kind.unknown, names))
    if complaints:
        raise unprocessable(complaints)
