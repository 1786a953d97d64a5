"""Networks, places and works: read as their users read them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import networkx
import pytest

from illicit_power.engine.in_process import Row

Asked = Callable[[str], list[Row]]
LATITUDE = "http://www.w3.org/2003/01/geo/wgs84_pos#lat"
RELATIONS = """?claim a ips:RelationClaim ; ips:subject ?subject ; ips:object ?object .
               ?subject a ips:Entity . ?object a ips:Entity ."""


def read(downloads: Path, name: str) -> networkx.MultiDiGraph:
    if name.endswith("gexf"):
        return networkx.read_gexf(downloads / name, version="1.3")
    return networkx.read_graphml(downloads / name, force_multigraph=True)


def test_a_network_has_an_edge_for_each_relation_claim_between_entities(downloads: Path, asked: Asked) -> None:
    graph = read(downloads, "network.graphml")
    (counted,) = asked(f"SELECT (COUNT(DISTINCT ?claim) AS ?n) {{ {RELATIONS} }}")
    sides = "VALUES ?side { ips:subject ips:object } ?claim ?side ?end"
    (nodes,) = asked(f"SELECT (COUNT(DISTINCT ?end) AS ?n) {{ {RELATIONS} {sides} }}")
    assert graph.number_of_edges() == counted["n"]
    assert graph.number_of_nodes() == nodes["n"]


def test_the_timeline_of_a_network_shows_no_edge_for_years_that_nothing_supports(downloads: Path) -> None:
    whole, timeline = read(downloads, "network.graphml"), read(downloads, "network.gexf")
    edges = [data for *_, data in whole.edges(data=True)]
    assert {data["time_basis"] for data in edges} == {"stated", "context", "derived"}
    assert all(("start" in data) == ("end" in data) == (data["time_basis"] != "derived") for data in edges)
    dated = {data["iri"] for data in edges if data["time_basis"] != "derived"}
    assert {data["iri"] for *_, data in timeline.edges(data=True)} == dated
    assert not [node for node, degree in timeline.degree() if not degree]


@pytest.mark.parametrize("name", ["network.graphml", "network.gexf"])
def test_an_edge_says_which_claim_it_is_how_firm_and_when(downloads: Path, name: str) -> None:
    graph = read(downloads, name)
    edges = {data["iri"]: (source, target, data) for source, target, data in graph.edges(data=True)}
    source, target, led = edges["https://w3id.org/illicit-power/claim/jam/muqtada-leader-of-jam"]
    assert (source, target) == ("muqtada-al-sadr", "jaish-al-mahdi")
    assert (led["relation"], led["stance"], led["explicitness"]) == ("leaderOf", "asserted", "explicit")
    assert led["start"] == "2003-07-01"
    assert led["end"] < "2014"  # the text tells of him as its leader in 2008, and says nothing of an end
    assert (graph.nodes[source]["label"], graph.nodes[source]["type"]) == ("Muqtada al-Sadr", "Person")
    assert graph.nodes[target]["type"] == "Militia"
    assert any(data["stance"] != "asserted" for _, _, data in edges.values())


def test_who_was_killed_is_a_victim_and_not_a_participant(downloads: Path) -> None:
    edges = [data for *_, data in read(downloads, "network.graphml").edges("muhammad-sadiq-al-sadr", data=True)]
    (killed,) = [data for data in edges if data.get("role") == "victim"]
    assert (killed["relation"], killed["start"], killed["end"]) == ("victimOf", "1999-02-01", "1999-02-28")


def test_edges_come_and_go_on_the_timeline_of_gephi(downloads: Path) -> None:
    gexf = {"": "http://gexf.net/1.3"}
    root = ElementTree.parse(downloads / "network.gexf").getroot()
    shown = {edge.attrib["id"]: edge.attrib for edge in root.iterfind("graph/edges/edge", gexf)}
    every = read(downloads, "network.graphml").edges(keys=True, data=True)
    dated = {key: (data["relation"], data["start"], data["end"]) for *_, key, data in every if "start" in data}
    assert {key: (edge["kind"], edge["start"], edge["end"]) for key, edge in shown.items()} == dated != {}


def test_places_with_coordinates_are_points_of_longitude_and_latitude(downloads: Path, asked: Asked) -> None:
    collection = json.loads((downloads / "places.geojson").read_text(encoding="utf-8"))
    features = {feature["properties"]["slug"]: feature for feature in collection["features"]}
    assert features["basra"]["geometry"] == {"type": "Point", "coordinates": [47.7804, 30.50852]}
    assert [features[slug]["properties"]["where_prec"] for slug in ("basra", "iraq")] == [1, 6]
    (located,) = asked(f"SELECT (COUNT(DISTINCT ?place) AS ?n) {{ ?place <{LATITUDE}> ?latitude }}")
    assert sum(feature["geometry"] is not None for feature in features.values()) == located["n"]
    (places,) = asked("SELECT (COUNT(DISTINCT ?place) AS ?n) { ?place a ips:Place }")
    assert len(features) == places["n"]


def test_there_is_a_bibtex_entry_for_each_work_with_its_authors_in_order(downloads: Path, asked: Asked) -> None:
    text = (downloads / "sources.bib").read_text(encoding="utf-8")
    entries = dict(re.findall(r"^@\w+\{([a-z0-9-]+),\n(.*?)^\}$", text, re.MULTILINE | re.DOTALL))
    works = asked("SELECT DISTINCT ?work { ?work a ips:Source }")
    assert set(entries) == {str(row["work"]).rpartition("/")[2] for row in works}
    assert "author = {Phil Williams and Dan Bisbee}" in entries["williams-bisbee-2016"]
    assert "author = {{International Crisis Group}}" in entries["icg-2006"]
    assert "doi    = {10.1080/1057610X.2012.639063}" in entries["bayless-2012"]
    assert all(entry.count("{") == entry.count("}") for entry in entries.values())
