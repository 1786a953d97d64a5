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
from illicit_power.exports.columns import SEPARATOR, Table
from illicit_power.exports.rows import PART_COLUMNS
from illicit_power.exports.tables import TABLES, table_named

Asked = Callable[[str], list[Row]]

PANDAS_TYPES = {"string": "string", "anyURI": "string", "integer": "Int64", "decimal": "Float64", "boolean": "Int8"}
STATA_RESERVED = {"byte", "double", "float", "if", "in", "int", "long", "strL", "using", "with"}


def metadata(downloads: Path) -> dict[str, dict[str, Any]]:
    """The CSVW description of each table, by the name of its file."""
    group = json.loads((downloads / "csv-metadata.json").read_text(encoding="utf-8"))
    return {table["url"]: table["tableSchema"] for table in group["tables"]}


def parts(cells: pandas.Series[Any]) -> set[str]:
    """The values in the cells of a column that may have several."""
    return {part for cell in cells.dropna() for part in cell.split(SEPARATOR)} - {""}


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
            assert parts(frame[column.name]) <= known, column.name


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
                assert parts(read(downloads, table.name)[column.name]) <= allowed, column.name


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
        ("participations", "ParticipatedIn"),
    ],
)
def test_a_table_has_a_row_for_each_thing(downloads: Path, asked: Asked, name: str, class_: str) -> None:
    (counted,) = asked(f"SELECT (COUNT(DISTINCT ?thing) AS ?n) {{ ?thing a ips:{class_} }}")
    assert len(read(downloads, name)) == counted["n"]


def test_events_have_all_events_and_all_datings(downloads: Path, asked: Asked) -> None:
    events = read(downloads, "events")
    (counted,) = asked("SELECT (COUNT(DISTINCT ?event) AS ?n) { ?event a ips:Event }")
    assert events["event_id"].nunique() == counted["n"]
    (dated,) = asked("SELECT (COUNT(?c) AS ?n) { ?c a ips:Occurrence ; ips:subject/a ips:Event }")
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


def row(downloads: Path, table: str, key: str) -> dict[str, str]:
    """The filled cells of the one row with a key, as they are written."""
    frame = pandas.read_csv(downloads / f"{table}.csv", dtype="string")
    (found,) = frame[frame[table_named(table).key[0]] == key].to_dict("records")
    return {str(name): cell for name, cell in found.items() if not pandas.isna(cell)}


def beside(cells: dict[str, str], *names: str) -> list[tuple[str, ...]]:
    """The values of some columns that stand beside each other."""
    return list(zip(*(cells[name].split(SEPARATOR) for name in names), strict=True))


def test_the_killing_of_sadiq_tells_when_who_killed_whom_and_how_many_died(downloads: Path) -> None:
    """Page 43: in February 1999 Sadiq al-Sadr was killed together with two of his sons."""
    killing = row(downloads, "events", "killing-of-sadiq-al-sadr-1999")
    assert (killing["event_type"], killing["year"], killing["date_prec"]) == ("Killing", "1999", "4")
    assert killing["participants_role"] == "perpetrator"
    assert "muhammad-sadiq-al-sadr" in killing["victims"].split(SEPARATOR)
    assert "muhammad-sadiq-al-sadr" not in killing["participants"].split(SEPARATOR)
    assert [killing[f"deaths_{name}"] for name in ("low", "best", "high")] == ["3", "3", "3"]
    assert (killing["pages"], killing["cited_works"]) == ("43", "icg-2006")


def test_the_battle_of_sadr_city_tells_its_sides_its_place_and_its_deaths(downloads: Path) -> None:
    battle = row(downloads, "events", "battle-of-sadr-city-2008")
    assert (battle["event_type"], battle["year"], battle["where_prec"]) == ("Battle", "2008", "1")
    assert ("jaish-al-mahdi", "defender") in beside(battle, "participants", "participants_role")
    assert (battle["coordinates_of"], battle["latitude"], battle["longitude"]) == ("sadr-city", "33.3889", "44.4583")
    assert battle["deaths_best"] == "700"


def test_a_day_a_month_and_a_year_differ_in_precision(downloads: Path) -> None:
    known = {"battle-of-basra-2008": "1", "restoration-of-jam-2010": "4"}
    assert {name: row(downloads, "events", name)["date_prec"] for name in known} == known


def test_a_place_without_a_point_has_that_of_the_nearest_around_it(downloads: Path) -> None:
    kidnapping = row(downloads, "events", "kidnapping-of-ice-factory-owner")
    assert (kidnapping["place_id"], kidnapping["coordinates_of"]) == ("tobji-ice-factory", "baghdad")
    assert kidnapping["where_prec"] == "2"
    assert kidnapping["victims"] == "ice-factory-owner"


def test_every_part_in_an_event_has_a_column(downloads: Path) -> None:
    participations, events = read(downloads, "participations"), read(downloads, "events")
    assert {f"https://w3id.org/illicit-power/ontology#{name}" for name in participations["relation"]} <= set(
        PART_COLUMNS.values()
    )
    plain = participations[(participations["stance"] == "asserted") & participations["qualification"].isna()]
    for event, cells in events.groupby("event_id"):
        shown = {part for name in PART_COLUMNS for part in parts(cells[name])}
        assert shown == set(plain[plain["event_id"] == event]["participant_id"]), event


def test_a_group_has_a_claim_a_basis_and_a_stance_beside_each_fact(downloads: Path) -> None:
    jam = row(downloads, "groups", "jaish-al-mahdi")
    founded = beside(jam, "founded", "founded_stance", "founded_claims")
    assert ("2003-07", "asserted", "jam/muqtada-founder-of-jam") in founded
    assert [time for time, *_ in founded][-2:] == ["2010-04", "[2014-06..2014-12]"]  # its revivals
    leaders = beside(jam, "leaders", "leaders_stance", "leaders_basis", "leaders_claims")
    assert ("muqtada-al-sadr", "asserted", "explicit", "jam/muqtada-leader-of-jam") in leaders
    assert ("peace-brigades", "jam/peace-brigades-successor-of-jam") in beside(jam, "successors", "successors_claims")
    assert ("Mahdi Army", "asserted", "jam/jam-named-mahdi-army") in beside(
        jam, "other_names", "other_names_stance", "other_names_claims"
    )


def test_until_at_least_is_no_end(downloads: Path) -> None:
    assert "ended" not in row(downloads, "groups", "asaib-ahl-al-haq")


def test_what_is_only_possible_stands_beside_its_stance(downloads: Path) -> None:
    money = row(downloads, "revenue", "amanat-contract-money")
    assert beside(money, "mechanisms", "mechanisms_stance") == [("contract-diversion", "possible")]
    assert beside(money, "amounts", "amounts_stance") == [("USD millions", "possible")]


def test_a_stream_has_its_amount_with_years_who_paid_and_who_took(downloads: Path) -> None:
    stations = row(downloads, "revenue", "sadr-city-gas-station-payments")
    assert beside(stations, "amounts", "amount_claims") == [
        ("USD 13000 per day", "jam/sadr-city-gas-station-payments-amount")
    ]
    assert (stations["paid_by"], stations["funded"]) == ("gas-station-operators", "jaish-al-mahdi")


def test_values_beside_each_other_are_as_many(downloads: Path) -> None:
    for table in TABLES:
        frame = pandas.read_csv(downloads / f"{table.name}.csv", dtype="string")
        for column in table.columns:
            if column.beside and column.beside != column.name:
                both = frame[[column.beside, column.name]].dropna()
                counts = both.map(lambda cell: cell.count(SEPARATOR))
                assert (counts[column.beside] == counts[column.name]).all(), column.name


def test_a_year_that_only_derived_bounds_allow_has_no_row(downloads: Path, asked: Asked) -> None:
    dyads = read(downloads, "relations_by_year")
    in_rows = {
        claim: set(rows["year"])
        for claim, rows in dyads.assign(claim=dyads["claims"].str.split(SEPARATOR)).explode("claim").groupby("claim")
    }
    attested = asked(
        """SELECT ?claim (YEAR(?from) AS ?first) (YEAR(?to) AS ?last) {
             ?claim a ips:RelationClaim ; ips:attested ?seen ; ips:endEarliest ?from ; ips:startLatest ?to }"""
    )
    assert attested
    for seen in attested:
        name = str(seen["claim"]).removeprefix("https://w3id.org/illicit-power/claim/")
        assert in_rows[name] == set(range(int(str(seen["first"])), int(str(seen["last"])) + 1)), name
    assert set(dyads["time_basis"]) == {"stated", "context"}


@pytest.mark.parametrize("year", [2003, 2007, 2014])
def test_the_dyads_of_a_year_are_within_the_bounds_of_their_claims(downloads: Path, asked: Asked, year: int) -> None:
    dyads = read(downloads, "relations_by_year")
    dyads = dyads[dyads["year"] == year]
    within = (
        f"""FILTER(?from <= "{year}-12-31T23:59:59Z"^^xsd:dateTime && ?to >= "{year}-01-01T00:00:00Z"^^xsd:dateTime)"""
    )
    possible = asked(
        f"SELECT ?claim {{ ?claim a ips:RelationClaim ; ips:startEarliest ?from ; ips:endLatest ?to . {within} }}"
    )
    certain = asked(
        f"""SELECT ?claim {{ ?claim a ips:RelationClaim ; ips:startLatest ?from ; ips:endEarliest ?to ;
              ips:timeBasis ?basis . {within}
              FILTER(?basis != <https://w3id.org/illicit-power/vocabulary/time-basis/derived>) }}"""
    )
    named = [{str(one["claim"]).rpartition("claim/")[2] for one in found} for found in (possible, certain)]
    assert parts(dyads["claims"]) <= named[0]
    assert named[1] <= parts(dyads[dyads["certain"] == 1]["claims"])


def test_a_part_in_an_event_has_the_year_of_the_event(downloads: Path) -> None:
    dyads = read(downloads, "relations_by_year")
    killing = dyads[dyads["object_id"] == "killing-of-sadiq-al-sadr-1999"]
    assert set(killing["year"]) == {1999}


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
