"""Every page in a real browser: it breaks no rule, asks nobody else, fits a phone, and can be used by everybody."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urldefrag, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visitors
from tests.competency.test_queries import expected
from tests.conftest import ROOT

AXE = ROOT / "tests" / "clients" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = 390
ALIKE = "tbody tr:nth-child(n+10), .claims > li:nth-child(n+5), .terms > :nth-child(n+31), .rules li:nth-child(n+5)"
GRAPHS = {
    "default-graph-uri": "https://w3id.org/illicit-power/graph/jam/claims",
    "named-graph-uri": "https://w3id.org/illicit-power/graph/ontology",
}
IPS = "PREFIX ips: <https://w3id.org/illicit-power/ontology#> "


def asking(query: str, **parameters: str) -> str:
    return "/sparql?" + urlencode({"query": query, **parameters})


PAGES = {
    "home": "/",
    "query": "/sparql",
    "rows": asking(IPS + "SELECT ?claim ?when { ?claim a ips:SplinterOf ; ips:time ?when }", **GRAPHS),
    "many rows": asking("SELECT * { ?s ?p ?o } LIMIT 1100"),
    "no rows": asking(IPS + "SELECT ?x { ?x ips:splinterOf <https://w3id.org/illicit-power/id/jaish-al-mehdi> }"),
    "yes": asking(IPS + "ASK { ?x a ips:Militia }"),
    "graph": asking(IPS + "CONSTRUCT { ?x a ips:Militia } WHERE { ?x a ips:Militia }"),
    "explained": asking(IPS + "SELECT ?x { ?x a ips:Militia ; ips:splinterOf ?y }", explain="true"),
    "syntax error": asking("SELECT ?x WHERE { ?x a ?y"),
    "group": "/id/jaish-al-mahdi",
    "event": "/id/battle-of-basra-2008",
    "source": "/id/williams-bisbee-2016",
    "claim": "/claim/jam/fadhila-splinter-of-sadrist-movement",
    "case": "/case/jam",
    "concept": "/vocabulary/stance/disputed",
    "ontology": "/ontology",
    "vocabularies": "/vocabulary",
    "shapes": "/shapes",
    "REST": "/api",
    "downloads": "/download/",
    "VoID": "/void",
    "catalog": "/catalog",
    "names": "/reconcile",
    "name": "/reconcile?name=moktada+sadr",
    "equivalents": "/sameas?uri=http://www.wikidata.org/entity/Q1530",
    "preview": "/reconcile/preview?id=jaish-al-mahdi",
    "not found": "/id/jaish-al-mehdi",
    "not acceptable": asking("ASK {}", format="csv"),
    "bad parameter": "/sameas",
    "not kept": "/q/aaaaaaaaaaaaaaaa",
}
MAIN_PAGES = ["home", "rows", "claim", "event", "ontology", "vocabularies", "shapes", "REST", "downloads", "name"]


@dataclass(frozen=True)
class Inspection:
    """What was found on a page, on a phone.

    :ivar violations: rules of accessibility with what breaks them, by color scheme; None where axe is not installed
    """

    title: str
    headings: int
    width: int
    violations: dict[str, list[str]] | None
    problems: list[str]
    leaks: list[str]


@pytest.fixture(scope="module", params=PAGES)
def inspected(request: pytest.FixtureRequest, visit: Visitors) -> Inspection:
    """Each page, loaded once for all that is asked of it."""
    with visit(width=PHONE) as visitor:
        page = visitor.open(PAGES[request.param])
        return Inspection(
            title=page.title(),
            headings=page.locator("h1").count(),
            width=page.evaluate("document.documentElement.scrollWidth"),
            violations=accessibility(page) if AXE.exists() else None,
            problems=visitor.problems,
            leaks=visitor.leaks,
        )


def accessibility(page: Page) -> dict[str, list[str]]:
    """What axe finds, rows and claims that are like those before them left out; of the dark scheme only colors."""
    page.locator(ALIKE).evaluate_all("elements => elements.forEach(each => each.remove())")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    rules = {"light": "{}", "dark": "{runOnly: ['color-contrast']}"}
    found = {}
    for scheme, options in rules.items():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        violations = page.evaluate(f"axe.run({options}).then(result => result.violations)")
        found[scheme] = [f"{rule['id']}: {node['html']}" for rule in violations for node in rule["nodes"]]
    return found


def test_a_page_breaks_no_rule(inspected: Inspection) -> None:
    assert inspected.title
    assert inspected.headings == 1
    assert inspected.problems == []


def test_a_page_asks_nobody_else(inspected: Inspection) -> None:
    assert inspected.leaks == []


def test_a_page_fits_a_phone(inspected: Inspection) -> None:
    assert inspected.width <= PHONE


def test_a_page_is_accessible(inspected: Inspection) -> None:
    if inspected.violations is None:
        reason = "axe-core is not installed: make test does it"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    assert inspected.violations == {"light": [], "dark": []}


def test_a_request_to_another_host_would_be_noticed(visit: Visitors) -> None:
    with visit() as visitor:
        visitor.page.set_content('<img src="http://elsewhere.invalid/pixel.png">')
        visitor.page.wait_for_load_state("networkidle")
        assert visitor.leaks == ["http://elsewhere.invalid/pixel.png"]


def test_an_inline_style_would_be_noticed(visit: Visitors) -> None:
    with visit() as visitor:
        page = visitor.open("/")
        page.evaluate("document.body.setAttribute('style', 'color: red')")
        assert "Content Security Policy" in visitor.problems[0]


def test_the_navigation_says_where_the_reader_is(visit: Visitors) -> None:
    with visit() as visitor:
        for path in ("/sparql", "/api", "/ontology", "/download/"):
            current = visitor.open(path).locator("[aria-current=page]")
            assert current.evaluate_all("links => links.map(link => new URL(link.href).pathname)") == [path]


def test_no_link_on_the_main_pages_is_dead(visit: Visitors) -> None:
    """Links within the site lead to something, and those to a part of a page to a part that is there.

    The example queries are asked elsewhere.
    """
    links: dict[str, str] = {}
    parts: dict[str, set[str]] = {}
    with visit() as visitor:
        for name in MAIN_PAGES:
            page = visitor.open(PAGES[name])
            parts[page.url] = set(page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)"))
            found = page.evaluate("[...document.links].map(each => each.href)")
            links |= {href: name for href in found if href.startswith(visitor.server) and "/sparql?" not in href}
    assert len(links) > 500
    dead = []
    with httpx.Client(timeout=60, follow_redirects=True, headers={"Accept": "text/html, */*;q=0.5"}) as client:
        addresses = {urldefrag(href).url: name for href, name in links.items()}
        dead += [(name, href) for href, name in addresses.items() if client.head(href).is_error]
    for href, name in links.items():
        address, part = urldefrag(href)
        if part and address in parts and part not in parts[address]:
            dead.append((name, href))
    assert dead == []


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])
def test_a_researcher_gets_from_a_question_to_a_citation(visit: Visitors, tmp_path: Path, script: bool) -> None:
    question = "Who broke away from the Sadrists, under whom and when?"
    with visit(java_script_enabled=script) as visitor:
        page = visitor.open("/")
        page.get_by_role("link", name=question).click()
        assert page.locator("h1").inner_text() == question
        answer = expected(ROOT / "queries" / "who-broke-away-from-the-sadrists.ttl")
        rows = page.get_by_role("region", name="Answers").locator("tbody tr")
        assert rows.count() == len(answer) - 1

        with page.expect_download() as download:
            page.get_by_role("link", name="CSV", exact=True).click()
        download.value.save_as(tmp_path / "answer.csv")
        with (tmp_path / "answer.csv").open(encoding="utf-8", newline="") as file:
            assert [tuple(row) for row in csv.reader(file)] == answer

        page.get_by_role("button", name="Keep this query").click()
        assert urlsplit(page.url).path.startswith("/q/")
        assert page.url in page.get_by_role("region", name="BibTeX").inner_text()
        assert page.get_by_role("region", name="Answers").locator("tbody tr").count() == len(answer) - 1
        assert not visitor.problems


def test_the_graphs_of_a_request_stay_with_the_query(visit: Visitors) -> None:
    with visit() as visitor:
        page = visitor.open(PAGES["rows"])
        page.get_by_role("textbox", name="Query").press("Control+Enter")
        page.wait_for_load_state()
        in_json = page.get_by_role("link", name="JSON", exact=True).get_attribute("href")
        assert in_json
        for address in (page.url, in_json):
            asked = parse_qs(urlsplit(address).query)
            assert {name: asked[name] for name in GRAPHS} == {name: [iri] for name, iri in GRAPHS.items()}
        page.get_by_role("checkbox", name=GRAPHS["default-graph-uri"]).uncheck()
        page.get_by_role("button", name="Ask", exact=True).click()
        assert "default-graph-uri" not in parse_qs(urlsplit(page.url).query)


def test_a_thing_is_found_by_another_spelling_of_its_name(visit: Visitors) -> None:
    with visit() as visitor:
        page = visitor.open("/")
        page.get_by_role("searchbox").fill("Jaysh al-Mehdi")
        page.get_by_role("button", name="Find").click()
        page.get_by_role("link", name="Jaish al-Mahdi", exact=True).click()
        assert urlsplit(page.url).path == "/id/jaish-al-mahdi.html"


def test_a_claim_s_page_says_where_who_how_firmly_and_when(visit: Visitors) -> None:
    with visit() as visitor:
        page = visitor.open(PAGES["claim"])
        place = page.locator("#p48").inner_text()
        assert "Page 48, paragraph 2, note 35 of Williams and Bisbee 2016" in place
        assert "stated by" in place
        assert "Phil Williams" in place
        facts = page.locator("dl").first.inner_text()
        assert "July 2003 stated" in facts
        assert "at some time between 1 July 2003 and 31 July 2003" in facts


def test_a_query_that_does_not_parse_is_shown_with_the_place(visit: Visitors) -> None:
    with visit() as visitor:
        page = visitor.open(PAGES["syntax error"])
        excerpt = page.get_by_role("region", name="Where the query goes wrong").inner_text()
        assert "SELECT ?x WHERE { ?x a ?y" in excerpt
        assert "^" in excerpt
