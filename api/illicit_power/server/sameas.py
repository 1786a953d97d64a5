"""From anybody's IRI to ours and back: what is linked to what, how strongly, and on what evidence.

A link is a mapping in the terms of SSSOM (https://w3id.org/sssom/). Strength passes through our entity: two addresses
that are each an exact match of it are exactly the same thing; where one of the links is only close, so is the pair.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Annotated, Final, Literal
from urllib.parse import unquote

import rdflib
from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator, BaseModel, Field
from pyoxigraph import Triple
from rdflib import SKOS, URIRef
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from illicit_power.engine.formats import GRAPH_FORMATS, JSON_LD, ResultFormat
from illicit_power.engine.query import Term, select
from illicit_power.model.iris import BASE, is_iri
from illicit_power.server.dependencies import EngineDependency
from illicit_power.server.examples import stored_query
from illicit_power.server.graphs import LINKED_JSON, PLAIN_JSON, construct, serialize
from illicit_power.server.negotiation import HTML, best_format
from illicit_power.server.pages import render

router = APIRouter(tags=["Links"])

Strength = Literal["identical", "exact", "close"]

_RDF_FORMATS: Final = tuple(LINKED_JSON if format_ is JSON_LD else format_ for format_ in GRAPH_FORMATS)

_ADDRESSES: Final = (
    (r"(?:[a-z]+\.)?wikidata\.org/(?:entity|wiki)/(?:Special:EntityData/)?([QP]\d+).*", r"wikidata.org/entity/\1"),
    (r"(?:en\.)(?:m\.)?wikipedia\.org/wiki/(.+)", r"dbpedia.org/resource/\1"),
    (r"dbpedia\.org/(?:page|data|resource)/(.+?)(?:\.(?:ttl|json|rdf|nt|n3|jsonld))?", r"dbpedia.org/resource/\1"),
    (r"(?:sws\.)?geonames\.org/(\d+).*", r"sws.geonames.org/\1"),
    (r"(?:dx\.)?doi\.org/(.+)", r"doi.org/\1"),
    (r"doi:(.+)", r"doi.org/\1"),
    (r"(?:urn:)?isbn:([\d-]+X?)", r"urn:isbn:\1"),
)
"""How addresses at well-known hosts say one thing, and the one by which links here go. English Wikipedia and DBpedia
name things alike. Each is matched without scheme and ``www.``."""

_SCHEME = re.compile(r"^https?://(www\.)?", re.IGNORECASE)


def address_key(address: str) -> str:
    """What is the same in all addresses of one thing: no scheme, no ``www.``, no final slash, no percent-encoding, and
    at well-known hosts the one form that links here use."""
    key = unquote(_SCHEME.sub("", address.strip())).rstrip("/")
    for pattern, canonical in _ADDRESSES:
        if match := re.fullmatch(pattern, key, re.IGNORECASE):
            key = match.expand(canonical)
            return key.replace("-", "") if key.startswith("urn:isbn:") else key.replace(" ", "_")
    return key


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


UriParameter = Annotated[
    str,
    Query(
        min_length=1,
        max_length=2000,
        description="an IRI of ours, or of Wikidata, Wikipedia, DBpedia, GeoNames and others that we link to; "
        "http or https, with or without a final slash",
        examples=["http://www.wikidata.org/entity/Q1530"],
    ),
]


@router.head("/sameas", include_in_schema=False)
@router.get(
    "/sameas",
    summary="What is the same as this IRI",
    response_model=SameAs,
    responses={404: {"description": "nothing is known by this IRI"}},
)
async def same_as(request: Request, engine: EngineDependency, uri: UriParameter) -> Response:
    """All equivalents of an IRI with the strength of each: JSON, a page, or SKOS and SSSOM in RDF, by Accept."""
    key = address_key(uri)
    form = _negotiated(request, (PLAIN_JSON, *_RDF_FORMATS, HTML))
    rows = await select(engine, stored_query("sameas"), {"key": rdflib.Literal(key)})
    if not rows:
        raise HTTPException(HTTPStatus.NOT_FOUND, _nothing_known(uri))
    if form in (PLAIN_JSON, HTML):
        answer = SameAs(uri=uri, equivalents=_equivalents(key, rows))
        if form is HTML:
            return render(request, "sameas.html", {"answer": answer}, headers={"Vary": "Accept"})
        return JSONResponse(answer.model_dump(), headers={"Vary": "Accept"})
    return _rdf(await construct(engine, stored_query("sameas_graph"), {"key": rdflib.Literal(key)}), form)


DatasetParameter = Annotated[
    str | None,
    Query(
        description="only the links into one dataset: the beginning of its IRIs up to the path",
        examples=["http://www.wikidata.org/"],
    ),
]


def _iri(value: str | None) -> str | None:
    if value is not None and not is_iri(value):
        raise ValueError("expected an absolute IRI")
    return value


PredicateParameter = Annotated[
    str | None,
    AfterValidator(_iri),
    Query(
        description="only the links of one predicate, as an IRI",
        examples=[str(SKOS.exactMatch)],
    ),
]


@router.head("/sameas/linkset", include_in_schema=False)
@router.get(
    "/sameas/linkset",
    summary="All links to other datasets",
    response_class=Response,
    responses={404: {"description": "no such links"}},
)
async def linkset(
    request: Request,
    engine: EngineDependency,
    dataset: DatasetParameter = None,
    predicate: PredicateParameter = None,
) -> Response:
    """The links as VoID linksets in any RDF format: what is linked, how often, and each link with what it rests on."""
    form = _negotiated(request, _RDF_FORMATS)
    bindings: dict[str, Term] = {}
    if dataset is not None:
        bindings["dataset"] = rdflib.Literal(dataset)
    if predicate is not None:
        bindings["predicate"] = URIRef(predicate)
    triples = await construct(engine, stored_query("linkset"), bindings)
    if bindings and not triples:
        raise HTTPException(
            HTTPStatus.NOT_FOUND,
            "There are no such links. /sameas/linkset has all; each void:objectsTarget in it is a dataset to ask for, "
            "each void:linkPredicate a predicate.",
        )
    response = _rdf(triples, form)
    response.headers["Content-Disposition"] = f'attachment; filename="illicit-power-links.{form.name}"'
    return response


def _negotiated(request: Request, offered: tuple[ResultFormat, ...]) -> ResultFormat:
    form = best_format(request.headers.get("accept"), offered)
    if form is None:
        types = ", ".join(format_.media_type for format_ in offered)
        raise HTTPException(HTTPStatus.NOT_ACCEPTABLE, f"This is available as {types}.")
    return form


def _rdf(triples: list[Triple], form: ResultFormat) -> Response:
    return Response(serialize(triples, form), headers={"Vary": "Accept", "Content-Type": form.content_type})


def _equivalents(key: str, rows: list[dict[str, Term]]) -> list[Equivalent]:
    """Everything but what was asked for, from the mappings of each entity that this can be."""
    found: dict[str, Equivalent] = {}
    for entity in dict.fromkeys(str(row["entity"]) for row in rows):
        own = [row for row in rows if str(row["entity"]) == entity]
        mappings = [_mapping(row) for row in own if "target" in row]
        asked = next((mapping for mapping in mappings if address_key(mapping.object_id) == key), None)
        by: Strength = _strength(asked) if asked else "identical"
        found[entity] = Equivalent(iri=entity, strength=by, name=str(own[0]["name"]), mapping=asked)
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
        subject_id=str(row["entity"]),
        predicate_id=str(row["predicate"]),
        object_id=str(row["target"]),
        mapping_justification=str(row["justification"]) if "justification" in row else None,
        confidence=float(row["confidence"]) if "confidence" in row else None,
        comment=str(row["evidence"]) if "evidence" in row else None,
    )


def _strength(mapping: Mapping) -> Strength:
    return "exact" if mapping.predicate_id == str(SKOS.exactMatch) else "close"


def _nothing_known(uri: str) -> str:
    if uri.startswith(BASE):
        return f"There is nothing at {uri}. Find the right IRI by a name with /reconcile/suggest/entity?prefix=."
    return (
        f"Nothing here is linked to {uri}. /sameas/linkset has all links; a thing that has none can be found by its "
        "name with /reconcile/suggest/entity?prefix=."
    )
