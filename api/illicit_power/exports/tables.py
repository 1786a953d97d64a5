"""The tables: what each holds, column by column.

The columns of most are the variables of one stored query (``queries/<name>.rq``); the others are put together in
:mod:`illicit_power.exports.rows`. Names are Stata variable names (a letter first, 32 characters at most).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from illicit_power.exports import rows
from illicit_power.exports.columns import Column, Table
from illicit_power.model.iris import CASE, CLAIM, ENTITY, IPS, VOCABULARY

_SEMAPV: Final = "https://w3id.org/semapv/vocab/"


def _iri(of: str) -> Column:
    return Column("iri", "anyURI", f"Address of the {of}, which leads to a page about it.", required=True)


def _entity(name: str, description: str, *, required: bool = False, many: bool = False) -> Column:
    return Column(name, "string", description, required, many, (str(ENTITY),), refers_to="entities")


def _thing(name: str, description: str, *, required: bool = False, many: bool = False) -> Column:
    """An entity, by its slug, or a concept, by scheme and slug: ``mechanism/extortion``."""
    return Column(name, "string", description, required, many, (str(ENTITY), str(VOCABULARY)))


def _concept(name: str, description: str, scheme: str, *, required: bool = False, many: bool = False) -> Column:
    return Column(name, "string", description, required, many, (str(VOCABULARY[f"{scheme}/"]),), scheme=scheme)


def _named(name: str, description: str, *namespaces: str) -> Column:
    return Column(name, "string", description, many=True, slug_of=namespaces)


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


def _beside(name: str, column: Column) -> Column:
    """A column whose values stand beside those of another, one for one."""
    return replace(column, many=True, beside=name)


def _fact(column: Column, *, dated: bool = False) -> tuple[Column, ...]:
    """A column of what claims say, and beside each of its values the stance, basis and claim.

    :param dated: whether the values are times, whose basis is that of a time
    """
    name = column.name
    basis = (
        _concept(f"{name}_basis", "Of each: whether the text states it or its context gives it.", "time-basis")
        if dated
        else _concept(f"{name}_basis", "Of each: whether the text says it or its reader infers it.", "explicitness")
    )
    beside = [
        _concept(f"{name}_stance", "Of each: how the source as a whole stands to it.", "stance"),
        basis,
        _claim(f"{name}_claims", "Of each: the claim that says so, which leads to the evidence."),
    ]
    if not dated:
        how = "Of each: how it is less than the name of the column says."
        beside.append(_concept(f"{name}_qualification", how, "qualification"))
    return tuple(_beside(name, one) for one in (column, *beside))


_TIME: Final = (
    _text("time_edtf", "Time as a date, a range of dates or an interval, as precise as the source gives it, in EDTF."),
    _text("begin_edtf", "Where an end of the interval is itself a range: when it begins, in EDTF; .. is open."),
    _text("end_edtf", "The same of its end."),
    _text("attested_edtf", "When the source sees it hold, in EDTF, where it says nothing of beginning and end."),
    _concept("time_basis", "Ground of the time: stated by the text, placed by context, or only derived.", "time-basis"),
    Column("start_earliest", "date", "Earliest day on which it can have begun."),
    Column("start_latest", "date", "Latest day on which it can have begun."),
    Column("end_earliest", "date", "Earliest day on which it can have ended."),
    Column("end_latest", "date", "Latest day on which it can have ended; an open end reaches to the case's horizon."),
    _concept("start_basis", "Ground of start_earliest; derived where the time leaves the start open.", "time-basis"),
    _concept("end_basis", "Ground of end_latest; derived where the time leaves the end open.", "time-basis"),
)


def _justification(name: str) -> Column:
    description = "Of each: how the match was found, as a term of SEMAPV."
    return Column(f"{name}_basis", "string", description, slug_of=(_SEMAPV,))


def _said_or_inferred(name: str) -> Column:
    return _concept(f"{name}_basis", "Of each: whether the text says it or its reader infers it.", "explicitness")


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
            _class("type", "The one class that tells best what it is."),
            _class("kinds", "All its classes in the ontology.", many=True),
            _DEFINITION,
            _text("other_names", "Other names and spellings.", many=True),
            Column("same_as", "anyURI", "Addresses of the same thing in other datasets.", many=True),
            Column("close_to", "anyURI", "Addresses of nearly the same thing in other datasets.", many=True),
            _count("n_claims", "Number of claims about it."),
        ),
        rows.entities,
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
            *_fact(_text("founded", "When it was founded or revived, in EDTF."), dated=True),
            *_fact(_text("ended", "When it ended or was dissolved, in EDTF."), dated=True),
            *_fact(_entity("parents", "What it is part of, as a faction, an armed wing or otherwise.")),
            *_fact(_entity("predecessors", "What it is the successor of.")),
            *_fact(_entity("successors", "What succeeded it.")),
            *_fact(_entity("splinter_of", "What it broke away from.")),
            *_fact(_entity("faction_of", "What it is a faction of.")),
            *_fact(_entity("founders", "Who founded it.")),
            *_fact(_entity("leaders", "Who led it, at any time.")),
            *_fact(_entity("funded_by", "Revenue sources and agents that it drew money or goods from.")),
            _beside("other_names", _text("other_names", "Other names and spellings.")),
            _beside(
                "other_names", _concept("other_names_stance", "Of each: the stance, where a claim says it.", "stance")
            ),
            _beside(
                "other_names",
                _concept(
                    "other_names_basis", "Of each: whether said or inferred, where a claim says it.", "explicitness"
                ),
            ),
            _beside("other_names", _claim("other_names_claims", "Of each: the claim that it was so called, if any.")),
            _beside("same_as", Column("same_as", "anyURI", "Addresses of the same thing in other datasets.")),
            _beside("same_as", _justification("same_as")),
            _beside("close_to", Column("close_to", "anyURI", "Addresses of nearly the same thing in other datasets.")),
            _beside("close_to", _justification("close_to")),
        ),
        rows.groups,
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
        rows.queried("people"),
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
            Column(
                "latitude",
                "decimal",
                "Degrees north, WGS 84; a country by its label point. Empty where not recorded.",
            ),
            Column("longitude", "decimal", "Degrees east, WGS 84; as the latitude."),
            Column("where_prec", "integer", "How exact the place is.", True, codes=rows.PLACE_PRECISION),
            _entity("located_in", "Places that it lies in.", many=True),
        ),
        rows.places,
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
            _class("event_type", "The one class of event that tells best what it is."),
            _class("kinds", "All its classes of event in the ontology.", many=True),
            _claim("dated_by", "Claim that gives the time; an event with rival datings has several rows."),
            Column("year", "integer", "Year in which it began; empty where that may be one of several."),
            Column("date_prec", "integer", "How exactly its beginning is known.", codes=rows.DATE_PRECISION),
            *_TIME,
            _concept("stance", "How the source as a whole stands to this dating.", "stance"),
            _entity("places", "Where it happened.", many=True),
            _entity("place_id", "The most exact of these places."),
            Column("latitude", "decimal", "Degrees north, WGS 84, of coordinates_of."),
            Column("longitude", "decimal", "Degrees east, WGS 84, of coordinates_of."),
            _entity("coordinates_of", "Place whose point it is: place_id, or the nearest around it that has one."),
            Column("where_prec", "integer", "How exactly the place is known.", codes=rows.PLACE_PRECISION),
            _beside("participants", _entity("participants", "Who acted in it.")),
            _beside("participants", _concept("participants_role", "Of each: in which role.", "role")),
            _beside("participants", _said_or_inferred("participants")),
            _beside("victims", _entity("victims", "Who was killed, injured, kidnapped or robbed in it.")),
            _beside("victims", _said_or_inferred("victims")),
            _beside("targets", _entity("targets", "Whom or what it was aimed at.")),
            _beside("targets", _said_or_inferred("targets")),
            _beside("addressees", _entity("addressees", "Whom a statement or order was meant for.")),
            _beside("addressees", _said_or_inferred("addressees")),
            _beside("appointees", _entity("appointees", "Who was given a post or charge in it.")),
            _beside("appointees", _said_or_inferred("appointees")),
            Column("deaths_best", "decimal", "Deaths, as the source gives one number."),
            Column("deaths_low", "decimal", "Deaths, the least."),
            Column("deaths_high", "decimal", "Deaths, the most."),
            _concept(
                "deaths_order", "Order of size of the deaths, where the source gives no number.", "magnitude", many=True
            ),
            _claim("death_claims", "Claims of deaths that are not denied.", many=True),
            Column("pages", "integer", "Pages of the source that tell of it.", True, True),
            _entity("cited_works", "Works that the source cites for it.", many=True),
        ),
        rows.events,
    ),
    Table(
        "participations",
        "Participations",
        "one claim that somebody had a part in an event",
        ("claim_id",),
        (
            _claim("claim_id", "Key: the claim.", required=True),
            _entity("event_id", "The event.", required=True),
            _text("event", "Name of the event.", required=True),
            _entity("participant_id", "Who had a part in it.", required=True),
            _text("participant", "Name of that.", required=True),
            _concept("role", "In which role.", "role"),
            _class(
                "relation", "The direct link of that role: who acted participatedIn, others are victimOf, targetOf …"
            ),
            _STANCE,
            _concept("qualification", "How it is less than that.", "qualification", many=True),
            _concept(
                "explicitness", "Whether the text says it or its reader infers it.", "explicitness", required=True
            ),
            Column("pages", "integer", "Pages of the source on which it is said.", True, True),
        ),
        rows.queried("participations"),
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
            _concept(
                "qualification",
                "How it is less than its class says; it then gives no direct link.",
                "qualification",
                many=True,
            ),
            *_SUBJECT,
            _thing("object_id", "Object of the claim: an entity, or a concept, such as mechanism/extortion."),
            _text("object", "Name of the object."),
            _thing("against", "Whom or what it is directed against.", many=True),
            _concept("role", "Part that the subject had in an event.", "role"),
            _concept("support", "Kinds of support.", "support", many=True),
            _concept("kinship", "Kinds of kinship.", "kinship", many=True),
            _text("name", "Of a naming: the name."),
            _entity("places", "Where it holds.", many=True),
            _thing("about", "Everything that the claim concerns, subject and object included.", many=True),
            *_TIME,
            _named(
                "bounded_by",
                "What gives the bounds that are derived: things, or the case by its horizon.",
                str(CASE),
                str(ENTITY),
            ),
            Column("ground_page", "integer", "Of a time by context: page that grounds it."),
            Column("ground_paragraph", "integer", "Paragraph on that page."),
            _named("sections", "Sections of the source in which it is made.", str(CASE)),
            _entity("phases", "Phases that these sections tell of.", many=True),
            _text("summary", "Of an interpretation: what it says, in full."),
            _text("note", "Note of the editors on what is ambiguous in the source."),
            _count("n_evidence", "Number of places in the source where the claim is made."),
            _count("first_page", "First page on which it is made."),
            Column("pages", "integer", "All pages on which it is made.", True, True),
            _concept(
                "explicitness",
                "Whether some place says it, or its reader infers it at all of them.",
                "explicitness",
                required=True,
            ),
            _concept("hedges", "How firmly its speakers put it, all evidence together.", "hedge", many=True),
            _entity("said_by", "Who says so, all evidence together.", required=True, many=True),
            _entity("cited_works", "Works that are cited for it.", many=True),
            _claim("conflicts_with", "Claims that contradict it.", many=True),
            _claim("rests_on", "Claims that it rests on.", many=True),
        ),
        rows.queried("claims"),
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
            _concept(
                "explicitness", "Whether the place says it or its reader infers it.", "explicitness", required=True
            ),
            _flag("quoted", "Whether the source gives the speaker's own words."),
            _entity("said_by", "Who says so.", required=True, many=True),
            _flag("speaker_resolved", "Whether the prose leaves the speaker unnamed and a note names it."),
            _entity("cited_work_id", "Work that is cited for it."),
            _text("cited_page", "Page in the cited work."),
        ),
        rows.queried("evidence"),
    ),
    Table(
        "relations_by_year",
        "Relations by year",
        "one pair, one relation, one year for which the time of a claim speaks",
        ("subject_id", "relation", "object_id", "year"),
        (
            _entity("subject_id", "First of the pair.", required=True),
            _text("subject", "Name of the first.", required=True),
            _class("relation", "Class of the claims in the ontology, such as LeaderOf."),
            _thing("object_id", "Second of the pair: an entity, or a concept.", required=True),
            _text("object", "Name of the second.", required=True),
            _count("year", "Calendar year."),
            _flag("certain", "Whether some claim holds in that year wherever in its bounds it began and ended."),
            _flag("asserted", "Whether the source asserts some claim of the row without qualification."),
            _concept("time_basis", "The firmest ground of the times of its claims.", "time-basis", required=True),
            _concept(
                "qualifications", "How claims of the row are less than the relation says.", "qualification", many=True
            ),
            _count("n_claims", "Number of claims."),
            _claim("claims", "The claims.", required=True, many=True),
        ),
        rows.dyad_years,
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
            *_fact(_concept("mechanisms", "How the money was raised.", "mechanism")),
            *_fact(_entity("funded", "Who drew money or goods from it: the takers.")),
            *_fact(_entity("paid_by", "Who paid it.")),
            *_fact(_entity("taken_from", "Whom it was taken from, by force, theft or fraud.")),
            *_fact(_entity("places", "Where it flowed.")),
            *_fact(_thing("spent_on", "What it paid for: activities, as concepts, or entities.")),
            Column("first_year", "integer", "First year for which the time of a claim of the stream speaks."),
            Column("last_year", "integer", "Last such year."),
            _beside("amounts", _text("amounts", "Amounts in words, such as USD 13000 per day.")),
            _beside("amounts", _text("amounts_years", "Of each: the year or years, where they are known.")),
            _beside(
                "amounts", _concept("amounts_stance", "Of each: how the source as a whole stands to it.", "stance")
            ),
            _beside("amounts", _claim("amount_claims", "Of each: the claim; its numbers are in the table measures.")),
            _count("n_claims", "Number of claims about it."),
        ),
        rows.revenue,
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
        rows.queried("measures"),
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
