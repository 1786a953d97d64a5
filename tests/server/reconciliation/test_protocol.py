"""The reconciliation service as its clients use it: a session such as OpenRefine's, and one of the 1.0 draft.

The schemas beside this file are written from the two versions of the specification.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

BASE = "https://w3id.org/illicit-power/"
Json = dict[str, Any]


def checked(answer: httpx.Response, schema: str) -> Json:
    """The body of an answer, which fits a schema and may be read from any site."""
    assert answer.status_code == httpx.codes.OK, answer.text
    assert answer.headers["content-type"] == "application/json"
    content: Json = answer.json()
    path = Path(__file__).parent / "schemas" / f"{schema}.json"
    Draft202012Validator(json.loads(path.read_text(encoding="utf-8"))).validate(content)
    return content


def reconcile(client: httpx.Client, **queries: Json) -> dict[str, list[Json]]:
    """The candidates for queries of version 0.2, posted as OpenRefine does."""
    answer = client.post("/reconcile", data={"queries": json.dumps(queries)})
    return {key: result["result"] for key, result in checked(answer, "results-0.2").items()}


def refused(answer: httpx.Response, status: int) -> str:
    """What a problem document says."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["detail"])


def test_a_session_of_openrefine(client: httpx.Client) -> None:
    origin = {"Origin": "http://127.0.0.1:3333"}
    answer = client.get("/reconcile", headers=origin)
    assert answer.headers["access-control-allow-origin"] == "*"
    manifest = checked(answer, "manifest-0.2")
    assert manifest["identifierSpace"] == BASE + "id/"

    # Reconcile a column.
    cells = {"q0": "Jaysh al-Mahdi", "q1": "Moqtada al Sadr", "q2": "Peshmerga"}
    queries = {
        key: {"query": cell, "type": "ips:Entity", "type_strict": "should", "limit": 5} for key, cell in cells.items()
    }
    found = reconcile(client, **queries)
    assert [found[key][0]["id"] for key in ("q0", "q1")] == ["jaish-al-mahdi", "muqtada-al-sadr"]
    assert [found[key][0]["match"] for key in ("q0", "q1")] == [True, True]
    assert not any(candidate["match"] for candidate in found["q2"])

    # Look at a candidate.
    chosen = found["q0"][0]["id"]
    assert manifest["view"]["url"].replace("{{id}}", chosen) == BASE + "id/jaish-al-mahdi"
    preview = client.get(manifest["preview"]["url"].replace("{{id}}", chosen))
    assert "Militia of the Sadrist movement" in preview.text
    assert "frame-ancestors *" in preview.headers["content-security-policy"]
    assert "default-src 'self'" in preview.headers["content-security-policy"]

    # Search by hand for another.
    service = manifest["suggest"]["entity"]
    typed = client.get(service["service_url"] + service["service_path"], params={"prefix": "promised"})
    assert checked(typed, "suggest-entity")["result"][0]["id"] == "promised-day-brigade"

    # Add columns from what is known.
    service = manifest["extend"]["propose_properties"]
    proposed = client.get(
        service["service_url"] + service["service_path"], params={"type": "ips:Militia", "limit": "50"}
    )
    offered = {property_["id"] for property_ in checked(proposed, "proposal")["properties"]}
    columns = ["skos:altLabel", "founded", "place", "parent", "^ips:leaderOf"]
    assert set(columns) <= offered
    wanted = {"ids": [chosen, "no-such-thing"], "properties": [{"id": column} for column in columns]}
    extended = checked(client.post("/reconcile", data={"extend": json.dumps(wanted)}), "extension-0.2")
    assert [column["id"] for column in extended["meta"]] == columns
    row = extended["rows"][chosen]
    assert {"str": "Mahdi Army"} in row["skos:altLabel"]
    assert row["founded"] == [{"str": "2003-07"}]
    assert {"id": "sadr-city", "name": "Sadr City"} in row["place"]
    assert row["parent"] == [{"id": "sadrist-movement", "name": "Sadrist movement"}]
    assert row["^ips:leaderOf"] == [{"id": "muqtada-al-sadr", "name": "Muqtada al-Sadr"}]
    assert extended["rows"]["no-such-thing"] == {column: [] for column in columns}


def test_a_session_of_the_draft(client: httpx.Client) -> None:
    endpoint = "/reconcile/1.0-draft"
    manifest = checked(client.get(endpoint), "manifest-1.0-draft")
    assert manifest["view"]["url"] == BASE + "id/{id}"
    batch: Json = {
        "queries": [
            {"type": "ips:Organization", "conditions": [{"matchType": "name", "propertyValue": "عصائب أهل الحق"}]},
            {"conditions": [{"matchType": "id", "propertyValue": BASE + "id/basra"}]},
            {
                "type": "ips:Battle",
                "limit": 3,
                "conditions": [
                    {
                        "matchType": "property",
                        "propertyId": "place",
                        "propertyValue": ["Basra", {"id": "najaf"}],
                        "required": True,
                    }
                ],
            },
        ]
    }
    results = checked(client.post(f"{endpoint}/match", json=batch), "results-1.0-draft")["results"]
    by_name, by_id, by_place = (result["candidates"] for result in results)
    assert (by_name[0]["id"], by_name[0]["match"]) == ("asaib-ahl-al-haq", True)
    assert (by_id[0]["id"], by_id[0]["match"], by_id[0]["score"]) == ("basra", True, 100)
    assert {candidate["id"] for candidate in by_place} == {"battle-of-basra-2008", "second-battle-of-najaf-2004"}
    assert not any(candidate["match"] for candidate in by_place)

    wanted: Json = {"ids": ["sadr-city", "nowhere"], "properties": [{"id": "geo:lat"}, {"id": "rdf:type"}]}
    extended = checked(client.post(f"{endpoint}/extend", json=wanted), "extension-1.0-draft")
    known, unknown = extended["rows"]
    assert known["properties"][0] == {"id": "geo:lat", "values": [{"float": 33.3889}]}
    assert {"str": "neighborhood"} in known["properties"][1]["values"]
    assert unknown == {
        "id": "nowhere",
        "properties": [{"id": each["id"], "values": []} for each in wanted["properties"]],
    }


def test_the_endpoint_answers_both_versions(client: httpx.Client) -> None:
    assert checked(client.get("/reconcile"), "manifest-0.2")["versions"] == ["0.2", "1.0-draft"]
    batch = {"queries": [{"conditions": [{"matchType": "name", "propertyValue": "AAH"}]}]}
    results = checked(client.post("/reconcile/match", json=batch), "results-1.0-draft")["results"]
    assert results[0]["candidates"][0]["id"] == "asaib-ahl-al-haq"


def test_queries_and_extension_by_get(client: httpx.Client) -> None:
    queries = {"q": {"query": "PDB"}}
    found = checked(client.get("/reconcile", params={"queries": json.dumps(queries)}), "results-0.2")
    assert found["q"]["result"][0]["id"] == "promised-day-brigade"
    wanted = {"ids": ["battle-of-basra-2008"], "properties": [{"id": "date"}]}
    extended = checked(client.get("/reconcile", params={"extend": json.dumps(wanted)}), "extension-0.2")
    assert extended["rows"]["battle-of-basra-2008"]["date"][0]["str"].startswith("2008-03")


def test_features_add_up_to_the_score(client: httpx.Client) -> None:
    query = {
        "query": "Mahdi Army",
        "type": "ips:Organization",
        "type_strict": "should",
        "properties": [{"pid": "parent", "v": "Sadrists"}, {"pid": "founded", "v": "2003"}],
    }
    best = reconcile(client, q=query)["q"][0]
    points = {feature["id"]: feature["value"] for feature in best["features"]}
    assert points.keys() == {"name", "type", "property:parent", "property:founded"}
    assert sum(points.values()) == pytest.approx(best["score"], abs=0.05)


def test_a_type_keeps_others_out(client: httpx.Client) -> None:
    found = reconcile(
        client, place={"query": "Basra", "type": "ips:Place"}, person={"query": "Basra", "type": ["ips:Person"]}
    )
    assert found["place"][0]["id"] == "basra"
    assert found["place"][0]["match"] is True
    assert all("ips:Place" in {type_["id"] for type_ in each["type"]} for each in found["place"])
    assert not any(each["match"] for each in found["person"])


def test_a_date_tells_events_apart(client: httpx.Client) -> None:
    found = reconcile(
        client,
        right={"query": "Battle of Basra", "properties": [{"pid": "date", "v": "2008-03-25T00:00:00Z"}]},
        wrong={"query": "Battle of Basra", "properties": [{"pid": "date", "v": "1915"}]},
        unreadable={"query": "Battle of Basra", "properties": [{"pid": "date", "v": "spring"}]},
    )
    assert [each[0]["id"] for each in found.values()] == ["battle-of-basra-2008"] * 3
    assert found["right"][0]["match"] is True
    assert found["wrong"][0]["match"] is False
    assert found["right"][0]["score"] > found["unreadable"][0]["score"] > found["wrong"][0]["score"]


@pytest.mark.parametrize("name", ["Sadr", "Yacoubi", "اليعقوبي"])
def test_a_name_of_several_is_no_match(client: httpx.Client, name: str) -> None:
    candidates = reconcile(client, q={"query": name})["q"]
    assert len(candidates) > 1
    assert not any(candidate["match"] for candidate in candidates)


@pytest.mark.parametrize(
    "query",
    [
        "asaib-ahl-al-haq",
        BASE + "id/asaib-ahl-al-haq",
        "http://dbpedia.org/resource/Asa'ib_Ahl_al-Haq",
        "https://en.wikipedia.org/wiki/Asa%27ib_Ahl_al-Haq",
    ],
)
def test_an_identifier_finds_its_entity(client: httpx.Client, query: str) -> None:
    best = reconcile(client, q={"query": query})["q"][0]
    assert (best["id"], best["score"], best["match"]) == ("asaib-ahl-al-haq", 100, True)


def test_a_batch_of_a_thousand(client: httpx.Client) -> None:
    names = ("Mahdi Army", "جيش المهدي", "Sadr City", "Nobody at all")
    queries = {f"q{number}": {"query": names[number % 4], "limit": 3} for number in range(1000)}
    found = reconcile(client, **queries)
    assert len(found) == 1000
    assert {found[f"q{number}"][0]["id"] for number in range(0, 1000, 4)} == {"jaish-al-mahdi"}
    assert {found[f"q{number}"][0]["id"] for number in range(2, 1000, 4)} == {"sadr-city"}

    answer = client.post("/reconcile", data={"queries": json.dumps({**queries, "more": {"query": "x"}})})
    assert "at most 1,000" in refused(answer, httpx.codes.REQUEST_ENTITY_TOO_LARGE)


@pytest.mark.parametrize(
    ("batch", "advice"),
    [
        ("{", "Invalid JSON"),
        ('["Mahdi Army"]', "should be an object"),
        ('{"q7": {}}', "q7: give a query, or properties"),
        ('{"q7": {"query": ""}}', "q7 → query: String should have at least 1 character"),
        ('{"q7": {"query": "x", "limit": 0}}', "q7 → limit: Input should be greater than or equal to 1"),
        ('{"q7": {"query": "x", "qurey": "y"}}', "q7 → qurey: Extra inputs are not permitted"),
        ('{"q7": {"query": "x", "type": "Milita"}}', "q7: there is no type Milita. Did you mean ips:Militia?"),
        (
            '{"q7": {"query": "x", "properties": [{"pid": "locatedin", "v": "y"}]}}',
            "q7: there is no property locatedin. Did you mean ips:locatedIn",
        ),
    ],
)
def test_a_bad_batch_says_what_is_wrong(client: httpx.Client, batch: str, advice: str) -> None:
    assert advice in refused(client.post("/reconcile", data={"queries": batch}), httpx.codes.BAD_REQUEST)


def test_a_bad_batch_of_the_draft_says_what_is_wrong(client: httpx.Client) -> None:
    answer = client.post("/reconcile/match", json={"queries": [{"conditions": []}]})
    assert "queries → 0 → conditions" in refused(answer, httpx.codes.BAD_REQUEST)
    answer = client.post("/reconcile/match", data={"queries": "{}"})
    assert "application/json" in refused(answer, httpx.codes.UNSUPPORTED_MEDIA_TYPE)
    answer = client.post("/reconcile", json={"queries": []})
    assert "/reconcile/match" in refused(answer, httpx.codes.UNSUPPORTED_MEDIA_TYPE)


def test_a_body_in_another_charset_or_too_large_is_refused(client: httpx.Client) -> None:
    latin = {"Content-Type": "application/x-www-form-urlencoded; charset=iso-8859-1"}
    answer = client.post("/reconcile", content=b"queries=%7B%7D", headers=latin)
    assert "UTF-8" in refused(answer, httpx.codes.UNSUPPORTED_MEDIA_TYPE)
    answer = client.post("/reconcile/match", content=b" " * 4_000_001, headers={"Content-Type": "application/json"})
    assert "Send it in parts" in refused(answer, httpx.codes.REQUEST_ENTITY_TOO_LARGE)


def test_an_extension_by_an_unknown_property_is_refused(client: httpx.Client) -> None:
    wanted = {"ids": ["jaish-al-mahdi"], "properties": [{"id": "ips:splinterof"}]}
    answer = client.post("/reconcile", data={"extend": json.dumps(wanted)})
    assert "Did you mean ips:splinterOf" in refused(answer, httpx.codes.BAD_REQUEST)


@pytest.mark.parametrize(
    ("prefix", "first"),
    [
        ("jaish", "jaish-al-mahdi"),
        ("Jaysh al-M", "jaish-al-mahdi"),
        ("asa'ib", "asaib-ahl-al-haq"),
        ("جيش المهدي", "jaish-al-mahdi"),
        ("muqtada-al-sadr", "muqtada-al-sadr"),
    ],
)
def test_entities_are_suggested_in_any_spelling(client: httpx.Client, prefix: str, first: str) -> None:
    answer = client.get("/reconcile/suggest/entity", params={"prefix": prefix})
    assert checked(answer, "suggest-entity")["result"][0]["id"] == first


def test_suggestions_are_paged_as_each_version_says(client: httpx.Client) -> None:
    path = "/reconcile/suggest/entity"
    all_ids = [each["id"] for each in client.get(path, params={"prefix": "sadr", "limit": "6"}).json()["result"]]
    assert len(all_ids) == 6
    for parameter in ("cursor", "offset"):
        rest = client.get(path, params={"prefix": "sadr", "limit": "4", parameter: "2"}).json()["result"]
        assert [each["id"] for each in rest] == all_ids[2:]


def test_types_and_properties_are_suggested(client: httpx.Client) -> None:
    types = checked(client.get("/reconcile/suggest/type", params={"prefix": "mili"}), "suggest-term")["result"]
    assert {each["id"] for each in types} == {"ips:Militia", "ips:MilitaryForce"}
    found = checked(client.get("/reconcile/suggest/property", params={"prefix": "splinter"}), "suggest-term")["result"]
    assert [each["id"] for each in found] == ["ips:splinterOf", "^ips:splinterOf"]


def test_a_preview_of_nothing_is_not_found(client: httpx.Client) -> None:
    answer = client.get("/reconcile/preview", params={"id": "no-such-thing"})
    assert "/reconcile/suggest/entity" in refused(answer, httpx.codes.NOT_FOUND)
    assert "frame-ancestors 'none'" in client.get("/reconcile").headers["content-security-policy"]
