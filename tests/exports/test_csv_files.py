"""Cells are written as the CSVW metadata say that they are to be read."""

from __future__ import annotations

import csv
import json
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from illicit_power.engine.in_process import Value
from illicit_power.exports.csv_files import metadata, write
from illicit_power.exports.tables import TABLES

CLDR = {"yyyy": "%Y", "MM": "%m", "dd": "%d"}
"""The parts of a format of dates (https://www.w3.org/TR/tabular-data-model/#formats-for-dates-and-times), as Python has
them."""

DATATYPES = {
    column["datatype"] if isinstance(column["datatype"], str) else column["datatype"]["base"]: column["datatype"]
    for table in json.loads(metadata())["tables"]
    for column in table["tableSchema"]["columns"]
}


def read(cell: str, datatype: Any) -> Value:
    """A cell as a reader of CSVW takes it; raises ValueError where it is not of the datatype or format."""
    format_ = datatype.get("format") if isinstance(datatype, dict) else None
    match datatype if isinstance(datatype, str) else datatype["base"]:
        case "boolean":
            return not (format_ or "true|false").split("|").index(cell)
        case "date":
            pattern = re.sub("[A-Za-z]+", lambda part: CLDR[part[0]], format_ or "yyyy-MM-dd")
            return datetime.strptime(cell, pattern).date()
        case "integer":
            return int(cell)
        case "decimal":
            return Decimal(cell)
    return cell


@pytest.mark.parametrize(
    ("datatype", "value"),
    [
        ("boolean", True),
        ("boolean", False),
        ("date", date(2007, 3, 4)),
        ("integer", 1600),
        ("decimal", Decimal("30.50852")),
        ("string", 'He said "no", and\nleft'),
        ("anyURI", "https://w3id.org/illicit-power/id/basra"),
    ],
)
def test_a_cell_is_read_by_its_declared_format_as_the_value_it_was(datatype: str, value: Value) -> None:
    rows = csv.reader(write(["first", "other"], [{"first": value, "other": None}]).decode().splitlines(keepends=True))
    header, (cell, missing) = rows
    assert (header, missing) == (["first", "other"], "")
    assert read(cell, DATATYPES[datatype]) == value


def test_every_datatype_of_a_column_is_tried() -> None:
    assert DATATYPES.keys() == {"boolean", "date", "integer", "decimal", "string", "anyURI"}


def test_every_column_is_described_where_a_reader_looks_for_it() -> None:
    described = {table["url"]: table["tableSchema"]["columns"] for table in json.loads(metadata())["tables"]}
    assert {
        (name, column["name"], column["titles"], column["required"])
        for name, columns in described.items()
        for column in columns
    } == {
        (f"{table.name}.csv", column.name, column.name, column.required) for table in TABLES for column in table.columns
    }
