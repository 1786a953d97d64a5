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


@pytest.mark.parametrize("name", ["network.graphml", "network.gexf"])
def test_a_network_has_an_edge_for_each_relation_claim_between_entities(
    downloads: Path, asked: Asked, name: str
) -> None:
    graph = read(downloads, name)
    (counted,) = asked(f"SELECT (COUNT(DISTINCT ?claim) AS ?n) {{ {RELATIONS} }}")
    sides = "VALUES ?side { ips:subject ips:object } ?claim ?side ?end"
    (nodes,) = asked(f"SELECT (COUNT(DISTINCT ?end) AS ?n) {{ {RELATIONS} {sides} }}")
    assert graph.number_of_edges() == counted["n"]
    assert graph.number_of_nodes() == nodes["n"]


@pytest.mark.parametrize("name", ["network.graphml", "network.gexf"])
def test_an_edge_says_which_claim_it_is_how_firm_and_when(downloads: Path, name: str) -> None:
    graph = read(downloads, name)
    edges = {data["iri"]: (source, target, data) for source, target, data in graph.edges(data=True)}
    source, target, split = edges["https://w3id.org/illicit-power/claim/jam/aah-splinter-of-jam"]
    assert (source, target) == ("asaib-ahl-al-haq", "jaish-al-mahdi")
    assert (split["relation"], split["stance"], split["symmetric"]) == ("splinterOf", "asserted", False)
    assert (split["start"], split["end"]) == ("2007-01-01", "2007-12-31")
    assert graph.nodes[source]["label"] == "Asaib Ahl al-Haq"
    assert any(data["stance"] != "asserted" for _, _, data in edges.values())


def test_edges_come_and_go_on_the_timeline_of_gephi(downloads: Path) -> None:
    gexf = {"": "http://gexf.net/1.3"}
    root = ElementTree.parse(downloads / "network.gexf").getroot()
    edges = {edge.attrib["id"]: edge.attrib for edge in root.iterfind("graph/edges/edge", gexf)}
    dated = 0
    for _, _, key, data in read(downloads, "network.graphml").edges(keys=True, data=True):
        assert edges[key]["kind"] == data["relation"]
        assert [edges[key].get(end) for end in ("start", "end")] == [data.get(end) for end in ("start", "end")]
        dated += "start" in data
    assert dated


def test_places_with_coordinates_are_points_of_longitude_and_latitude(downloads: Path, asked: Asked) -> None:
    collection = json.loads((downloads / "places.geojson").read_text(encoding="utf-8"))
    features = {feature["properties"]["slug"]: feature for feature in collection["features"]}
    assert features["basra"]["geometry"] == {"type": "Point", "coordinates": [47.7804, 30.50852]}
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
