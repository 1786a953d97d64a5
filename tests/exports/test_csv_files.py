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
from illicit_power.exports.columns import SEPARATOR, Table
from illicit_power.exports.csv_files import metadata, write
from illicit_power.exports.tables import TABLES, table_named

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


SCHEMAS = {table["url"].removesuffix(".csv"): table["tableSchema"] for table in json.loads(metadata())["tables"]}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_keys_of_a_table_are_declared(table: Table) -> None:
    schema = SCHEMAS[table.name]
    is_whole = all(column.required for column in table.columns if column.name in table.key)
    assert schema.get("primaryKey") == (list(table.key) if is_whole else None)
    referring = {key["columnReference"]: key["reference"] for key in schema["foreignKeys"]}
    # CSVW cannot say that each of several values in a cell is a key, nor that a table refers to itself.
    expected = {c.name: c.refers_to for c in table.columns if c.refers_to not in (None, table.name) and not c.many}
    assert {name: reference["resource"] for name, reference in referring.items()} == {
        name: f"{target}.csv" for name, target in expected.items()
    }
    for reference in referring.values():
        target = table_named(reference["resource"].removesuffix(".csv"))
        assert reference["columnReference"] == target.key[0]


def test_a_reader_learns_what_parts_the_values_of_a_cell_and_where_a_slug_leads() -> None:
    columns = {column["name"]: column for column in SCHEMAS["claims"]["columns"]}
    assert columns["about"]["separator"] == SEPARATOR
    assert "separator" not in columns["subject_id"]
    assert columns["claim_id"]["valueUrl"] == "https://w3id.org/illicit-power/claim/{+claim_id}"
    assert columns["subject_id"]["valueUrl"] == "https://w3id.org/illicit-power/id/{+subject_id}"
    assert columns["stance"]["valueUrl"] == "https://w3id.org/illicit-power/vocabulary/stance/{+stance}"


def test_every_column_is_described_where_a_reader_looks_for_it() -> None:
    described = {table["url"]: table["tableSchema"]["columns"] for table in json.loads(metadata())["tables"]}
    assert {
        (name, column["name"], column["titles"], column["required"])
        for name, columns in described.items()
        for column in columns
    } == {
        (f"{table.name}.csv", column.name, column.name, column.required) for table in TABLES for column in table.columns
    }
