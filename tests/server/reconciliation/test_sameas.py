"""From anybody's IRI to ours and back."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from rdflib import OWL, RDF, SKOS, VOID, Graph, URIRef

from illicit_power.matching.address_keys import address_key

BASE = "https://w3id.org/illicit-power/"
DBPEDIA = "http://dbpedia.org/resource/Mahdi_Army"
UCDP = "https://ucdp.uu.se/actor/5659"
PARSERS = {
    "text/turtle": "turtle",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
    "application/trig": "turtle",
    "application/n-quads": "nt",
}


def strengths(client: httpx.Client, uri: str) -> dict[str, str]:
    """The strength of each equivalent of an IRI."""
    answer = client.get("/sameas", params={"uri": uri})
    assert answer.status_code == httpx.codes.OK, answer.text
    assert answer.headers["content-type"] == "application/json"
    return {each["iri"]: each["strength"] for each in answer.json()["equivalents"]}


@pytest.mark.parametrize("uri", [BASE + "id/jaish-al-mahdi", "http://w3id.org/illicit-power/id/jaish-al-mahdi/"])
def test_from_ours_to_others(client: httpx.Client, uri: str) -> None:
    found = strengths(client, uri)
    assert found[BASE + "id/jaish-al-mahdi"] == "identical"
    assert found[DBPEDIA] == "exact"
    assert found[UCDP] == "close"


@pytest.mark.parametrize("uri", ["basra", "entity:basra"])
def test_ours_may_be_named_in_short(client: httpx.Client, uri: str) -> None:
    assert strengths(client, uri)[BASE + "id/basra"] == "identical"


@pytest.mark.parametrize(
    ("address", "parameter", "advice"),
    [
        ("/sameas", "uri", "/sameas?uri=http://www.wikidata.org/entity/Q1530"),
        ("/sameas?uri=", "uri", "/sameas?uri=http://www.wikidata.org/entity/Q1530"),
        ("/sameas?uri=basra&uri=baghdad", "uri", "more than once"),
        ("/sameas?uri=basra&format=pdf", "format", "ttl"),
        ("/sameas/linkset?format=csv", "format", "jsonld"),
        ("/sameas/linkset?predicate=exactMatch", "predicate", "absolute IRI"),
    ],
)
def test_what_cannot_be_looked_up_is_told_why(client: httpx.Client, address: str, parameter: str, advice: str) -> None:
    answer = client.get(address)
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert answer.json()["parameters"][0]["parameter"] == parameter
    assert advice in answer.json()["detail"]
    assert "None" not in answer.text


@pytest.mark.parametrize("address", ["/sameas?uri=basra", "/sameas/linkset?predicate=" + str(SKOS.exactMatch)])
@pytest.mark.parametrize(("form", "media_type"), [("turtle", "text/turtle"), ("jsonld", "application/ld+json")])
def test_the_form_can_be_named_in_the_address(client: httpx.Client, address: str, form: str, media_type: str) -> None:
    answer = client.get(f"{address}&format={form}".replace("#", "%23"), headers={"Accept": "text/html"})
    assert answer.status_code == httpx.codes.OK, answer.text
    assert answer.headers["content-type"].startswith(media_type)


def test_strength_passes_through_our_entity(client: httpx.Client) -> None:
    found = strengths(client, UCDP)
    assert UCDP not in found
    assert found == dict.fromkeys(found, "close")
    assert {BASE + "id/jaish-al-mahdi", DBPEDIA} <= found.keys()
    assert strengths(client, DBPEDIA)[BASE + "id/jaish-al-mahdi"] == "exact"


@pytest.mark.parametrize(
    "uri",
    [
        "http://www.wikidata.org/entity/Q1530",
        "https://www.wikidata.org/wiki/Q1530",
        "https://www.wikidata.org/wiki/Special:EntityData/Q1530.json",
        "https://sws.geonames.org/98182",
        "https://www.geonames.org/98182/baghdad.html",
        "Q1530",
        "wd:Q1530",
    ],
)
def test_an_address_may_be_written_in_the_ways_of_its_host(client: httpx.Client, uri: str) -> None:
    assert strengths(client, uri)[BASE + "id/baghdad"] == "exact"


def test_each_link_says_what_it_rests_on(client: httpx.Client) -> None:
    equivalents = client.get("/sameas", params={"uri": BASE + "id/jaish-al-mahdi"}).json()["equivalents"]
    mapping = next(each["mapping"] for each in equivalents if each["iri"] == UCDP)
    assert mapping["subject_id"] == BASE + "id/jaish-al-mahdi"
    assert mapping["predicate_id"] == str(SKOS.closeMatch)
    assert mapping["mapping_justification"] == "https://w3id.org/semapv/vocab/ManualMappingCuration"
    assert "UCDP, actor 5659" in mapping["comment"]


@pytest.mark.parametrize(("media_type", "form"), PARSERS.items())
def test_the_links_in_rdf(client: httpx.Client, media_type: str, form: str) -> None:
    answer = client.get("/sameas", params={"uri": UCDP}, headers={"Accept": media_type})
    assert answer.headers["content-type"].startswith(media_type)
    graph = Graph().parse(data=answer.text, format=form)
    jam = URIRef(BASE + "id/jaish-al-mahdi")
    assert (jam, SKOS.exactMatch, URIRef(DBPEDIA)) in graph
    assert (jam, SKOS.closeMatch, URIRef(UCDP)) in graph


def test_what_nobody_linked_is_not_found(client: httpx.Client) -> None:
    for uri, advice in (("http://example.org/x", "/sameas/linkset"), (BASE + "id/no-such-thing", "suggest/entity")):
        answer = client.get("/sameas", params={"uri": uri})
        assert answer.status_code == httpx.codes.NOT_FOUND
        assert answer.headers["content-type"] == "application/problem+json"
        assert advice in answer.json()["detail"]


def test_an_entity_without_links_has_only_itself(client: httpx.Client) -> None:
    assert strengths(client, BASE + "id/abu-dura") == {BASE + "id/abu-dura": "identical"}


def test_the_linksets_hold_every_link(client: httpx.Client, ask: Callable[[str], list[dict[str, str]]]) -> None:
    answer = client.get("/sameas/linkset", headers={"Accept": "text/turtle"})
    assert "illicit-power-links.ttl" in answer.headers["content-disposition"]
    graph = Graph().parse(data=answer.text, format="turtle")
    linksets = set(graph.subjects(RDF.type, VOID.Linkset))
    counted = {
        (str(graph.value(each, VOID.objectsTarget)), graph.value(each, VOID.linkPredicate)): int(
            str(graph.value(each, VOID.triples))
        )
        for each in linksets
    }
    [row] = ask("SELECT (COUNT(*) AS ?n) WHERE { [] <http://www.w3.org/2002/07/owl#annotatedTarget> ?target }")
    assert sum(counted.values()) == int(row["n"]) == len(set(graph.subjects(RDF.type, OWL.Axiom)))
    for (target, predicate), count in counted.items():
        assert sum(str(each).startswith(target) for each in graph.objects(None, predicate)) == count


def test_a_linkset_can_be_asked_for_alone_by_its_iri(client: httpx.Client) -> None:
    whole = Graph().parse(data=client.get("/sameas/linkset").text, format="turtle")
    [linkset] = [
        each
        for each in whole.subjects(VOID.objectsTarget, URIRef("http://dbpedia.org/"))
        if (each, VOID.linkPredicate, SKOS.closeMatch) in whole
    ]
    part = Graph().parse(data=client.get("/" + str(linkset).removeprefix(BASE)).text, format="turtle")
    assert set(part.subjects(RDF.type, VOID.Linkset)) == {linkset}
    assert set(part.predicates(None, None)) & {SKOS.exactMatch, SKOS.closeMatch} == {SKOS.closeMatch}
    missing = client.get("/sameas/linkset", params={"dataset": "https://example.org/"})
    assert missing.status_code == httpx.codes.NOT_FOUND
    assert "void:objectsTarget" in missing.json()["detail"]


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://en.wikipedia.org/wiki/Asa%27ib_Ahl_al-Haq", "dbpedia.org/resource/Asa'ib_Ahl_al-Haq"),
        ("https://dbpedia.org/page/Hezbollah", "dbpedia.org/resource/Hezbollah"),
        ("doi:10.1080/1057610X.2012.639063", "doi.org/10.1080/1057610X.2012.639063"),
        ("https://dx.doi.org/10.1080/1057610X.2012.639063", "doi.org/10.1080/1057610X.2012.639063"),
        ("isbn:978-1-4165-5147-8", "urn:isbn:9781416551478"),
        ("HTTP://Example.org/a/", "Example.org/a"),
    ],
)
def test_the_key_of_an_address(address: str, key: str) -> None:
    assert address_key(address) == key
