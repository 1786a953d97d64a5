"""What the dataset says of one thing, for people and for the REST facade."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from pydantic import BaseModel, Field
from rdflib import RDFS, SKOS, URIRef

from illicit_power.engine.query import Engine, Term, select
from illicit_power.model.iris import BASE, IPS, compact
from illicit_power.server.examples import stored_query

Row = dict[str, Term]


class Speaker(BaseModel):
    """Who makes a statement."""

    iri: str
    label: str


class Evidence(BaseModel):
    """One place in the source where a claim is made."""

    iri: str
    page: int
    paragraph: int = Field(description="counted on the page, from 1")
    footnotes: list[int]
    said_by: list[Speaker]
    hedge: str = Field(description="how firmly it is put: stated, reported, alleged, claimed, estimated or inferred")


class Claim(BaseModel):
    """A claim with its evidence."""

    iri: str
    kind: str = Field(description="class of the claim, such as ips:SplinterOf")
    kind_label: str
    label: str
    subject: str | None
    object: str | None
    time: str | None = Field(description="EDTF")
    stance: str = Field(description="asserted, possible, disputed or denied")
    summary: str | None = Field(description="of an interpretation: what it says, in full")
    note: str | None
    evidence: list[Evidence]


class Statement(BaseModel):
    """A property of a thing with one of its values."""

    property: str
    value: str
    is_iri: bool
    name: str | None


class Description(BaseModel):
    """A thing: its names, kinds, other statements, and the claims about it."""

    iri: str
    label: str
    alternative_labels: list[str]
    definition: str | None
    kinds: list[str] = Field(description="its classes in the ontology, as prefixed names")
    statements: list[Statement] = Field(description="everything that has it as subject, names and classes included")
    claims: list[Claim]


async def statements(engine: Engine, iri: str) -> list[Statement]:
    """What stands in the dataset with a thing as subject; nothing where it is not described."""
    rows = await select(engine, stored_query("description"), {"thing": URIRef(iri)})
    return [
        Statement(
            property=str(row["property"]),
            value=str(row["value"]),
            is_iri=isinstance(row["value"], URIRef),
            name=str(row["name"]) if "name" in row else None,
        )
        for row in rows
    ]


async def describe(engine: Engine, iri: str) -> Description | None:
    """The description of a thing under our base, or None when the dataset has nothing on it."""
    said = await statements(engine, iri)
    if not said:
        return None
    values: dict[str, list[str]] = {}
    for statement in said:
        values.setdefault(statement.property, []).append(statement.value)
    labels = values.get(str(SKOS.prefLabel)) or values.get(str(RDFS.label)) or [compact(iri)]
    is_claim = str(IPS.Claim) in values.get(_TYPE, [])
    if is_claim:
        rows = await select(engine, stored_query("claim"), {"claim": URIRef(iri)})
    else:
        rows = await select(engine, stored_query("claims_about"), {"thing": URIRef(iri)})
    return Description(
        iri=iri,
        label=labels[0],
        alternative_labels=values.get(str(SKOS.altLabel), []),
        definition=next(iter(values.get(str(SKOS.definition), [])), None),
        kinds=sorted(compact(kind) for kind in values.get(_TYPE, []) if kind.startswith(BASE)),
        statements=said,
        claims=_claims(rows),
    )


_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def _claims(rows: list[Row]) -> list[Claim]:
    """Claims in the order of their first row."""
    by_claim: dict[Term, list[Row]] = {}
    for row in rows:
        by_claim.setdefault(row["claim"], []).append(row)
    return [_claim(claim_rows) for claim_rows in by_claim.values()]


def _claim(rows: list[Row]) -> Claim:
    first = rows[0]
    return Claim(
        iri=str(first["claim"]),
        kind=compact(str(first["kind"])),
        kind_label=str(first["kindLabel"]).removesuffix(" (claim)"),
        label=str(first["label"]),
        subject=_optional(first, "subject"),
        object=_optional(first, "object"),
        time=_optional(first, "time"),
        stance=str(first["stance"]),
        summary=_optional(first, "summary"),
        note=_optional(first, "note"),
        evidence=[_evidence(list(group)) for _, group in groupby(rows, key=lambda row: row["evidence"])],
    )


def _evidence(rows: list[Row]) -> Evidence:
    first = rows[0]
    speakers = {str(row["speaker"]): str(row["speakerLabel"]) for row in rows}
    return Evidence(
        iri=str(first["evidence"]),
        page=int(first["page"]),
        paragraph=int(first["paragraph"]),
        footnotes=sorted(_integers(row["footnote"] for row in rows if "footnote" in row)),
        said_by=[Speaker(iri=iri, label=label) for iri, label in speakers.items()],
        hedge=str(first["hedge"]),
    )


def _integers(terms: Iterable[Term]) -> set[int]:
    return {int(term) for term in terms}


def _optional(row: Row, name: str) -> str | None:
    return str(row[name]) if name in row else None
