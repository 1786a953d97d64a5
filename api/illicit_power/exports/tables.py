"""The tables: what each holds, and a row of Python values for each of its lines.

A table is one stored query (``queries/<name>.rq``) whose variables are its columns, so a column is declared here once:
its name, its type and what it says. Names are Stata variable names (a letter first, 32 characters at most).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import pyoxigraph

from illicit_power.engine.in_process import Row, Value, solutions
from illicit_power.exports.queries import stored_query
from illicit_power.model.iris import CLAIM, ENTITY, IPS, VOCABULARY

Key = tuple[str, ...]

Datatype = Literal["string", "integer", "decimal", "boolean", "date", "anyURI"]
"""The datatypes of columns, named as in XML Schema."""

SEPARATOR: Final = "|"
"""Stands between the values of a column that may have several in one cell."""

_JOINED: Final = "\n"
"""Stands between them in the solutions of a query."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    :ivar name: name of the variable, in the query as in the file
    :ivar description: what it says, in one sentence
    :ivar required: whether every row has a value
    :ivar many: whether a cell may hold several values
    :ivar slug_of: the namespaces of the IRIs whose last part is the value
    :ivar scheme: the vocabulary that the values come from
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

    @property
    def cell_datatype(self) -> Datatype:
        """The datatype of a whole cell: several values in one are a text."""
        return "string" if self.many else self.datatype


@dataclass(frozen=True)
class Table:
    """A table.

    :ivar name: its name, which is that of its file and of its query
    :ivar unit: what one row is
    :ivar key: the columns that tell its rows apart
    """

    name: str
    title: str
    unit: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    make: Callable[[pyoxigraph.Store, Table], list[Row]]

    def rows(self, store: pyoxigraph.Store) -> list[Row]:
        """Its rows, in the order of its key: cells are None, a value of the column's type, or several as one text."""
        return self.make(store, self)


def _queried(store: pyoxigraph.Store, table: Table) -> list[Row]:
    found = solutions(store, stored_query(table.name))
    return [{column.name: _cell(row[column.name], column) for column in table.columns} for row in found]


def _cell(value: Value | None, column: Column) -> Value | None:
    if value is None or value == "":
        return None
    if column.many:
        values = {_single(item, column) for item in str(value).split(_JOINED)}
        return SEPARATOR.join(sorted(values, key=lambda item: (len(item), item) if item.isdigit() else (0, item)))
    if column.datatype == "date":
        assert isinstance(value, datetime), f"{column.name} is a dateTime"
        return value.date()
    if column.slug_of:
        return _single(str(value), column)
    return value


def _single(value: str, column: Column) -> str:
    for namespace in column.slug_of:
        value = value.removeprefix(namespace)
    return value


def _dyad_years(store: pyoxigraph.Store, table: Table) -> list[Row]:
    """A row for each pair, relation and year that a dated relation claim can hold in.

    A claim whose bounds are ``[start_earliest, start_latest]`` and ``[end_earliest, end_latest]`` may hold in a year
    that meets ``[start_earliest, end_latest]``, and surely does where it began before the year's end and ended
    after its beginning, wherever in its bounds it did so.
    """
    found: dict[Key, list[Row]] = {}
    for claim in solutions(store, stored_query("relations")):
        bounds = [claim[name] for name in ("start_earliest", "start_latest", "end_earliest", "end_latest")]
        first, latest_start, earliest_end, last = (bound.year for bound in bounds if isinstance(bound, datetime))
        for year in range(first, last + 1):
            row: Row = {**claim, "year": year, "certain": latest_start <= year <= earliest_end}
            found.setdefault(tuple(str(row[name]) for name in table.key), []).append(row)
    return [_dyad_year(found[key], table) for key in sorted(found)]


def _dyad_year(claims: list[Row], table: Table) -> Row:
    """The claims of one pair, relation and year as one row."""
    summed: Row = {
        **claims[0],
        "certain": any(claim["certain"] for claim in claims),
        "asserted": any(claim["asserted"] for claim in claims),
        "n_claims": len(claims),
        "claims": _JOINED.join(str(claim["claim"]) for claim in claims),
    }
    return {column.name: _cell(summed[column.name], column) for column in table.columns}


def _iri(of: str) -> Column:
    return Column("iri", "anyURI", f"Address of the {of}, which leads to a page about it.", required=True)


def _entity(name: str, description: str, *, required: bool = False, many: bool = False) -> Column:
    return Column(name, "string", description, required, many, (str(ENTITY),), refers_to="entities")


def _thing(name: str, description: str, *, required: bool = False, many: bool = False) -> Column:
    """An entity, by its slug, or a concept, by scheme and slug: ``mechanism/extortion``."""
    return Column(name, "string", description, required, many, (str(ENTITY), str(VOCABULARY)))


def _concept(name: str, description: str, scheme: str, *, required: bool = False, many: bool = False) -> Column:
    return Column(name, "string", description, required, many, (str(VOCABULARY[f"{scheme}/"]),), scheme=scheme)


def _class(name: str, description: str, *, many: bool = False) -> Column:
    return Column(name, "string", description, True, many, (str(IPS),))


def _claim(name: str, description: str, *, required: bool = False, many: bool = False) -> Column:
    return Column(name, "string", description, required, many, (str(CLAIM),), refers_to="claims")


def _flag(name: str, description: str) -> Column:
    return Column(name, "boolean", description, required=True)


def _text(name: str, description: str, *, required: bool = False, many: bool = False) -> Column:
    return Column(name, "string", description, required, many)


def _count(name: str, description: str) -> Column:
    return Column(name, "integer", description, required=True)


_TIME: Final = (
    _text("time_edtf", "Time as precise as the source gives it, in EDTF; empty where the source gives none."),
    Column("start_earliest", "date", "Earliest day on which it can have begun."),
    Column("start_latest", "date", "Latest day on which it can have begun."),
    Column("end_earliest", "date", "Earliest day on which it can have ended."),
    Column("end_latest", "date", "Latest day on which it can have ended; an open end reaches to the case's horizon."),
)
_NAME: Final = _text("name", "Name in English.", required=True)
_DEFINITION: Final = _text("definition", "One line that tells it from its namesakes.", required=True)
_STANCE: Final = _concept("stance", "How the source as a whole stands to the claim.", "stance", required=True)
_LABEL: Final = _text("label", "What the claim says, in one line.", required=True)
_SUBJECT: Final = (
    _entity("subject_id", "What the claim is made of: its subject."),
    _text("subject", "Name of the subject."),
)


TABLES: Final = (
    Table(
        "entities",
        "Entities",
        "one thing that claims speak of",
        ("entity_id",),
        (
            Column("entity_id", "string", "Key: the last part of the address.", True, slug_of=(str(ENTITY),)),
            _iri("entity"),
            _NAME,
            _class("kinds", "All its classes in the ontology.", many=True),
            _DEFINITION,
            _text("other_names", "Other names and spellings.", many=True),
            Column("same_as", "anyURI", "Addresses of the same thing in other datasets.", many=True),
            Column("close_to", "anyURI", "Addresses of nearly the same thing in other datasets.", many=True),
            _count("n_claims", "Number of claims about it."),
        ),
        _queried,
    ),
    Table(
        "groups",
        "Groups",
        "one organization",
        ("group_id",),
        (
            _entity("group_id", "Key: the last part of the address.", required=True),
            _iri("organization"),
            _NAME,
            _flag("illicit", "Whether it is an illicit power structure."),
            _flag("militia", "Whether it is a militia."),
            _flag("faction", "Whether it is a faction of something."),
            _flag("splinter", "Whether it broke away from another organization."),
            _flag("party", "Whether it is a political party."),
            _flag("state_body", "Whether it is an organ of a state."),
            _entity("splinter_of", "What it broke away from.", many=True),
            _entity("faction_of", "What it is a faction of.", many=True),
            _entity("leaders", "Who led it, at any time.", many=True),
            _entity("funded_by", "Revenue sources and agents that it drew money or goods from.", many=True),
        ),
        _queried,
    ),
    Table(
        "people",
        "People",
        "one person",
        ("person_id",),
        (
            _entity("person_id", "Key: the last part of the address.", required=True),
            _iri("person"),
            _NAME,
            _flag("named", "Whether the source gives a name."),
            _entity("leader_of", "What the person led, at any time.", many=True),
            _entity("member_of", "What the person belonged to, at any time.", many=True),
            _entity("offices", "Offices that the person held, at any time.", many=True),
        ),
        _queried,
    ),
    Table(
        "places",
        "Places",
        "one place",
        ("place_id",),
        (
            _entity("place_id", "Key: the last part of the address.", required=True),
            _iri("place"),
            _NAME,
            _class("kinds", "All its classes of place in the ontology.", many=True),
            _DEFINITION,
            Column("latitude", "decimal", "Degrees north, WGS 84, from GeoNames; empty where not recorded."),
            Column("longitude", "decimal", "Degrees east, WGS 84, from GeoNames; empty where not recorded."),
            _entity("located_in", "Places that it lies in.", many=True),
        ),
        _queried,
    ),
    Table(
        "events",
        "Events",
        "one event and one claim that dates it; one row for an event that no claim dates",
        ("event_id", "dated_by"),
        (
            _entity("event_id", "Event: the last part of its address.", required=True),
            _iri("event"),
            _NAME,
            _class("kinds", "All its classes of event in the ontology.", many=True),
            _claim("dated_by", "Claim that gives the time; an event with rival datings has several rows."),
            *_TIME,
            _concept("stance", "How the source as a whole stands to this dating.", "stance"),
            _entity("places", "Where it happened.", many=True),
            _entity("participants", "Who took part in it, in any role.", many=True),
        ),
        _queried,
    ),
    Table(
        "claims",
        "Claims",
        "one claim",
        ("claim_id",),
        (
            Column("claim_id", "string", "Key: case and slug, the end of the address.", True, slug_of=(str(CLAIM),)),
            _iri("claim"),
            _class("kind", "RelationClaim, ValueClaim, Measure or Interpretation."),
            _class("claim_class", "Class of the claim in the ontology."),
            _LABEL,
            _STANCE,
            *_SUBJECT,
            _thing("object_id", "Object of the claim: an entity, or a concept, such as mechanism/extortion."),
            _text("object", "Name of the object."),
            _concept("role", "Part that the subject had in an event.", "role"),
            _entity("places", "Where it holds.", many=True),
            _thing("about", "Everything that the claim concerns, subject and object included.", many=True),
            *_TIME,
            _text("summary", "Of an interpretation: what it says, in full."),
            _text("note", "Note of the editors on what is ambiguous in the source."),
            _count("n_evidence", "Number of places in the source where the claim is made."),
            _count("first_page", "First page on which it is made."),
            _concept("hedges", "How firmly its speakers put it, all evidence together.", "hedge", many=True),
            _claim("conflicts_with", "Claims that contradict it.", many=True),
            _claim("rests_on", "Claims that it rests on.", many=True),
        ),
        _queried,
    ),
    Table(
        "evidence",
        "Evidence",
        "one place in a source where a claim is made",
        ("evidence_id",),
        (
            Column("evidence_id", "string", "Key: the claim and its page.", True, slug_of=(str(CLAIM),)),
            _claim("claim_id", "Claim that is made there.", required=True),
            _entity("source_id", "Work in which it is made.", required=True),
            _count("page", "Page, as printed."),
            _count("paragraph", "Paragraph on the page, from 1."),
            Column("footnotes", "integer", "Numbers of the notes given for it.", many=True),
            Column("note_survives", "boolean", "Whether the text of those notes survives; empty without a note."),
            _concept("hedge", "How firmly the speaker puts it.", "hedge", required=True),
            _entity("said_by", "Who says so.", required=True, many=True),
            _entity("cited_work_id", "Work that is cited for it."),
            _text("cited_page", "Page in the cited work."),
        ),
        _queried,
    ),
    Table(
        "relations_by_year",
        "Relations by year",
        "one pair, one relation, one year in which a dated claim can hold",
        ("subject_id", "relation", "object_id", "year"),
        (
            _entity("subject_id", "First of the pair.", required=True),
            _text("subject", "Name of the first.", required=True),
            _class("relation", "Class of the claims in the ontology, such as LeaderOf."),
            _thing("object_id", "Second of the pair: an entity, or a concept.", required=True),
            _text("object", "Name of the second.", required=True),
            _count("year", "Calendar year."),
            _flag("certain", "Whether some claim holds in that year wherever in its bounds it began and ended."),
            _flag(
                "asserted", "Whether the source asserts some claim of the row; else it is possible, disputed, denied."
            ),
            _count("n_claims", "Number of claims."),
            _claim("claims", "The claims.", required=True, many=True),
        ),
        _dyad_years,
    ),
    Table(
        "revenue",
        "Revenue sources",
        "one stream of money or goods",
        ("revenue_id",),
        (
            _entity("revenue_id", "Key: the last part of the address.", required=True),
            _iri("revenue source"),
            _NAME,
            _DEFINITION,
            _concept("mechanisms", "How the money was raised.", "mechanism", many=True),
            _entity("funded", "Who drew money or goods from it.", many=True),
            _entity("paid_by", "Whom it came from.", many=True),
            _entity("places", "Where it flowed.", many=True),
            _thing("spent_on", "What it paid for: activities, as concepts, or entities.", many=True),
            _claim("amount_claims", "Claims of amounts; their numbers are in the table measures.", many=True),
            _count("n_claims", "Number of claims about it."),
        ),
        _queried,
    ),
    Table(
        "measures",
        "Measures",
        "one claim that has a number",
        ("claim_id",),
        (
            _claim("claim_id", "Key: case and slug, the end of the address.", required=True),
            _iri("claim"),
            _class(
                "claim_class", "What is measured: Amount, Attacks, Count, Deaths, Duration, Population, Seats or Share."
            ),
            _LABEL,
            _STANCE,
            *_SUBJECT,
            Column("value", "decimal", "The number; a share is a fraction between 0 and 1."),
            Column("value_min", "decimal", "Lower end, where the source gives a range or a minimum."),
            Column("value_max", "decimal", "Upper end, where the source gives a range or a maximum."),
            _concept("magnitude", "Order of size, where the source gives no number.", "magnitude"),
            _flag("approximate", "Whether the source calls the number approximate."),
            Column("out_of", "decimal", "The whole that the number is a part of."),
            _concept("unit", "What is counted.", "unit"),
            _concept("currency", "Currency of an amount.", "currency"),
            _concept("per", "Unit that the number is for, such as a day.", "unit"),
            _thing("about", "Everything that the claim concerns.", many=True),
            *_TIME,
        ),
        _queried,
    ),
)
"""All tables, by the order in which a reader needs them."""


def table_named(name: str) -> Table:
    """The table of a name.

    :raises ValueError: when there is none; names those that exist
    """
    for table in TABLES:
        if table.name == name:
            return table
    raise ValueError(f"there is no table {name}: use {', '.join(_names(TABLES))}")


def _names(tables: Iterable[Table]) -> list[str]:
    return [table.name for table in tables]
