"""What a request to the facade asks for: its parameters read and checked, every complaint at once."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request
from pyoxigraph import Literal, NamedNode

from illicit_power.engine.formats import CSV, ResultFormat
from illicit_power.engine.query import Engine, select
from illicit_power.engine.terms import Term
from illicit_power.model.iris import is_iri
from illicit_power.model.vocabularies import XSD
from illicit_power.server.http.content_negotiation import negotiated
from illicit_power.server.http.graphs import LINKED_JSON, PLAIN_JSON
from illicit_power.server.http.problems import HTTPProblem
from illicit_power.server.queries import stored_query
from illicit_power.server.rest.collections import CERTAINTY, Collection
from illicit_power.server.rest.filters import Filter, name_of
from illicit_power.server.rest.times import BASES, DEFAULT_BASES, ranked

MAX_PAGE: Final = 200
DEFAULT_PAGE: Final = 50
GRAPH_FORMATS: Final = (PLAIN_JSON, LINKED_JSON)
LIST_FORMATS: Final = (*GRAPH_FORMATS, CSV)
_KEY_DATATYPES: Final = (str(XSD.string), str(XSD.integer), str(XSD.dateTime))
_MOST_GIVEN: Final = 200
_NAMED_AT_MOST: Final = 60
"""Allowed values that a complaint lists; of more it names the nearest."""


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a parameter, and what would be right.

    :ivar allowed: all values that it can have, where they are few
    :ivar nearest: where they are many, those that are most like the given one
    """

    parameter: str
    given: str
    message: str
    allowed: Sequence[str] = ()
    nearest: Sequence[str] = ()

    def described(self) -> dict[str, Any]:
        """As the problem document lists it."""
        values = {"allowed": list(self.allowed), "nearest": list(self.nearest)}
        return {
            "parameter": self.parameter,
            "message": self.message,
            "given": self.given[:_MOST_GIVEN],
            **{name: listed for name, listed in values.items() if listed},
        }

    def __str__(self) -> str:
        advice = f"; use one of {', '.join(self.allowed)}" if self.allowed else ""
        advice += f"; nearest: {', '.join(self.nearest)}" if self.nearest else ""
        return f"{self.parameter}: {self.message}{advice}"


@dataclass(frozen=True)
class Narrowing:
    """What the filters of a request ask for.

    :ivar patterns: those that hold of ``?item``, whatever its time
    :ivar time: what binds ``?rank`` for an ``?item`` whose time is right; empty where no time is asked for
    :ivar bases: on which of :data:`~illicit_power.server.rest.times.BASES` a match may rest
    """

    patterns: tuple[str, ...]
    time: str = ""
    bases: tuple[str, ...] = ()


class Parameters:
    """The parameters of a request, taken one after another; what is left over is unknown."""

    def __init__(self, request: Request, names: Iterable[str]) -> None:
        self._names = list(names)
        self._given: dict[str, str] = {}
        self.complaints: list[Complaint] = []
        for name, value in request.query_params.multi_items():
            if name not in self._names:
                self.complain(name, value, "there is no such parameter", self._names)
            elif name in self._given:
                self.complain(name, value, "given more than once")
            self._given[name] = value

    def complain(self, name: str, given: str, message: str, allowed: Sequence[str] = ()) -> None:
        self.complaints.append(Complaint(name, given, message, allowed))

    def get(self, name: str) -> str | None:
        return self._given.get(name)

    def choose(self, name: str, allowed: Sequence[str]) -> str:
        """One of some values; the first where none is given."""
        value = self._given.get(name, allowed[0])
        if value not in allowed:
            self.complain(name, value, "not one of the values that it can have", allowed)
            return allowed[0]
        return value

    def choose_several(self, name: str, allowed: Sequence[str], default: Sequence[str]) -> tuple[str, ...]:
        """Some values out of many, parted by commas."""
        if name not in self._given:
            return tuple(default)
        values = self._given[name].split(",")
        for value in values:
            if value not in allowed:
                self.complain(name, value, "not one of the values that it can have", allowed)
        return tuple(values)

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to a most."""
        value = self._given.get(name, str(default))
        if not value.isascii() or not value.isdigit() or not 1 <= int(value[:9]) <= most:
            self.complain(name, value, f"expected a whole number from 1 to {most}")
            return default
        return int(value)

    def filters(self, filters: Iterable[Filter]) -> dict[Filter, Term]:
        """The filters that are given, each with its value as a term."""
        terms: dict[Filter, Term] = {}
        for filter_ in filters:
            value = self._given.get(filter_.name)
            if value is None:
                continue
            try:
                terms[filter_] = filter_.kind.read(value)
            except ValueError as error:
                self.complain(filter_.name, value, str(error))
        span = {filter_.name: term.value for filter_, term in terms.items() if filter_.name in ("from", "to")}
        if len(span) == 2 and span["from"] > span["to"]:
            self.complain("to", self._given["to"], f"lies before from={self._given['from']}")
        return terms

    def narrowing(self, filters: Iterable[Filter], given: Mapping[Filter, Term]) -> Narrowing:
        """What the given filters ask for, as ``certainty`` and ``basis`` have it."""
        by_time = [filter_ for filter_ in given if filter_.time]
        patterns = tuple(filter_.pattern for filter_ in given if not filter_.time)
        if not any(filter_.time for filter_ in filters):
            return Narrowing(patterns)
        certain = self.choose("certainty", CERTAINTY) == CERTAINTY[1]
        bases = self.choose_several("basis", BASES, DEFAULT_BASES)
        if "certainty" in self._given and not any(filter_.certain_pattern for filter_ in given):
            self.complain("certainty", self._given["certainty"], "says how on is meant: give on too")
        if "basis" in self._given and not by_time:
            self.complain("basis", self._given["basis"], "says on what on, from and to may rest: give one of them too")
        if not by_time:
            return Narrowing(patterns)
        conditions = [(certain and filter_.certain_pattern) or filter_.pattern for filter_ in by_time]
        return Narrowing(patterns, ranked(by_time, conditions), bases)

    def format(self, request: Request, formats: Sequence[ResultFormat]) -> ResultFormat:
        """The format that ``format`` names, else the one that the Accept header likes best.

        :raises HTTPProblem: 406 where the header takes none of them
        """
        if "format" in self._given:
            by_name = {name: format_ for format_ in reversed(formats) for name in format_.names}
            if format_ := by_name.get(self._given["format"]):
                return format_
            self.choose("format", [format_.name for format_ in formats])
            return formats[0]
        return negotiated(request, formats)

    def check(self) -> None:
        """
        :raises HTTPProblem: 422 where there is any complaint
        """
        if self.complaints:
            raise unprocessable(self.complaints)


def unprocessable(complaints: Sequence[Complaint]) -> HTTPProblem:
    """A problem document that names each parameter, what is wrong with it, and the values that it can have."""
    parameters = [complaint.described() for complaint in complaints]
    return HTTPProblem(HTTPStatus.UNPROCESSABLE_ENTITY, ". ".join(map(str, complaints)), parameters=parameters)


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


@dataclass(frozen=True)
class Cursor:
    """The last item of a page in some order, after which the next page begins."""

    sort: str
    key: Literal
    item: NamedNode

    def encode(self) -> str:
        """As it stands in an address."""
        parts = [self.sort, self.key.value, self.key.datatype.value, self.item.value]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """
        :raises ValueError: for what no page gave
        """
        try:
            padded = text + "=" * (-len(text) % 4)
            sort, key, datatype, item = map(str, json.loads(base64.b64decode(padded, b"-_", validate=True)))
            if datatype not in _KEY_DATATYPES or not is_iri(item):
                raise ValueError(text)
        except (UnicodeDecodeError, ValueError, TypeError):
            raise ValueError("not a cursor: follow the link next of the page before") from None
        return cls(sort, Literal(key, datatype=NamedNode(datatype)), NamedNode(item))


def list_parameters(collection: Collection) -> list[str]:
    """The names of all parameters of a list."""
    filters = [filter_.name for filter_ in collection.filters]
    of_time = ["certainty", "basis"] if "on" in filters else []
    return [*filters, *of_time, "sort", "fields", "limit", "cursor", "format"]
