"""What can go wrong with a query, each with what to tell the one who asked."""

from __future__ import annotations

from illicit_power.engine.formats import Kind


class QueryError(Exception):
    """A query was not answered. The message says why, and the way out."""


class QuerySyntaxError(QueryError):
    """The query is not SPARQL.

    :ivar line: line of the error, from 1, where known
    :ivar column: column of the error in characters, from 1, where known
    :ivar excerpt: the line, and below it a caret under the place, where known
    """

    def __init__(
        self, message: str, line: int | None = None, column: int | None = None, excerpt: str | None = None
    ) -> None:
        super().__init__(message)
        self.line, self.column, self.excerpt = line, column, excerpt


class QueryRefused(QueryError):
    """The query is SPARQL, but asks for something that is not offered here."""


class UnknownGraph(QueryRefused):
    """The query names a graph that is not in the dataset; graphs from elsewhere are not fetched."""


class QueryTimeout(QueryError):
    """The query ran past its deadline and was ended."""


class QueryTooCostly(QueryError):
    """The query ended its worker: it needed more memory than a query may have."""


class ResultTooLarge(QueryError):
    """A single row of the answer is larger than an answer may be."""


class NotAcceptable(QueryError):
    """The query gives a kind of result that has none of the formats asked for."""

    def __init__(self, message: str, kind: Kind) -> None:
        super().__init__(message)
        self.kind = kind


class EngineBusy(QueryError):
    """No worker became free in time.

    :ivar retry_after: seconds after which to try again
    """

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class EngineFailure(Exception):
    """The engine could not start, or broke; not the fault of a query."""
