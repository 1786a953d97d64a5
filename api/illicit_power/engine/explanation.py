"""Why a query finds what it finds: a value that the worker makes and the server shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

COUNTED: Final = 10_000
"""Rows are counted up to this number, which then means that many or more."""

StepKind = Literal[
    "pattern", "values", "bind", "group", "optional", "union", "minus", "graph", "subquery", "filter", "solutions"
]


@dataclass(frozen=True)
class Step:
    """A part of a query's pattern.

    :ivar text: the part as it is written, on one line
    :ivar line: the line where it begins, from 1
    :ivar depth: how many braces are around it, from 0
    :ivar alone: rows that it matches by itself; None for FILTER and BIND, which match nothing by themselves
    :ivar together: rows that are left with it and all before it in the same braces; None from where on there are none
    :ivar notes: what can be said about it
    """

    text: str
    kind: StepKind
    line: int
    depth: int
    alone: int | None
    together: int | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Nearest:
    """A term that exists, and may have been meant.

    :ivar term: as a prefixed name, or an IRI in angle brackets
    :ivar role: what it is: class, class of claims, property, concept, …
    """

    term: str
    role: str

    def __str__(self) -> str:
        return f"{self.term} ({self.role})" if self.role else self.term


@dataclass(frozen=True)
class UnknownTerm:
    """An IRI of a query that the data does not have.

    :ivar term: as it is written
    :ivar line: the line where it is first, from 1
    """

    term: str
    line: int
    nearest: tuple[Nearest, ...]

    def __str__(self) -> str:
        if not self.nearest:
            return f"{self.term} (line {self.line}) is not in the data, nor is anything like it."
        return f"{self.term} (line {self.line}) is not in the data. Nearest: {', '.join(map(str, self.nearest))}."


@dataclass(frozen=True)
class Explanation:
    """Why a query finds what it finds.

    :ivar answers: its rows or triples, or 1 and 0 for the yes and no of ASK; counted up to :data:`COUNTED`
    :ivar summary: the reason in a sentence or two
    :ivar terms: the IRIs of the query that the data does not have
    :ivar steps: the parts of its pattern, in the order in which they are written; FILTERs follow what they filter
    """

    answers: int
    summary: str
    terms: tuple[UnknownTerm, ...]
    steps: tuple[Step, ...]

    def document(self) -> dict[str, Any]:
        """The explanation as JSON has it: its fields, and ``counted_to``, see :data:`COUNTED`."""
        return {**asdict(self), "counted_to": COUNTED}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Explanation:
        """The explanation of a JSON document."""
        terms = (
            UnknownTerm(term["term"], term["line"], tuple(Nearest(**near) for near in term["nearest"]))
            for term in document["terms"]
        )
        steps = (Step(**{**step, "notes": tuple(step["notes"])}) for step in document["steps"])
        return cls(document["answers"], document["summary"], tuple(terms), tuple(steps))

    def text(self) -> str:
        """The explanation as plain text, to read in a terminal."""
        lines = [self.summary]
        if self.terms:
            lines += ["", "Terms", *(f"  {term}" for term in self.terms)]
        if self.steps:
            lines += ["", f"{'line':>6}  {'by itself':>10}  {'in all':>10}  pattern"]
        for step in self.steps:
            indent = "  " * step.depth
            alone, together = (rows(count) if count is not None else "" for count in (step.alone, step.together))
            lines.append(f"{step.line:>6}  {alone:>10}  {together:>10}  {indent}{step.text}")
            lines += [f"{'':>30}  {indent}→ {note}" for note in step.notes]
        return "\n".join(lines) + "\n"


def rows(count: int) -> str:
    """A count of rows in words of a table."""
    return f"{count:,}{'+' if count >= COUNTED else ''}"
