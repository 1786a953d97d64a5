"""Tables as CSV files (RFC 4180, UTF-8), with a codebook and CSVW metadata (https://www.w3.org/TR/tabular-metadata/)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

import pyoxigraph

from illicit_power.dataset.publication import LICENSE, NAME
from illicit_power.engine.in_process import Row, Value, solutions
from illicit_power.exports.queries import stored_query
from illicit_power.exports.tables import SEPARATOR, TABLES, Column, Table
from illicit_power.model.iris import VOCABULARY

METADATA_NAME: Final = "csv-metadata.json"
"""Where readers of CSVW look for the metadata of a file in the same folder (Tabular Data Model, 5.3)."""

_FORMATS: Final = {"boolean": "1|0", "date": "yyyy-MM-dd"}


def write(names: Sequence[str], rows: Iterable[Row]) -> bytes:
    """A CSV file: a header, missing values empty, booleans 1 and 0, dates ISO 8601."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_text(row[name]) for name in names] for row in rows)
    return text.getvalue().encode()


def _text(value: Value | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)


def codebook(store: pyoxigraph.Store) -> bytes:
    """A row for each column of each table: what it says, its type, and the values that it can have."""
    values = _values_by_scheme(store)
    rows: list[Row] = [
        {
            "table": table.name,
            "row_is": table.unit,
            "variable": column.name,
            "type": column.datatype,
            "key": column.name in table.key,
            "required": column.required,
            "many": column.many,
            "values": "0 = no, 1 = yes" if column.datatype == "boolean" else ", ".join(values.get(column.scheme, [])),
            "key_of": column.refers_to,
            "description": column.description,
        }
        for table in TABLES
        for column in table.columns
    ]
    return write(list(rows[0]), rows)


def _values_by_scheme(store: pyoxigraph.Store) -> dict[str | None, list[str]]:
    values: dict[str | None, list[str]] = {}
    for row in solutions(store, stored_query("concepts")):
        scheme, _, concept = str(row["concept"]).removeprefix(str(VOCABULARY)).partition("/")
        values.setdefault(scheme, []).append(concept)
    return values


def metadata() -> bytes:
    """The description of all tables and their columns as a CSVW table group."""
    group = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": f"{NAME}: tables",
        "dc:license": {"@id": LICENSE},
        "dialect": {"lineTerminators": ["\n"]},
        "tables": [_table(table) for table in TABLES],
    }
    return (json.dumps(group, indent=2, ensure_ascii=False) + "\n").encode()


def _table(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "columns": [_column(column) for column in table.columns],
        "foreignKeys": [
            {
                "columnReference": column.name,
                "reference": {"resource": f"{column.refers_to}.csv", "columnReference": _key(column.refers_to)},
            }
            for column in table.columns
            if column.refers_to and not column.many and column.refers_to != table.name
        ],
    }
    # A primary key has no empty cell (Tabular Metadata, 5.5): a table with an optional part has none.
    if all(column.required for column in table.columns if column.name in table.key):
        schema["primaryKey"] = list(table.key)
    return {
        "url": f"{table.name}.csv",
        "dc:title": table.title,
        "dc:description": f"One row is {table.unit}.",
        "tableSchema": schema,
    }


def _column(column: Column) -> dict[str, Any]:
    datatype: Any = column.datatype
    if format_ := _FORMATS.get(column.datatype):
        datatype = {"base": column.datatype, "format": format_}
    described: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.description,
        "datatype": datatype,
        "required": column.required,
    }
    if column.many:
        described["separator"] = SEPARATOR
    if len(column.slug_of) == 1 and not column.many:
        described["valueUrl"] = f"{column.slug_of[0]}{{+{column.name}}}"
    return described


def _key(table_name: str) -> str:
    return next(table.key[0] for table in TABLES if table.name == table_name)
