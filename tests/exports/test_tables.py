"""The tables load with the types that they declare, and add up to what the dataset says."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas
import polars
import pytest

from illicit_power.engine.in_process import Row
from illicit_power.exports.tables import SEPARATOR, TABLES, Table, table_named

Asked = Callable[[str], list[Row]]

PANDAS_TYPES = {"string": "string", "anyURI": "string", "integer": "Int64", "decimal": "Float64", "boolean": "Int8"}
STATA_RESERVED = {"byte", "double", "float", "if", "in", "int", "long", "strL", "using", "with"}


def metadata(downloads: Path) -> dict[str, dict[str, Any]]:
    """The CSVW description of each table, by the name of its file."""
    group = json.loads((downloads / "csv-metadata.json").read_text(encoding="utf-8"))
    return {table["url"]: table["tableSchema"] for table in group["tables"]}


def base(column: dict[str, Any]) -> str:
    datatype = column["datatype"]
    return str(datatype["base"] if isinstance(datatype, dict) else datatype)


def read(downloads: Path, name: str) -> pandas.DataFrame:
    """A file as its CSVW metadata declare it. A value that is not of its type raises."""
    columns = metadata(downloads)[f"{name}.csv"]["columns"]
    types = {c["name"]: "string" if "separator" in c else PANDAS_TYPES.get(base(c), "string") for c in columns}
    frame = pandas.read_csv(downloads / f"{name}.csv", dtype=types, keep_default_na=False, na_values=[""])
    for column in columns:
        if base(column) == "date":
            frame[column["name"]] = pandas.to_datetime(frame[column["name"]], format="%Y-%m-%d")
    return frame


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_loads_with_its_declared_types(downloads: Path, table: Table) -> None:
    frame = read(downloads, table.name)
    schema = metadata(downloads)[f"{table.name}.csv"]
    assert list(frame.columns) == [column["name"] for column in schema["columns"]]
    assert len(frame) > 0
    for column in schema["columns"]:
        values = frame[column["name"]]
        assert not column["required"] or values.notna().all(), column["name"]
        if base(column) == "boolean":
            assert set(values.dropna()) <= {0, 1}, column["name"]
        if "separator" in column and base(column) == "integer":
            assert values.dropna().str.fullmatch(r"\d+(\|\d+)*").all(), column["name"]
    assert not frame.duplicated(list(table.key)).any()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_polars_reads_the_same_rows(downloads: Path, table: Table) -> None:
    frame = polars.read_csv(downloads / f"{table.name}.csv", infer_schema=False)
    assert frame.shape == read(downloads, table.name).shape


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_foreign_key_leads_to_a_row(downloads: Path, table: Table) -> None:
    frame = read(downloads, table.name)
    for column in table.columns:
        if column.refers_to:
            target = table_named(column.refers_to)
            known = set(read(downloads, target.name)[target.key[0]])
            used = {key for cell in frame[column.name].dropna() for key in cell.split(SEPARATOR)}
            assert used <= known, column.name


def test_names_are_variables_of_stata() -> None:
    for table in TABLES:
        for column in table.columns:
            assert re.fullmatch(r"[a-z][a-z0-9_]{0,31}", column.name), column.name
            assert column.name not in STATA_RESERVED
            assert not re.fullmatch(r"str\d+", column.name)


def test_the_codebook_has_every_column_and_the_values_of_its_vocabulary(downloads: Path) -> None:
    with (downloads / "codebook.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["table"], row["variable"]): row for row in csv.DictReader(file)}
    assert set(rows) == {(table.name, column.name) for table in TABLES for column in table.columns}
    assert rows["claims", "stance"]["values"] == "asserted, denied, disputed, possible"
    for table in TABLES:
        for column in table.columns:
            if column.scheme:
                allowed = set(rows[table.name, column.name]["values"].split(", "))
                used = {v for cell in read(downloads, table.name)[column.name].dropna() for v in cell.split(SEPARATOR)}
                assert used <= allowed, column.name


@pytest.mark.parametrize(
    ("name", "class_"),
    [
        ("entities", "Entity"),
        ("groups", "Organization"),
        ("people", "Person"),
        ("places", "Place"),
        ("claims", "Claim"),
        ("evidence", "Evidence"),
        ("revenue", "RevenueSource"),
        ("measures", "Measure"),
    ],
)
def test_a_table_has_a_row_for_each_thing(downloads: Path, asked: Asked, name: str, class_: str) -> None:
    (counted,) = asked(f"SELECT (COUNT(DISTINCT ?thing) AS ?n) {{ ?thing a ips:{class_} }}")
    assert len(read(downloads, name)) == counted["n"]


def test_events_have_all_events_and_all_datings(downloads: Path, asked: Asked) -> None:
    events = read(downloads, "events")
    (counted,) = asked("SELECT (COUNT(DISTINCT ?event) AS ?n) { ?event a ips:Event }")
    assert events["event_id"].nunique() == counted["n"]
    (dated,) = asked("SELECT (COUNT(?c) AS ?n) { ?c a ips:Occurrence ; ips:subject/a ips:Event ; ips:time ?time }")
    assert events["dated_by"].notna().sum() == dated["n"]


def test_claims_by_class_and_stance_add_up(downloads: Path, asked: Asked) -> None:
    claims = read(downloads, "claims")
    counted = asked(
        """SELECT ?class ?stance (COUNT(DISTINCT ?claim) AS ?n) {
             ?claim a ?class ; ips:stance ?stance . ?class rdfs:subClassOf/rdfs:subClassOf ips:Claim
           } GROUP BY ?class ?stance"""
    )
    expected = {
        (str(row["class"]).rpartition("#")[2], str(row["stance"]).rpartition("/")[2]): row["n"] for row in counted
    }
    assert claims.groupby(["claim_class", "stance"]).size().to_dict() == expected


def test_evidence_adds_up(downloads: Path, asked: Asked) -> None:
    evidence, claims = read(downloads, "evidence"), read(downloads, "claims")
    assert claims["n_evidence"].sum() == len(evidence)
    counted = asked("SELECT ?page (COUNT(?e) AS ?n) { ?e ips:page ?page ; a ips:Evidence } GROUP BY ?page")
    assert evidence.groupby("page").size().to_dict() == {row["page"]: row["n"] for row in counted}


def test_numbers_are_those_of_the_claims(downloads: Path, asked: Asked) -> None:
    measures = read(downloads, "measures")
    (summed,) = asked("SELECT (SUM(?value) AS ?sum) (COUNT(?value) AS ?n) { ?m a ips:Measure ; ips:value ?value }")
    assert measures["value"].notna().sum() == summed["n"]
    assert measures["value"].sum() == pytest.approx(float(str(summed["sum"])))


@pytest.mark.parametrize("year", [2003, 2007, 2014])
def test_the_dyads_of_a_year_are_those_that_can_hold_in_it(downloads: Path, asked: Asked, year: int) -> None:
    dyads = read(downloads, "relations_by_year")
    dyads = dyads[dyads["year"] == year]
    (possible,) = asked(
        f"""SELECT (COUNT(DISTINCT ?claim) AS ?claims) {{
              ?claim a ips:RelationClaim ; ips:startEarliest ?from ; ips:endLatest ?to .
              FILTER(?from <= "{year}-12-31T23:59:59Z"^^xsd:dateTime && ?to >= "{year}-01-01T00:00:00Z"^^xsd:dateTime)
            }}"""
    )
    (certain,) = asked(
        f"""SELECT (COUNT(*) AS ?rows) {{ SELECT DISTINCT ?subject ?class ?object {{
              ?claim a ips:RelationClaim , ?class ; ips:subject ?subject ; ips:object ?object ;
                     ips:startLatest ?from ; ips:endEarliest ?to . ?class rdfs:subClassOf ips:RelationClaim .
              FILTER(?from <= "{year}-12-31T23:59:59Z"^^xsd:dateTime && ?to >= "{year}-01-01T00:00:00Z"^^xsd:dateTime)
            }} }}"""
    )
    assert dyads["n_claims"].sum() == possible["claims"]
    assert dyads["certain"].sum() == certain["rows"]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_only_addresses_are_written_as_addresses(downloads: Path, table: Table) -> None:
    frame = read(downloads, table.name)
    for column in table.columns:
        if column.datatype == "string":
            assert not frame[column.name].dropna().str.contains("https://w3id.org/illicit-power", regex=False).any()


def test_no_name_has_the_separator_in_it(asked: Asked) -> None:
    assert not asked('SELECT ?name { ?thing skos:prefLabel|skos:altLabel ?name . FILTER CONTAINS(?name, "|") }')


def test_a_table_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(ValueError, match=r"no table claim: use entities, groups"):
        table_named("claim")
