"""What the facade offers: one row for each collection. Routes, queries, OpenAPI and pages follow from this table.

The patterns are SPARQL over ``?item``, with the prefixes of ``queries/list.rq``. They are the only text that a query
is put together from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from illicit_power.model.iris import CASE, CLAIM, ENTITY, IPS
from illicit_power.server.rest.filters import (
    PAGE,
    TEXT,
    Filter,
    concept_of,
    entity_of,
    subclass_of,
)
from illicit_power.server.rest.times import filters_by_time, within_phase

NESTED: Final = {
    "evidence": ("page", "paragraph", "footnote", "hedge", "explicitness", "saidBy", "speakerResolved", "quoted",
                 "citedWork", "citedPage"),
    "timeGround": ("page", "paragraph"),
}  # fmt: skip
"""Fields whose values are shown with fields of their own."""


@dataclass(frozen=True)
class Sort:
    """An order of a list.

    :ivar pattern: binds ``?sortKey`` for every ``?item``, even where the dataset lacks what it is made from;
        ``%undated%`` stands for a time that comes last in the direction asked for
    :ivar aggregate: makes one key of several
    """

    name: str
    description: str
    pattern: str
    aggregate: str = "MIN"


@dataclass(frozen=True)
class Collection:
    """A list of things of one class, and the things in it.

    :ivar name: its path
    :ivar singular: what one of them is called
    :ivar class_: what its members are
    :ivar namespace: of their IRIs
    :ivar match: what holds of each ``?item``
    :ivar fields: what a list shows of each, as names of the JSON-LD context; also the columns of CSV
    :ivar sorts: the orders on offer; the first is the one without ``sort``
    :ivar example: slug of a member; empty where the collection has no address for a single one
    """

    name: str
    singular: str
    description: str
    class_: str
    fields: tuple[str, ...]
    filters: tuple[Filter, ...]
    sorts: tuple[Sort, ...]
    example: str
    namespace: str = ENTITY
    match: str = ""


_TEXT: Final = Filter(
    "q", TEXT, "part of a name, in any recorded spelling; case does not matter",
    "?item skos:prefLabel|skos:altLabel|rdfs:label|ips:summary ?text . FILTER(CONTAINS(LCASE(STR(?text)), ?q))",
)  # fmt: skip
_ABOUT: Final = Filter(
    "about", entity_of(IPS.Entity), "what the claim speaks of, in any role", "?item ips:about ?about ."
)
_PLACE: Final = Filter("place", entity_of(IPS.Place), "where: this place or one within it")
_PHASE: Final = Filter(
    "phase",
    entity_of(IPS.Phase),
    "in this phase: what the source tells in its sections on it, or dates within it",
)
_MECHANISM: Final = Filter("mechanism", concept_of("mechanism"), "how the money is made; narrower mechanisms count too")
_POSTURE: Final = Filter("posture", concept_of("posture"), "posture of the phase", "?item ips:hasPosture ?posture .")
_OF: Final = Filter("of", entity_of(IPS.Organization), "the organization that it belongs to")
_PARTICIPANT: Final = Filter(
    "participant", entity_of(IPS.Agent), "who took part", "?participant ips:participatedIn ?item ."
)
_ORGANIZATION: Final = Filter(
    "organization", entity_of(IPS.Organization), "which the person led, founded, belonged to or spoke for",
    "?item ips:memberOf|ips:leaderOf|ips:founderOf|ips:affiliatedWith|ips:representativeOf ?organization .",
)  # fmt: skip
_STANCE: Final = Filter(
    "stance", concept_of("stance"), "how the source as a whole stands to it", "?item ips:stance ?stance ."
)
# Several filters of what is said in one place of a source share ?said, so that they find the place where all hold.
_HEDGE: Final = Filter(
    "hedge",
    concept_of("hedge"),
    "how firmly a speaker puts it; narrower hedges count too",
    "?item ips:evidence ?said . ?said ips:hedge/skos:broader* ?hedge .",
)
_SAID_BY: Final = Filter(
    "said-by", entity_of(IPS.Agent), "who says it", "?item ips:evidence ?said . ?said ips:saidBy ?saidBy ."
)
_CITED: Final = Filter(
    "cited-work",
    entity_of(IPS.Source),
    "work that the source cites for it",
    "?item ips:evidence ?said . ?said ips:citedWork ?citedWork .",
)
_PAGE: Final = Filter(
    "page", PAGE, "page of the source on which it is said", "?item ips:evidence ?said . ?said ips:page ?page ."
)


_SPOKEN_OF: Final = "?dated ips:about ?item ; ips:stance ?datedStance . FILTER(?datedStance != stance:denied)"
_HAPPENED: Final = "?dated a ips:Occurrence ; ips:subject ?item ."
_LASTED: Final = "?dated a ips:PhaseOf ; ips:subject ?item ."
_BY_SPOKEN_OF: Final = filters_by_time(_SPOKEN_OF, "?dated")
_BY_OWN_TIME: Final = filters_by_time("", "?item")

_BY_NAME: Final = Sort(
    "label", "by name",
    "OPTIONAL { ?item skos:prefLabel|rdfs:label ?known } BIND(LCASE(STR(COALESCE(?known, ?item))) AS ?sortKey)",
)  # fmt: skip
_BY_CLAIMS: Final = Sort("claims", "by the number of claims about it", "OPTIONAL { ?sortKey ips:about ?item }", "COUNT")


def _by_start(link: str, claim: str) -> Sort:
    """By the earliest start; where the time as written leaves it open, by the first moment that it speaks for."""
    began = (
        f"OPTIONAL {{ {link} {claim} ips:startEarliest ?earliest_ ; ips:startLatest ?latest_ ; "
        "ips:endEarliest ?over_ ; "
        "ips:startBasis ?side_ ; ips:timeBasis ?ground_ . FILTER(?ground_ != time-basis:derived) } "
        "BIND(IF(?earliest_ < ?over_ && ?over_ < ?latest_, ?over_, ?latest_) AS ?spoken_) "
        "BIND(IF(?side_ != time-basis:derived, ?earliest_, ?spoken_) AS ?began_) "
        "BIND(COALESCE(?began_, %undated%) AS ?sortKey)"
    )
    return Sort("start", "by the earliest time at which it can have begun, what has no time last", began)


_BY_START: Final = _by_start("", "?item")
_BY_HAPPENING: Final = _by_start(_HAPPENED, "?dated")
_BY_LASTING: Final = _by_start(_LASTED, "?dated")
_BY_PLACE_IN_TEXT: Final = Sort(
    "page", "in the order of the source",
    "OPTIONAL { ?item ips:evidence ?place_ . ?place_ ips:page ?page_ ; ips:paragraph ?paragraph_ } "
    "BIND(COALESCE(?page_ * 1000 + ?paragraph_, 999999999) AS ?sortKey)",
)  # fmt: skip

_NAMES: Final = ("type", "prefLabel", "altLabel", "definition")
_MATCHES: Final = ("exactMatch", "closeMatch")
_TIME: Final = ("time", "begin", "end", "attested", "timeBasis", "startEarliest", "startLatest", "endEarliest",
                "endLatest", "startBasis", "endBasis")  # fmt: skip
_AREA: Final = "?item (ips:operatedIn|ips:controlled|ips:locatedIn)/ips:locatedIn* ?place ."
_CLAIM_FILTERS: Final = (
    _TEXT.such_as("election"),
    _ABOUT.such_as("muqtada-al-sadr"),
    _PLACE.by("?place a ips:Place . ?item ips:about/ips:locatedIn* ?place .", "basra"),
    _PHASE.by(within_phase("", "?item", "?phase a ips:Phase . ?item ips:about ?phase ."), "jam-phase-3"),
    _STANCE.such_as("disputed"),
    _HEDGE.such_as("alleged"),
    _SAID_BY.such_as("international-crisis-group"),
    _CITED.such_as("icg-2006"),
    _PAGE.such_as("57"),
    *_BY_OWN_TIME,
)


def _type(class_: str, example: str) -> Filter:
    description = "class of the ontology; the classes below it count too"
    return Filter("type", subclass_of(class_), description, "?item a ?type .", "", example)


CLAIMS: Final = Collection(
    "claims", "claim", "What sources say, each with where they say it, how firmly, and for what time.",
    IPS.Claim,
    ("type", "label", "summary", "subject", "object", *_TIME, "timeGround", "inSection", "inPhase", "stance",
     "qualification", "place", "against", "value", "valueAtLeast",
     "valueAtMost", "outOf", "approximate", "magnitude", "unit", "currency", "per", "name", "role", "kinship",
     "support", "conflictsWith", "restsOn", "editorialNote", "evidence"),
    (_type(IPS.Claim, "SplinterOf"), *_CLAIM_FILTERS,
     _MECHANISM.by("?item ips:about/ips:hasMechanism?/skos:broader* ?mechanism .", "extortion")),
    (_BY_PLACE_IN_TEXT, _BY_START, _BY_NAME),
    "jam/fadhila-splinter-of-sadrist-movement", CLAIM,
)  # fmt: skip

TIMELINE: Final = Collection(
    "timeline", "claim", "What can be put on a time axis, from the earliest on: claims that the source dates, in words "
    "or by context, those that an event happened (type=Occurrence) and that a phase lasted (type=PhaseOf) among them.",
    IPS.Claim,
    ("type", "label", "subject", "object", *_TIME, "inPhase", "stance", "qualification", "evidence"),
    (_type(IPS.Claim, "Occurrence"), *_CLAIM_FILTERS),
    (_BY_START, _BY_PLACE_IN_TEXT), "",
    match="?item ips:timeBasis ?itsBasis . FILTER(?itsBasis != time-basis:derived)",
)  # fmt: skip

COLLECTIONS: Final = (
    Collection(
        "organizations", "organization", "Movements, militias, parties, state bodies, gangs and other groups.",
        IPS.Organization,
        (*_NAMES, "partOf", "factionOf", "armedWingOf", "splinterOf", "successorOf", "operatedIn", "engagedIn",
         *_MATCHES),
        (_type(IPS.Organization, "Militia"), _TEXT.such_as("mahdi"), _PLACE.by(_AREA, "baghdad"),
         _PHASE.by(within_phase(_SPOKEN_OF, "?dated"), "jam-phase-3"), *_BY_SPOKEN_OF),
        (_BY_NAME, _BY_CLAIMS), "jaish-al-mahdi",
    ),
    Collection(
        "factions", "faction", "Parts of an organization with leaders, aims or conduct of their own.",
        IPS.Faction,
        (*_NAMES, "factionOf", "partOf", "splinterOf", "operatedIn", "engagedIn", *_MATCHES),
        (_type(IPS.Faction, "Faction"), _TEXT.such_as("golden"),
         _OF.by("?item ips:factionOf|ips:partOf ?of .", "jaish-al-mahdi"), _PLACE.by(_AREA, "baghdad"),
         _PHASE.by(within_phase(_SPOKEN_OF, "?dated"), "jam-phase-3"), *_BY_SPOKEN_OF),
        (_BY_NAME, _BY_CLAIMS), "noble-jam",
    ),
    Collection(
        "people", "person", "Persons, those whom the source leaves unnamed among them.",
        IPS.Person,
        (*_NAMES, "leaderOf", "memberOf", "founderOf", "heldOffice", "kinOf", *_MATCHES),
        (_type(IPS.Person, "UnnamedPerson"), _TEXT.such_as("sadr"), _ORGANIZATION.such_as("jaish-al-mahdi"),
         *_BY_SPOKEN_OF),
        (_BY_NAME, _BY_CLAIMS), "muqtada-al-sadr",
    ),
    Collection(
        "places", "place", "Countries, regions, cities, neighborhoods and facilities.",
        IPS.Place,
        (*_NAMES, "locatedIn", "lat", "long", *_MATCHES),
        (_type(IPS.Place, "City"), _TEXT.such_as("sadr"), _PLACE.by("?item ips:locatedIn+ ?place .", "baghdad"),
         *_BY_SPOKEN_OF),
        (_BY_NAME, _BY_CLAIMS), "basra",
    ),
    Collection(
        "events", "event", "Battles, attacks, elections, cease-fires and whatever else happened.",
        IPS.Event,
        (*_NAMES, "occurredIn", "partOf", *_MATCHES),
        (_type(IPS.Event, "Battle"), _TEXT.such_as("najaf"),
         _PLACE.by("?item ips:occurredIn/ips:locatedIn* ?place .", "iraq"), _PARTICIPANT.such_as("jaish-al-mahdi"),
         _PHASE.by(within_phase(_HAPPENED, "?dated"), "jam-phase-1"), *filters_by_time(_HAPPENED, "?dated")),
        (_BY_NAME, _BY_HAPPENING, _BY_CLAIMS), "second-battle-of-najaf-2004",
    ),
    Collection(
        "phases", "phase", "Periods in the evolution of an organization, with their posture.",
        IPS.Phase,
        (*_NAMES, "phaseOf", "hasPosture"),
        (_TEXT.such_as("purge"), _OF.by("?item ips:phaseOf ?of .", "jaish-al-mahdi"), _POSTURE.such_as("confrontation"),
         *filters_by_time(_LASTED, "?dated")),
        (_BY_LASTING, _BY_NAME), "jam-phase-1",
    ),
    Collection(
        "revenue-sources", "revenue source", "Streams of money, and how each is made.",
        IPS.RevenueSource,
        (*_NAMES, "hasMechanism", "paidBy", "locatedIn", "spentOn", "partOf"),
        (_TEXT.such_as("oil"), _MECHANISM.by("?item ips:hasMechanism/skos:broader* ?mechanism .", "extortion"),
         _PLACE.by("?item ips:locatedIn+ ?place .", "baghdad"),
         _PHASE.by(within_phase(_SPOKEN_OF, "?dated"), "jam-phase-2"), *_BY_SPOKEN_OF),
        (_BY_NAME, _BY_CLAIMS), "sadr-city-gas-station-payments",
    ),
    CLAIMS,
    Collection(
        "sources", "source", "The works that cases draw on, and the works and interviews that these cite.",
        IPS.Source,
        ("type", "prefLabel", "definition", "title", "issued", "creator", "publisher",
         "bibliographicCitation", *_MATCHES),
        (_type(IPS.Source, "Report"), _TEXT.such_as("2009")),
        (_BY_NAME, _BY_CLAIMS), "williams-bisbee-2016",
    ),
    Collection(
        "cases", "case", "The cases: what one source tells of one power structure.",
        IPS.Case,
        ("prefLabel", "title", "description", "slug", "source", "firstPage", "lastPage", "horizon"),
        (_TEXT.such_as("mahdi"),),
        (_BY_NAME,), "jam", CASE,
    ),
    TIMELINE,
)  # fmt: skip
"""The collections, in the order in which they are described."""

NETWORK_FILTERS: Final = (_type(IPS.RelationClaim, "RivalOf"), *_CLAIM_FILTERS[1:])
