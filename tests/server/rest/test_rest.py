"""The REST facade agrees with SPARQL, and tells what is wrong with a request."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any

import httpx
import networkx
import pytest

from illicit_power.dataset.snapshot import Snapshot
from illicit_power.server.rest.collections import COLLECTIONS, Collection

Ask = Callable[[str], list[dict[str, str]]]
PREFIX = """
PREFIX ips:  <https://w3id.org/illicit-power/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd:  <http://www.w3.org/2001/XMLSchema#>
BASE <https://w3id.org/illicit-power/>
"""
JAM = "https://w3id.org/illicit-power/id/jaish-al-mahdi"


def pages(client: httpx.Client, address: str) -> list[dict[str, Any]]:
    """All items of a list, following its links to the next page; the total is their number on every page."""
    items = []
    totals = set()
    while address:
        answer = client.get(address)
        assert answer.status_code == httpx.codes.OK, answer.text
        items += answer.json()["items"]
        totals.add(int(answer.headers["X-Total-Count"]))
        address = answer.links["next"]["url"] if "next" in answer.links else ""
    assert totals == {len(items)}
    return items


def ids(client: httpx.Client, address: str) -> list[str]:
    return [item["id"] for item in pages(client, address)]


@pytest.mark.parametrize("collection", COLLECTIONS[:-1], ids=lambda collection: collection.name)
def test_a_list_has_every_thing_of_its_class_once(client: httpx.Client, ask: Ask, collection: Collection) -> None:
    found = ids(client, f"/api/v1/{collection.name}?limit=150")
    expected = ask(f"SELECT DISTINCT ?x {{ ?x a <{collection.class_}> }}")
    assert sorted(found) == sorted(row["x"] for row in expected)


@pytest.mark.parametrize("sort", ["label", "-label", "claims", "-claims"])
def test_paging_keeps_the_order(client: httpx.Client, sort: str) -> None:
    whole = ids(client, f"/api/v1/organizations?sort={sort}&limit=200")
    assert ids(client, f"/api/v1/organizations?sort={sort}&limit=7") == whole
    assert len(set(whole)) == len(whole)


@pytest.mark.parametrize("sort", ["start", "-start"])
def test_paging_keeps_the_order_where_some_have_no_time(client: httpx.Client, sort: str) -> None:
    whole = ids(client, f"/api/v1/events?sort={sort}&limit=200")
    assert ids(client, f"/api/v1/events?sort={sort}&limit=20") == whole


def spoken_start(claim: dict[str, Any]) -> str:
    """The first moment for which the time of a claim speaks as it is written."""
    if not claim["startBasis"]["id"].endswith("derived"):
        return str(claim["startEarliest"])
    over, latest = str(claim["endEarliest"]), str(claim["startLatest"])
    return over if claim["startEarliest"] < over < latest else latest


def test_what_nothing_dates_is_last_in_either_direction(client: httpx.Client) -> None:
    for sort in ("start", "-start"):
        claims = pages(client, f"/api/v1/claims?page=57&sort={sort}&limit=200")
        is_dated = [not claim["timeBasis"]["id"].endswith("derived") for claim in claims]
        assert is_dated == sorted(is_dated, reverse=True)
        starts = [spoken_start(claim) for claim, dated in zip(claims, is_dated, strict=True) if dated]
        assert starts == sorted(starts, reverse=sort == "-start")
        assert starts


def test_a_list_is_in_the_order_that_is_asked_for(client: httpx.Client) -> None:
    names = [item["prefLabel"].lower() for item in pages(client, "/api/v1/people?limit=200")]
    assert names == sorted(names)
    pages_ = [
        min(one["page"] for one in item["evidence"]) for item in pages(client, "/api/v1/claims?page=57&limit=200")
    ]
    assert pages_ == sorted(pages_)
    assert ids(client, "/api/v1/organizations?sort=-claims&limit=200")[0] == JAM


# Each filter of the facade, and the same question in SPARQL.
QUESTIONS = [
    ("organizations?type=Militia", "?x a ips:Militia"),
    ("organizations?type=IllicitPowerStructure", "?x a ips:IllicitPowerStructure"),
    ("factions?of=jaish-al-mahdi", "?x a ips:Faction ; ips:partOf <id/jaish-al-mahdi>"),
    ("places?place=baghdad", "?x a ips:Place ; ips:locatedIn+ <id/baghdad>"),
    ("events?place=baghdad", "?x a ips:Event ; ips:occurredIn/ips:locatedIn* <id/baghdad>"),
    ("events?participant=jaish-al-mahdi", "<id/jaish-al-mahdi> ips:participatedIn ?x"),
    ("phases?posture=confrontation", "?x a ips:Phase ; ips:hasPosture <vocabulary/posture/confrontation>"),
    ("revenue-sources?mechanism=extortion", "?x ips:hasMechanism/skos:broader* <vocabulary/mechanism/extortion>"),
    ("claims?about=muqtada-al-sadr&type=Motive", "?x a ips:Motive ; ips:about <id/muqtada-al-sadr>"),
    ("claims?stance=disputed", "?x ips:stance <vocabulary/stance/disputed>"),
    ("claims?hedge=alleged", "?x ips:evidence/ips:hedge <vocabulary/hedge/alleged>"),
    ("claims?said-by=international-crisis-group", "?x ips:evidence/ips:saidBy <id/international-crisis-group>"),
    ("claims?cited-work=icg-2006", "?x ips:evidence/ips:citedWork <id/icg-2006>"),
    ("claims?page=57", "?x ips:evidence/ips:page 57"),
    (
        "claims?hedge=inferred&page=59",
        "?x ips:evidence [ ips:hedge/skos:broader* <vocabulary/hedge/inferred> ; ips:page 59 ]",
    ),
    (
        "claims?said-by=williams-and-bisbee&hedge=alleged",
        "?x ips:evidence [ ips:saidBy <id/williams-and-bisbee> ; ips:hedge <vocabulary/hedge/alleged> ]",
    ),
    ("claims?place=basra&type=Amount", "?x a ips:Amount ; ips:about/ips:locatedIn* <id/basra>"),
    (
        "claims?from=2008&to=2008-06&basis=stated,context,derived",
        "?x ips:startEarliest ?s ; ips:endLatest ?e FILTER("
        '?e >= "2008-01-01T00:00:00Z"^^xsd:dateTime && ?s <= "2008-06-30T23:59:59Z"^^xsd:dateTime)',
    ),
    (
        "claims?type=LeaderOf&on=2007-02-15&basis=stated,context,derived",
        "?x a ips:LeaderOf ; ips:startEarliest ?s ; ips:endLatest ?e FILTER("
        '?s <= "2007-02-15T00:00:00Z"^^xsd:dateTime && "2007-02-15T00:00:00Z"^^xsd:dateTime <= ?e)',
    ),
    (
        "claims?on=2007-02-15&certainty=certainly&basis=stated,context,derived",
        "?x ips:startLatest ?s ; ips:endEarliest ?e FILTER("
        '?s <= "2007-02-15T00:00:00Z"^^xsd:dateTime && "2007-02-15T00:00:00Z"^^xsd:dateTime <= ?e)',
    ),
    (
        "events?on=2008-03-28&basis=stated,context,derived",
        "?o a ips:Occurrence ; ips:subject ?x ; ips:startEarliest ?s ; ips:endLatest ?e FILTER("
        '?s <= "2008-03-28T00:00:00Z"^^xsd:dateTime && "2008-03-28T00:00:00Z"^^xsd:dateTime <= ?e)',
    ),
    (
        "timeline?type=LeaderOf",
        "?x a ips:LeaderOf ; ips:timeBasis ?b FILTER(?b != <vocabulary/time-basis/derived>)",
    ),
]


@pytest.mark.parametrize(("address", "pattern"), QUESTIONS)
def test_a_filter_finds_what_sparql_finds(client: httpx.Client, ask: Ask, address: str, pattern: str) -> None:
    expected = {row["x"] for row in ask(f"{PREFIX} SELECT DISTINCT ?x {{ {pattern} }}")}
    assert set(ids(client, f"/api/v1/{address}&limit=100")) == expected


DAYS = ("2003-08-15", "2006-06-15", "2007-02-15", "2008-03-26", "2008-06-20", "2011-01-01")


@pytest.mark.parametrize("day", DAYS)
def test_an_answer_says_how_many_matches_rest_on_what(client: httpx.Client, day: str) -> None:
    by_basis = {
        basis: set(ids(client, f"/api/v1/claims?on={day}&basis={basis}&fields=label&limit=200"))
        for basis in ("stated", "context", "derived")
    }
    told = client.get(f"/api/v1/claims?on={day}&limit=1").headers["X-Total-Count-By-Basis"]
    assert told == ", ".join(f"{basis}={len(found)}" for basis, found in by_basis.items())
    assert all(by_basis.values())
    default = ids(client, f"/api/v1/claims?on={day}&fields=label&limit=200")
    assert sorted(default) == sorted(by_basis["stated"] | by_basis["context"])
    assert not by_basis["derived"] & set(default)
    whole = ids(client, f"/api/v1/claims?on={day}&basis=stated,context,derived&fields=label&limit=200")
    assert set(whole) == set.union(*by_basis.values())


@pytest.mark.parametrize("day", DAYS)
def test_the_network_of_a_day_is_that_of_the_downloads(client: httpx.Client, snapshot: Snapshot, day: str) -> None:
    downloaded = networkx.read_graphml(snapshot.downloads / "network.graphml", force_multigraph=True)
    edges = [data for *_, data in downloaded.edges(data=True) if data["time_basis"] != "derived"]
    expected = {data["iri"] for data in edges if data["start"] <= day <= data["end"]}
    assert {link["id"] for link in client.get(f"/api/v1/network?on={day}").json()["links"]} == expected


def test_a_state_seen_at_a_moment_is_derived_at_others(client: httpx.Client) -> None:
    """Page 57: Hamza led units in January 2008; nothing says when that began and ended."""
    hamza = "https://w3id.org/illicit-power/claim/jam/hamza-leader-of-units"
    assert hamza in ids(client, "/api/v1/claims?type=LeaderOf&on=2008-01-15")
    assert hamza not in ids(client, "/api/v1/claims?type=LeaderOf&on=2009-01-15")
    assert hamza in ids(client, "/api/v1/claims?type=LeaderOf&on=2009-01-15&basis=derived")


def test_the_leader_of_the_militia_is_found_on_a_day(client: httpx.Client) -> None:
    found = pages(client, "/api/v1/claims?type=LeaderOf&about=jaish-al-mahdi&on=2007-04-15")
    assert "Muqtada al-Sadr" in {claim["subject"]["prefLabel"] for claim in found}


def test_a_part_in_an_event_has_the_time_of_the_event(client: httpx.Client) -> None:
    address = "/api/v1/claims?type=ParticipatedIn&about=battle-of-basra-2008"
    assert ids(client, f"{address}&on=2008-03-25")
    assert not ids(client, f"{address}&on=2009-03-25")


def test_a_phase_has_what_its_sections_tell_dated_or_not(client: httpx.Client, ask: Ask) -> None:
    found = set(ids(client, "/api/v1/claims?phase=jam-phase-2&fields=label&limit=200"))
    told = {row["x"] for row in ask(f"{PREFIX} SELECT ?x {{ ?x ips:inPhase <id/jam-phase-2> }}")}
    undated = {row["x"] for row in ask(f"{PREFIX} SELECT ?x {{ ?x ips:timeBasis <vocabulary/time-basis/derived> }}")}
    assert told & undated
    assert told < found


def test_a_time_by_context_comes_with_the_place_that_grounds_it(client: httpx.Client) -> None:
    claims = pages(client, "/api/v1/claims?type=LeaderOf&fields=timeBasis,timeGround")
    grounded = [claim for claim in claims if claim["timeBasis"]["prefLabel"] == "context"]
    assert grounded
    assert all(claim["timeGround"]["page"] and claim["timeGround"]["paragraph"] for claim in grounded)
    one = client.get(grounded[0]["id"].replace("https://w3id.org/illicit-power/claim/", "/api/v1/claims/")).json()
    assert one["timeGround"]["page"] == grounded[0]["timeGround"]["page"]


def test_possibly_is_wider_than_certainly(client: httpx.Client) -> None:
    possibly = set(ids(client, "/api/v1/claims?on=2007-06-15"))
    certainly = set(ids(client, "/api/v1/claims?on=2007-06-15&certainty=certainly"))
    assert certainly < possibly


def test_the_phases_on_a_day_overlap_as_the_source_has_them(client: httpx.Client) -> None:
    found = {item["id"].rpartition("/")[2] for item in pages(client, "/api/v1/phases?on=2007-06-15")}
    assert found == {"jam-phase-2", "jam-phase-3"}


def test_what_a_claim_rests_on_comes_with_it(client: httpx.Client) -> None:
    (claim,) = pages(client, "/api/v1/claims?type=SplinterOf&about=fadhila-party")
    assert claim["object"] == {
        "id": "https://w3id.org/illicit-power/id/sadrist-movement", "prefLabel": "Sadrist movement"
    }  # fmt: skip
    assert claim["stance"]["prefLabel"] == "asserted"
    assert {one["page"] for one in claim["evidence"]} == {48, 51}
    assert all(one["saidBy"] and one["hedge"]["prefLabel"] == "stated" for one in claim["evidence"])


def test_organizations_are_found_by_any_of_their_names(client: httpx.Client) -> None:
    found = ids(client, "/api/v1/organizations?q=MAHDI army")
    assert JAM in found
    assert "https://w3id.org/illicit-power/id/hezbollah" not in found


@pytest.mark.parametrize("value", ['") || true || ("', "x' }", "%limit%", "?item", "\\"])
def test_a_filter_is_a_value_and_no_query_text(client: httpx.Client, value: str) -> None:
    answer = client.get("/api/v1/organizations", params={"q": value})
    assert answer.json()["items"] == []
    assert answer.headers["X-Total-Count"] == "0"


def test_a_thing_can_be_named_by_its_iri(client: httpx.Client) -> None:
    by_slug = ids(client, "/api/v1/claims?about=fadhila-party")
    assert ids(client, "/api/v1/claims?about=https://w3id.org/illicit-power/id/fadhila-party") == by_slug
    assert by_slug


def test_fields_choose_what_is_shown(client: httpx.Client) -> None:
    items = pages(client, "/api/v1/people?fields=prefLabel&limit=100")
    assert {tuple(item) for item in items} == {("id", "prefLabel")}


def test_an_item_comes_with_its_claims_in_the_order_of_the_source(client: httpx.Client) -> None:
    party = client.get("/api/v1/organizations/fadhila-party").json()
    assert set(party["type"]) >= {"PoliticalParty", "SplinterGroup"}
    places = [min((one["page"], one["paragraph"]) for one in claim["evidence"]) for claim in party["claims"]]
    assert places == sorted(places)
    assert {claim["id"] for claim in party["claims"]} == set(ids(client, "/api/v1/claims?about=fadhila-party"))


def test_csv_has_the_same_rows_with_names_beside_iris(client: httpx.Client) -> None:
    asked = client.get("/api/v1/claims?type=LeaderOf", headers={"Accept": "text/csv"})
    assert asked.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    rows = list(csv.DictReader(asked.text.splitlines()))
    items = pages(client, "/api/v1/claims?type=LeaderOf")
    assert [row["id"] for row in rows] == [item["id"] for item in items]
    assert [row["object.label"] for row in rows] == [item["object"]["prefLabel"] for item in items]
    for row, item in zip(rows, items, strict=True):
        assert [int(page) for page in row["evidence.page"].split(" | ")] == [one["page"] for one in item["evidence"]]
    assert client.get("/api/v1/claims?type=LeaderOf&format=csv").text == asked.text


def test_parts_of_cells_about_evidence_belong_together(client: httpx.Client) -> None:
    address = "/api/v1/claims?page=57&limit=200&fields=evidence"
    rows = list(csv.DictReader(client.get(address, headers={"Accept": "text/csv"}).text.splitlines()))
    for row, item in zip(rows, client.get(address).json()["items"], strict=True):
        places = item["evidence"]
        assert row["evidence.paragraph"].split(" | ") == [str(one.get("paragraph", "")) for one in places]
        assert row["evidence.hedge.label"].split(" | ") == [one["hedge"]["prefLabel"] for one in places]
        notes = [", ".join(map(str, one.get("footnote", []))) for one in places]
        assert row["evidence.footnote"].split(" | ") == notes


def test_the_network_connects_the_entities_of_relation_claims(client: httpx.Client, ask: Ask) -> None:
    network = client.get("/api/v1/network?on=2007-02-15").json()
    nodes = {node["id"] for node in network["nodes"]}
    assert {end for link in network["links"] for end in (link["source"], link["target"])} == nodes
    (link,) = client.get("/api/v1/network?type=SplinterOf&about=fadhila-party").json()["links"]
    assert (link["type"], link["pages"], link["stance"]["prefLabel"]) == ("SplinterOf", [48, 51], "asserted")


def test_the_timeline_is_in_the_order_of_time(client: httpx.Client) -> None:
    starts = [spoken_start(item) for item in pages(client, "/api/v1/timeline?from=2006&to=2008&limit=200")]
    assert starts == sorted(starts)
    assert starts


def test_a_head_request_has_no_body(client: httpx.Client) -> None:
    answer = client.head("/api/v1/places")
    assert answer.content == b""
    assert int(answer.headers["X-Total-Count"]) > 0


@pytest.mark.parametrize(
    ("address", "parameter", "allowed"),
    [
        ("organizations?limit=0", "limit", ()),
        ("organizations?limit=201", "limit", ()),
        ("organizations?limit=0000000501", "limit", ()),
        ("organizations?limit=many", "limit", ()),
        ("organizations?limit=1e3", "limit", ()),
        ("organizations?color=red", "color", ("type", "q")),
        ("people?hedge=alleged", "hedge", ("organization",)),
        ("organizations?type=%7D", "type", ()),
        ("organizations?type=City", "type", ("Militia",)),
        ("claims?hedge=certain", "hedge", ("alleged", "stated")),
        ("claims?stance=true", "stance", ("asserted", "denied")),
        ("claims?about=jaish-al-mehdi", "about", ("jaish-al-mahdi",)),
        ("claims?about=a%20b", "about", ()),
        ("claims?place=jaish-al-mahdi", "place", ()),
        ("claims?phase=basra", "phase", ("jam-phase-1",)),
        ("claims?from=2008&to=2007", "to", ()),
        ("claims?on=2007", "on", ()),
        ("claims?on=2007-02-30", "on", ()),
        ("claims?from=2007-13", "from", ()),
        ("claims?certainty=certainly", "certainty", ()),
        ("claims?basis=stated", "basis", ()),
        ("claims?on=2007-02-15&basis=hearsay", "basis", ("stated", "context", "derived")),
        ("claims?on=2007-02-15&certainty=maybe", "certainty", ("possibly", "certainly")),
        ("claims?sort=size", "sort", ("page", "-start")),
        ("claims?fields=label,size", "fields", ("summary",)),
        ("claims?cursor=abc", "cursor", ()),
        ("claims?page=fifty", "page", ()),
        ("claims?page=0", "page", ()),
        (f"claims?q={'x' * 101}", "q", ()),
        ("claims?q=%20", "q", ()),
        ("claims?page=57&page=58", "page", ()),
        ("claims?format=xls", "format", ("csv",)),
        ("network?on=yesterday", "on", ()),
        ("organizations/jaish-al-mahdi?fields=label", "fields", ("format",)),
    ],
)
def test_a_bad_parameter_is_named_with_what_would_do(
    client: httpx.Client, address: str, parameter: str, allowed: tuple[str, ...]
) -> None:
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    (complaint,) = answer.json()["parameters"]
    assert complaint["parameter"] == parameter
    assert parameter in answer.json()["detail"]
    assert set(allowed) <= {*complaint.get("allowed", ()), *complaint.get("nearest", ())}


@pytest.mark.parametrize(
    ("address", "detail"),
    [
        ("claims?about=basrah", "about: no Entity of the dataset; nearest: basra,"),
        ("claims?place=jaish-al-mahdi", "place: no Place of the dataset; "),
        ("organizations?type=Person", "type: no class of Organization that has members; use one of "),
        ("claims?hedge=certain", "hedge: no concept of the vocabulary hedge; use one of alleged"),
        ("claims?stance=true&limit=0", "limit: expected a whole number from 1 to 200"),
    ],
)
def test_values_that_would_do_do_not_read_as_the_wrong_ones(client: httpx.Client, address: str, detail: str) -> None:
    assert detail in client.get(f"/api/v1/{address}").json()["detail"]


def test_all_that_is_wrong_is_told_at_once(client: httpx.Client) -> None:
    answer = client.get("/api/v1/claims?on=then&limit=0&colour=red").json()
    assert {complaint["parameter"] for complaint in answer["parameters"]} == {"on", "limit", "colour"}


@pytest.mark.parametrize(
    ("address", "advice"),
    [
        ("/api/v1/organizations/no-such-group", "?q="),
        ("/api/v1/organizations/basra", "no organization"),
        ("/api/v1/organizations/jaish-al-mehdi", "jaish-al-mahdi"),
        ("/api/v1/organizations/a%20b", "no organization"),
    ],
)
def test_an_unknown_thing_is_404_with_advice(client: httpx.Client, address: str, advice: str) -> None:
    answer = client.get(address)
    assert answer.status_code == httpx.codes.NOT_FOUND
    assert advice in answer.json()["detail"]


def test_a_form_that_is_not_offered_is_406(client: httpx.Client) -> None:
    answer = client.get("/api/v1/places", headers={"Accept": "image/png"})
    assert answer.status_code == httpx.codes.NOT_ACCEPTABLE
    assert "text/csv" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/"])
def test_the_root_of_the_facade_leads_to_what_is_there(client: httpx.Client, path: str) -> None:
    for accept, target in (("text/html", "/api"), ("application/json", "/api/v1/openapi.json")):
        answer = client.get(path, headers={"Accept": accept})
        assert (answer.status_code, answer.headers["Location"]) == (httpx.codes.SEE_OTHER, target)
        assert client.get(target, headers={"Accept": accept}).status_code == httpx.codes.OK


def test_a_final_slash_makes_no_difference_to_a_list(client: httpx.Client) -> None:
    with_slash, without = (client.get(f"/api/v1/claims{slash}?limit=3") for slash in ("/", ""))
    assert with_slash.status_code == httpx.codes.OK
    assert with_slash.json() == without.json()
    assert len(pages(client, "/api/v1/cases/?limit=1")) == len(pages(client, "/api/v1/cases?limit=1"))
