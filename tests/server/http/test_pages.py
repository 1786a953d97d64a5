"""Pages say everything without a script, load nothing from elsewhere, and escape what they show."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import httpx
import pytest

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGES = [
    "/",
    "/sparql",
    "/api",
    "/ontology",
    "/vocabulary",
    "/shapes",
    "/id/jaish-al-mahdi.html",
    "/claim/jam/fadhila-splinter-of-sadrist-movement.html",
]


class Page(HTMLParser):
    """The links, the loaded addresses and the text of a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if tag == "a" and name == "href":
                self.links.append(value or "")
            elif name == "src" or (tag == "link" and name == "href"):
                self.loaded.append(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def page(client: httpx.Client, address: str, status: int = 200, **parameters: str) -> Page:
    answer = client.get(address, params=parameters or None, headers=BROWSER)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].startswith("text/html")
    return Page(answer.text)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_loads_nothing_from_elsewhere(client: httpx.Client, address: str) -> None:
    loaded = page(client, address).loaded
    assert loaded
    assert all(path.startswith("/") for path in loaded)
    for path in loaded:
        assert client.get(path).status_code == httpx.codes.OK
    policy = client.get(address, headers=BROWSER).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_every_example_on_the_home_page_runs_by_a_click(client: httpx.Client) -> None:
    examples = [link for link in page(client, "/").links if link.startswith("/sparql?query=")]
    assert len(examples) >= 40
    for link in examples[::12]:
        assert re.search(r"\d+ answers?", page(client, link).text)


def test_the_query_page_shows_the_answer_with_links_to_what_it_names(client: httpx.Client) -> None:
    query = "SELECT ?x { ?x <https://w3id.org/illicit-power/ontology#splinterOf> ?y }"
    shown = page(client, "/sparql", query=query)
    assert "/id/fadhila-party" in shown.links
    assert "entity:fadhila-party" in shown.text


def test_the_query_page_shows_what_is_wrong_and_keeps_the_query(client: httpx.Client) -> None:
    query = "SELECT ?x {\n  ?x nope:name ?y }"
    shown = page(client, "/sparql", status=400, query=query)
    assert query in shown.text
    assert "The prefix nope: is not declared" in shown.text


def test_a_graph_is_shown_with_the_prefixes_that_it_uses(client: httpx.Client) -> None:
    query = "PREFIX ips: <https://w3id.org/illicit-power/ontology#> CONSTRUCT WHERE { ?x a ips:Militia }"
    shown = page(client, "/sparql", query=query).text
    assert re.findall(r"@prefix (\w+):", shown) == ["entity", "ips"]
    assert "entity:jaish-al-mahdi a ips:Militia ." in shown


def test_a_term_of_another_vocabulary_has_a_link_to_it(client: httpx.Client) -> None:
    links = page(client, "/shapes").links
    assert "http://www.w3.org/2004/02/skos/core#Concept" in links
    assert all(links)


def test_what_is_shown_is_escaped(client: httpx.Client) -> None:
    attack = "<script>alert(1)</script>"
    answer = client.get("/sparql", params={"query": f'SELECT ("{attack}" AS ?x) {{}}'}, headers=BROWSER)
    assert attack not in answer.text
    assert attack in Page(answer.text).text


def test_a_link_is_never_a_script(client: httpx.Client) -> None:
    shown = page(client, "/sparql", query="SELECT (IRI('javascript:alert(1)') AS ?x) {}")
    assert "javascript:alert(1)" in shown.text
    assert not any(link.startswith("javascript") for link in shown.links)


def test_a_claim_s_page_says_who_says_so_and_where(client: httpx.Client) -> None:
    shown = page(client, "/claim/jam/fadhila-splinter-of-sadrist-movement.html")
    assert "Page 48, paragraph 2" in shown.text
    assert "/id/williams-and-bisbee" in shown.links


def test_what_points_to_a_thing_is_on_its_page_up_to_a_measure(client: httpx.Client) -> None:
    shown = page(client, "/id/williams-and-bisbee.html")
    assert "What points here" in shown.text
    assert re.search(r"and [\d,]+ more", shown.text)
    assert len(shown.links) < 500


def test_every_example_on_the_page_of_rest_answers(client: httpx.Client) -> None:
    examples = [link for link in page(client, "/api").links if link.startswith("/api/v1/")]
    assert len(examples) > 20
    for link in examples:
        assert client.get(link).status_code == httpx.codes.OK, link


def test_a_browser_gets_errors_as_pages(client: httpx.Client) -> None:
    assert "jaish-al-mahdi" in page(client, "/id/jaish-al-mehdi", status=404).text


def test_the_ontology_s_page_has_an_anchor_for_every_term(client: httpx.Client) -> None:
    shown = client.get("/ontology", headers=BROWSER).text
    for name in ("SplinterOf", "splinterOf", "hedge", "Lesson", "horizon"):
        assert f'id="{name}"' in shown
    assert shown.count("<dt ") > 150
