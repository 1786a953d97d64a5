"""The REST facade, for whoever does not write SPARQL. Each answer is a bound query to the engine."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field
from rdflib import Literal
from starlette.exceptions import HTTPException

from illicit_power.engine.query import Term, select
from illicit_power.model.iris import ENTITY, IPS, compact
from illicit_power.server.dependencies import EngineDependency
from illicit_power.server.descriptions import Description, describe
from illicit_power.server.examples import stored_query

router = APIRouter(prefix="/api/v1", tags=["REST"])

MAX_PAGE = 100
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"

Slug = Annotated[str, Path(pattern=SLUG, description="the last part of the IRI", examples=["jaish-al-mahdi"])]
After = Annotated[
    str | None, Query(pattern=SLUG, description="slug of the last item of the page before", examples=["iran"])
]
PageSize = Annotated[int, Query(ge=1, le=MAX_PAGE, description="items on a page")]
Text = Annotated[
    str | None, Query(max_length=100, description="part of a name, in any spelling recorded", examples=["Mahdi"])
]
Kind = Annotated[
    str | None, Query(pattern="^[A-Z][A-Za-z]+$", description="class of the ontology", examples=["Militia"])
]


class OrganizationSummary(BaseModel):
    """An organization in a list."""

    id: str = Field(description="slug")
    iri: str
    label: str
    definition: str | None
    kinds: list[str] = Field(description="its classes, as prefixed names")
    claims: int = Field(description="number of claims about it")


class OrganizationPage(BaseModel):
    """A page of a list of organizations, in the order of their slugs."""

    items: list[OrganizationSummary]
    next: str | None = Field(description="address of the next page, where there is one")


@router.get("/organizations", summary="List organizations")
async def organizations(
    request: Request,
    response: Response,
    engine: EngineDependency,
    q: Text = None,
    type: Kind = None,
    after: After = None,
    limit: PageSize = 50,
) -> OrganizationPage:
    """Organizations, factions, state bodies and other groups that the dataset has claims about."""
    bindings: dict[str, Term] = {}
    if after is not None:
        bindings["after"] = Literal(str(ENTITY[after]))
    if q is not None:
        bindings["text"] = Literal(q)
    if type is not None:
        bindings["kind"] = IPS[type]
    rows = await select(engine, stored_query("organizations"), bindings)
    items = [
        OrganizationSummary(
            id=str(row["organization"]).removeprefix(str(ENTITY)),
            iri=str(row["organization"]),
            label=str(row["label"]),
            definition=str(row["definition"]) if "definition" in row else None,
            kinds=sorted(compact(kind) for kind in str(row["kinds"]).split()),
            claims=int(row["claims"]),
        )
        for row in rows[:limit]
    ]
    page = OrganizationPage(items=items, next=None)
    if len(rows) > limit:
        page.next = str(request.url.include_query_params(after=items[-1].id))
        response.headers["Link"] = f'<{page.next}>; rel="next"'
    return page


@router.get("/organizations/{id}", summary="One organization", responses={404: {"description": "no such organization"}})
async def organization(engine: EngineDependency, id: Slug) -> Description:
    """An organization with every claim about it, and the evidence of each claim."""
    description = await describe(engine, str(ENTITY[id]))
    if description is None or "ips:Organization" not in description.kinds:
        raise HTTPException(
            HTTPStatus.NOT_FOUND,
            f"There is no organization {id}. /api/v1/organizations?q= finds one by part of a name.",
        )
    return description
