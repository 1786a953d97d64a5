"""From anybody's IRI to ours and back: what is linked to what, how strongly, and on what evidence.

A link is a mapping in the terms of SSSOM (https://w3id.org/sssom/). Strength passes through our entity: two addresses
that are each an exact match of it are exactly the same thing; where one of the links is only close, so is the pair.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from pyoxigraph import Literal as LiteralTerm
from pyoxigraph import NamedNode, Triple
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from illicit_power.engine.formats import GRAPH_FORMATS, JSON_LD, ResultFormat
from illicit_power.engine.query import select
from illicit_power.engine.terms import Term
from illicit_power.matching.address_keys import address_key, asked_key
from illicit_power.model.iris import BASE, is_iri
from illicit_power.model.prefixes import Prefixes
from illicit_power.model.vocabularies import SKOS
from illicit_power.server.dependencies import EngineDependency
from illicit_power.server.http.content_negotiation import HTML
from illicit_power.server.http.graphs import LINKED_JSON, PLAIN_JSON, construct, serialize
from illicit_power.server.http.pages import render
from illicit_power.server.http.parameters import Parameters
from illicit_power.server.queries import stored_query

router = APIRouter(tags=["Links"])

Strength = Literal["identical", "exact", "close"]

_RDF_FORMATS: Final = tuple(LINKED_JSON if format_ is JSON_LD else format_ for format_ in GRAPH_FORMATS)
_SAMEAS_FORMATS: Final = (PLAIN_JSON, *_RDF_FORMATS, HTML)


class Mapping(BaseModel):
    """A link of ours to another dataset, in the terms of SSSOM."""

    subject_id: str = Field(description="our entity")
    predicate_id: str = Field(description="skos:exactMatch, skos:closeMatch or another mapping property, as an IRI")
    object_id: str
    mapping_justification: str | None
    confidence: float | None = Field(description="0 to 1, where it was estimated")
    comment: str | None = Field(description="what the link rests on")


class Equivalent(BaseModel):
    """Something that is the same as what was asked for, or nearly."""

    iri: str
    strength: Strength = Field(description="identical, exact or close")
    name: str | None = Field(description="of an entity of ours")
    mapping: Mapping | None = Field(
        description="the link by which it is known; none where it is ours and was asked for"
    )


class SameAs(BaseModel):
    """All that is known to be the same as what an address stands for."""

    uri: str = Field(description="as asked")
    equivalents: list[Equivalent] = Field(description="ours first, then the strongest")


_MOST_ADDRESS: Final = 2000
_URI: Final[dict[str, Any]] = {
    "name": "uri",
    "in": "query",
    "required": True,
    "description": "an IRI of ours, or of Wikidata, Wikipedia, DBpedia, GeoNames and others that we link to; http or "
    "https, with or without a final slash; entity:basra, basra and Q1530 will do",
    "schema": {"type": "string", "minLength": 1, "maxLength": _MOST_ADDRESS},
    "example": "http://www.wikidata.org/entity/Q1530",
}
_DATASET: Final[dict[str, Any]] = {
    "name": "dataset",
    "in": "query",
    "description": "only the links into one dataset: the beginning of its IRIs up to the path",
    "schema": {"type": "string"},
    "example": "http://www.wikidata.org/",
}
_PREDICATE: Final[dict[str, Any]] = {
    "name": "predicate",
    "in": "query",
    "description": "only the links of one predicate, as an IRI",
    "schema": {"type": "string", "format": "iri"},
    "example": str(SKOS.exactMatch),
}


def _format_among(formats: tuple[ResultFormat, ...]) -> dict[str, Any]:
    schema = {"type": "string", "enum": [format_.name for format_ in formats]}
    return {"name": "format", "in": "query", "description": "instead of an Accept header", "schema": schema}


@router.head("/sameas", include_in_schema=False)
@router.get(
    "/sameas",
    summary="What is the same as this IRI",
    response_model=SameAs,
    responses={
        200: {"content": {format_.media_type: {} for format_ in _SAMEAS_FORMATS if format_ is not PLAIN_JSON}},
        404: {"description": "nothing is known by this IRI"},
    },
    openapi_extra={"parameters": [_URI, _format_among(_SAMEAS_FORMATS)]},
)
async def same_as(request: Request, engine: EngineDependency) -> Response:
    """All equivalents of an IRI with the strength of each: JSON, a page, or SKOS and SSSOM in RDF, by Accept."""
    asked = Parameters(request, ("uri", "format"))
    uri = asked.get("uri") or ""
    if not uri.strip():
        asked.complain("uri", uri, f"give an address to look up, such as /sameas?uri={_URI['example']}")
    elif len(uri) > _MOST_ADDRESS:
        asked.complain("uri", uri, f"expected at most {_MOST_ADDRESS:,} characters")
    form = asked.format(request, _SAMEAS_FORMATS)
    asked.check()
    key = asked_key(uri, engine.prefixes)
    rows = await select(engine, stored_query("sameas"), {"key": LiteralTerm(key)})
    if not rows:
        raise HTTPException(HTTPStatus.NOT_FOUND, _nothing_known(uri, key))
    if form in (PLAIN_JSON, HTML):
        answer = SameAs(uri=uri, equivalents=_equivalents(key, rows))
        if form is HTML:
            return render(request, "sameas.html", {"answer": answer}, headers={"Vary": "Accept"})
        return JSONResponse(answer.model_dump(), headers={"Vary": "Accept"})
    triples = await construct(engine, stored_query("sameas_graph"), {"key": LiteralTerm(key)})
    return _rdf(triples, form, engine.prefixes)


@router.head("/sameas/linkset", include_in_schema=False)
@router.get(
    "/sameas/linkset",
    summary="All links to other datasets",
    response_class=Response,
    responses={404: {"description": "no such links"}},
    openapi_extra={"parameters": [_DATASET, _PREDICATE, _format_among(_RDF_FORMATS)]},
)
async def linkset(request: Request, engine: EngineDependency) -> Response:
    """The links as VoID linksets in any RDF format: what is linked, how often, and each link with what it rests on."""
    asked = Parameters(request, ("dataset", "predicate", "format"))
    dataset, predicate = asked.get("dataset"), asked.get("predicate")
    if predicate is not None and not is_iri(predicate):
        asked.complain("predicate", predicate, "expected an absolute IRI")
    form = asked.format(request, _RDF_FORMATS)
    asked.check()
    bindings: dict[str, Term] = {}
    if dataset is not None:
        bindings["dataset"] = LiteralTerm(dataset)
    if predicate is not None:
        bindings["predicate"] = NamedNode(predicate)
    triples = await construct(engine, stored_query("linkset"), bindings)
    if bindings and not triples:
        raise HTTPException(
            HTTPStatus.NOT_FOUND,
            "There are no such links. /sameas/linkset has all; each void:objectsTarget in it is a dataset to ask for, "
            "each void:linkPredicate a predicate.",
        )
    response = _rdf(triples, form, engine.prefixes)
    response.headers["Content-Disposition"] = f'attachment; filename="illicit-power-links.{form.name}"'
    return response


def _rdf(triples: list[Triple], form: ResultFormat, prefixes: Prefixes) -> Response:
    content = serialize(triples, form, prefixes)
    return Response(content, headers={"Vary": "Accept", "Content-Type": form.content_type})


def _equivalents(key: str, rows: list[dict[str, Term]]) -> list[Equivalent]:
    """Everything but what was asked for, from the mappings of each entity that this can be."""
    found: dict[str, Equivalent] = {}
    for entity in dict.fromkeys(row["entity"].value for row in rows):
        own = [row for row in rows if row["entity"].value == entity]
        mappings = [_mapping(row) for row in own if "target" in row]
        asked = next((mapping for mapping in mappings if address_key(mapping.object_id) == key), None)
        by: Strength = _strength(asked) if asked else "identical"
        found[entity] = Equivalent(iri=entity, strength=by, name=own[0]["name"].value, mapping=asked)
        for mapping in mappings:
            if mapping is not asked:
                strength: Strength = "close" if "close" in (by, _strength(mapping)) else "exact"
                other = Equivalent(iri=mapping.object_id, strength=strength, name=None, mapping=mapping)
                if other.iri not in found or strength == "exact":
                    found[other.iri] = other
    order = ("identical", "exact", "close")
    return sorted(found.values(), key=lambda each: (not each.iri.startswith(BASE), order.index(each.strength)))


def _mapping(row: dict[str, Term]) -> Mapping:
    return Mapping(
        subject_id=row["entity"].value,
        predicate_id=row["predicate"].value,
        object_id=row["target"].value,
        mapping_justification=row["justification"].value if "justification" in row else None,
        confidence=float(row["confidence"].value) if "confidence" in row else None,
        comment=row["evidence"].value if "evidence" in row else None,
    )


def _strength(mapping: Mapping) -> Strength:
    return "exact" if mapping.predicate_id == str(SKOS.exactMatch) else "close"


def _nothing_known(uri: str, key: str) -> str:
    if key.startswith(address_key(BASE)):
        return f"There is nothing at {uri}. Find the right IRI by a name with /reconcile/suggest/entity?prefix=."
    return (
        f"Nothing here is linked to {uri}. /sameas/linkset has all links; a thing that has none can be found by its "
        "name with /reconcile/suggest/entity?prefix=."
    )
