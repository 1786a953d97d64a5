"""The parameters of a request target's query, read and checked; every complaint at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request

from illicit_power.engine.formats import ResultFormat
from illicit_power.server.http.content_negotiation import negotiated
from illicit_power.server.http.problems import HTTPProblem

_MOST_DIGITS: Final = 9
_MOST_GIVEN: Final = 200


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
        number = int(value) if value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS else 0
        if not 1 <= number <= most:
            self.complain(name, value, f"expected a whole number from 1 to {most}")
            return default
        return number

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
