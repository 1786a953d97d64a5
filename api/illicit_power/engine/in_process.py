"""A snapshot loaded in this process, for queries of our own making: stored in files, or typed by whoever runs Python.

Nothing here guards against a costly query; what strangers ask goes through :mod:`illicit_power.engine`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import pyoxigraph

from illicit_power.engine.terms import Term

Value = str | int | float | Decimal | bool | date | datetime
"""A term as a Python value: the IRI of a resource, ``_:`` and the label of a blank node, the value of a literal."""

Row = dict[str, Value | None]
"""A solution of a query: a value, or None, for each variable."""

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"


def _boolean(text: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[text]


_READERS: Final[dict[str, Callable[[str], Value]]] = {
    _XSD + "boolean": _boolean,
    _XSD + "integer": int,
    _XSD + "nonNegativeInteger": int,
    _XSD + "int": int,
    _XSD + "long": int,
    _XSD + "decimal": Decimal,
    _XSD + "double": float,
    _XSD + "float": float,
    _XSD + "date": date.fromisoformat,
    _XSD + "dateTime": datetime.fromisoformat,
}


def load(quads: Path) -> pyoxigraph.Store:
    """An N-Quads file as a store in memory; blank nodes keep their labels.

    :raises FileNotFoundError: when there is no such file
    """
    store = pyoxigraph.Store()
    store.bulk_extend(pyoxigraph.parse(path=str(quads), format=pyoxigraph.RdfFormat.N_QUADS))
    return store


def solutions(store: pyoxigraph.Store, query: str) -> list[Row]:
    """The solutions of a SELECT query over the union of all named graphs; see :func:`solve`."""
    return solve(store, query)[1]


def solve(store: pyoxigraph.Store, query: str) -> tuple[list[str], list[Row]]:
    """The variables of a SELECT query over the union of all named graphs, and its solutions in their order.

    :raises SyntaxError: when it is not SPARQL 1.1
    :raises ValueError: when it is not a SELECT query
    """
    found = store.query(query, use_default_graph_as_union=True)
    if not isinstance(found, pyoxigraph.QuerySolutions):
        raise ValueError("this is not a SELECT query: use ask() for ASK, construct() for CONSTRUCT and DESCRIBE")
    names = [variable.value for variable in found.variables]
    return names, [
        {name: None if term is None else value(term) for name, term in zip(names, solution, strict=True)}
        for solution in found
    ]


def terms(store: pyoxigraph.Store, query: str) -> list[dict[str, Term]]:
    """The solutions of a SELECT query as terms, what is unbound left out; see :func:`solve`."""
    found = store.query(query, use_default_graph_as_union=True)
    assert isinstance(found, pyoxigraph.QuerySolutions), "a SELECT query gives solutions"
    names = [variable.value for variable in found.variables]
    return [
        {name: term for name, term in zip(names, solution, strict=True) if isinstance(term, Term)} for solution in found
    ]


def value(term: pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple) -> Value:
    """A term as a Python value. A literal that Python has no type for, or no value, is its text."""
    if isinstance(term, pyoxigraph.NamedNode):
        return term.value
    if not isinstance(term, pyoxigraph.Literal):
        return str(term)
    try:
        return _READERS.get(term.datatype.value, str)(term.value)
    except (ValueError, KeyError, ArithmeticError):
        return term.value
