"""What an engine is asked, what it answers, and what every engine can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Protocol, cast

from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from illicit_power.engine.explanation import Explanation
from illicit_power.engine.formats import JSON, Kind, ResultFormat
from illicit_power.engine.terms import Term
from illicit_power.model.prefixes import Prefixes

Accepted = Mapping[Kind, ResultFormat | None]
"""The format in which the caller takes each kind of result; None where it takes none."""


@dataclass(frozen=True)
class Query:
    """A query and the dataset it is asked of (https://www.w3.org/TR/sparql11-protocol/#query-operation).

    :ivar text: SPARQL 1.1 Query
    :ivar accepted: the format for each kind of result
    :ivar bindings: values for variables of the query, bound as terms; a SELECT must project them
    :ivar default_graphs: IRIs of the graphs that make the default graph; none means the union of all
    :ivar named_graphs: IRIs of the graphs for GRAPH; none means all, unless default graphs are given
    :ivar whole: whether only the whole answer will do: no ceiling of rows cuts it, and where that of bytes does it is
        an error
    :ivar timeout: seconds; none means the engine's own deadline, and more than its maximum means that maximum
    """

    text: str
    accepted: Accepted
    bindings: Mapping[str, Term] = field(default_factory=dict)
    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()
    timeout: float | None = None
    whole: bool = False


@dataclass(frozen=True)
class Answer:
    """The whole answer to a query, kept outside of memory where it is large.

    :ivar rows: number of solutions or triples; 0 for a boolean
    :ivar finds_nothing: whether there is no row, no triple, or the answer is no
    :ivar truncated: why the answer ends before its last row, or None where it is complete
    :ivar size: bytes of the serialized result
    :ivar head: its beginning
    :ivar content: the rest of it; closed by whoever reads it
    """

    kind: Kind
    format: ResultFormat
    rows: int
    finds_nothing: bool
    truncated: str | None
    size: int
    head: bytes
    content: IO[bytes]

    async def read(self) -> bytes:
        """The serialized result as one piece."""
        with self.content as content:
            return self.head + content.read()


@dataclass(frozen=True)
class Execution:
    """What came of a query, for those who count.

    :ivar outcome: ``answered``, or the name of the error's class
    :ivar waited: seconds until a worker was free
    :ivar ran: seconds that the worker was busy
    """

    outcome: str
    waited: float
    ran: float


_NO_BINDINGS: Mapping[str, Term] = {}


class Engine(Protocol):
    """Answers queries over one dataset.

    :ivar prefixes: those that the dataset declares
    """

    prefixes: Prefixes

    async def execute(self, query: Query) -> Answer:
        """Answer a query.

        :raises QueryError: when the query cannot be answered
        :raises EngineFailure: when the engine itself is broken
        """
        ...

    async def explain(self, query: Query) -> Explanation:
        """Why a query finds what it finds, or nothing. Its ``accepted`` and ``bindings`` have no part in it.

        :raises QueryError: when the query cannot be answered or explained
        :raises EngineFailure: when the engine itself is broken
        """
        ...

    async def close(self) -> None:
        """Stop, and free what was held."""
        ...


async def select(engine: Engine, text: str, bindings: Mapping[str, Term] = _NO_BINDINGS) -> list[dict[str, Term]]:
    """The solutions of a SELECT query, each as a dictionary from variable to term.

    :param bindings: values for variables that the query projects
    :raises QueryError: when the query cannot be answered
    """
    accepted: Accepted = {"solutions": JSON, "boolean": None, "graph": None}
    answer = await engine.execute(Query(text, accepted, bindings, whole=True))
    content = await answer.read()
    rows = cast("QuerySolutions", parse_query_results(content, format=QueryResultsFormat.JSON))
    names = [variable.value for variable in rows.variables]
    return [{name: term for name, term in zip(names, row, strict=True) if term is not None} for row in rows]
