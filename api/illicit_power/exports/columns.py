"""What tables are made of: columns, each with its name, its type and what it says, and the cells below them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import pyoxigraph

from illicit_power.engine.in_process import Row, Value

Datatype = Literal["string", "integer", "decimal", "boolean", "date", "anyURI"]
"""The datatypes of columns, named as in XML Schema."""

SEPARATOR: Final = "|"
"""Stands between the values of a column that may have several in one cell."""

JOINED: Final = "\n"
"""Stands between them in the solutions of a query."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    :ivar name: name of the variable, in the query as in the file
    :ivar description: what it says, in one sentence
    :ivar required: whether every row has a value
    :ivar many: whether a cell may hold several values
    :ivar beside: the column whose values those of this one stand beside, one for one; the column itself where it is the
        first of such a set; empty where the values of a cell are a set, each once
    :ivar slug_of: the namespaces of the IRIs whose last part is the value
    :ivar scheme: the vocabulary that the values come from
    :ivar codes: what the numbers from 1 on mean
    :ivar refers_to: the table whose key the values are
    """

    name: str
    datatype: Datatype
    description: str
    required: bool = False
    many: bool = False
    slug_of: tuple[str, ...] = ()
    scheme: str | None = None
    refers_to: str | None = None
    beside: str = ""
    codes: tuple[str, ...] = ()

    @property
    def cell_datatype(self) -> Datatype:
        """The datatype of a whole cell: several values in one are a text."""
        return "string" if self.many else self.datatype

    def cell(self, value: Value | None) -> Value | None:
        """A cell, from a value of a query: IRIs are shortened, and several values, one a line, are one text."""
        if value is None or value == "":
            return None
        if self.many:
            values = [self._single(item) for item in str(value).split(JOINED)]
            return SEPARATOR.join(values if self.beside else sorted(set(values), key=_numbers_as_numbers))
        if self.datatype == "date":
            assert isinstance(value, datetime), f"{self.name} is a dateTime"
            return value.date()
        if self.slug_of:
            return self._single(str(value))
        return value

    def _single(self, value: str) -> str:
        for namespace in self.slug_of:
            value = value.removeprefix(namespace)
        return value


def _numbers_as_numbers(item: str) -> tuple[int, str]:
    return (len(item), item) if item.isdigit() else (0, item)


@dataclass(frozen=True)
class Table:
    """A table.

    :ivar name: its name, which is that of its file
    :ivar unit: what one row is
    :ivar key: the columns that tell its rows apart
    :ivar make: gives a value for each column of each row, in the order of the key, as :meth:`Column.cell` takes it
    """

    name: str
    title: str
    unit: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    make: Callable[[pyoxigraph.Store], list[Row]]

    def rows(self, store: pyoxigraph.Store) -> list[Row]:
        """Its rows, in the order of its key: cells are None, a value of the column's type, or several as one text."""
        return [{column.name: column.cell(row.get(column.name)) for column in self.columns} for row in self.make(store)]
