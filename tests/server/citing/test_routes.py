"""Queries are kept to be cited: under an address that follows from them, within bounds, and for good."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx
import pytest
from bibtexparser.entrypoint import parse_string
from rdflib import Graph
from rdflib.compare import isomorphic

from illicit_power.dataset.snapshot import Snapshot
from tests.conftest import ROOT, STARTING_SECONDS, running_server
from tests.server.http.test_pages import BROWSER, Page

DATA = "@prefix e: <http://example.org/> . e:a e:knows e:b ; e:name 'Ann, \"A\"'@en . e:b e:knows e:c ."
WHO = "SELECT ?who ?whom WHERE {\n  ?who <http://example.org/knows> ?whom\n} ORDER BY ?who"
GRAPH = "CONSTRUCT { ?b <http://example.org/knownBy> ?a } WHERE { ?a <http://example.org/knows> ?b }"


@dataclass(frozen=True)
class Server:
    """A server of a small dataset that may be changed."""

    client: httpx.Client
    data: Path
    folder: Path

    def keep(self, query: str, **fields: str | Sequence[str]) -> httpx.Response:
        return self.client.post("/q/", data={"query": query, **fields})

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[Server]:
    """A server of ``data.ttl`` in a folder, made where it is missing, that keeps queries beside it."""
    data = folder / "data.ttl"
    if not data.exists():
        data.write_text(DATA)
    kept = folder / "kept"
    options = ["--kept-queries", str(kept), "--watch", "0.1", "--workers", "1", *arguments]
    with (
        running_server("--data", str(data), *options) as address,
        httpx.Client(base_url=address, timeout=STARTING_SECONDS) as client,
    ):
        yield Server(client, data, kept)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose data nobody changes."""
    with serving(tmp_path_factory.mktemp("citing")) as server:
        yield server


def expected_path(
    query: str, version: str, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()
) -> str:
    """The permanent link as docs/citing.md says it is computed."""
    content = [query, sorted(default_graphs), sorted(named_graphs), version]
    serialized = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return "/q/" + base64.b32encode(hashlib.sha256(serialized.encode()).digest()).decode().lower()[:16]


def bookmark(answer: httpx.Response) -> str:
    return answer.links["bookmark"]["url"]


def problem(answer: httpx.Response, status: int) -> str:
    """What a problem document says."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    return str(answer.json()["detail"])


def entry(text: str) -> dict[str, str]:
    """The fields of the one BibTeX entry of a text, without their outer braces."""
    library = parse_string(text)
    assert not library.failed_blocks
    (found,) = library.entries
    assert found.entry_type == "misc"
    return {"key": found.key, **{field.key: field.value.strip("{}") for field in found.fields}}


# The address


def test_every_answer_says_its_permanent_link_and_its_version(server: Server) -> None:
    client, parameters = server.client, {"query": WHO}
    first = client.get("/sparql", params=parameters)
    expected = expected_path(WHO, first.headers["Snapshot-Version"])
    cached = client.get("/sparql", params=parameters)
    known = client.get("/sparql", params=parameters, headers={"If-None-Match": first.headers["ETag"]})
    posted = client.post("/sparql", data=parameters, headers={"Accept": "text/csv"})
    page = client.get("/sparql", params=parameters, headers=BROWSER)
    assert known.status_code == httpx.codes.NOT_MODIFIED
    for answer in (first, cached, known, posted, page):
        assert bookmark(answer) == expected
        assert answer.headers["Snapshot-Version"] == first.headers["Snapshot-Version"]

    volatile = "SELECT (NOW() AS ?jetzt) {} # für jetzt"
    now = client.get("/sparql", params={"query": volatile})
    assert bookmark(now) == expected_path(volatile, first.headers["Snapshot-Version"])


def test_an_error_has_no_permanent_link(server: Server) -> None:
    assert "bookmark" not in server.client.get("/sparql", params={"query": "SELECT"}).links
    assert "bookmark" not in server.client.get("/sparql", params={"query": "SELECT"}, headers=BROWSER).links


def test_the_graphs_asked_of_are_part_of_the_address_in_any_order(tmp_path: Path) -> None:
    data = tmp_path / "data.trig"
    data.write_text("@prefix e: <http://example.org/> . e:g { e:a e:knows e:b . } e:h { e:b e:knows e:c . }")
    graphs = ["http://example.org/g", "http://example.org/h"]
    with running_server("--data", str(data), "--kept-queries", str(tmp_path / "kept")) as address:
        asked = [
            httpx.get(f"{address}/sparql", params={"query": WHO, "default-graph-uri": some})
            for some in (graphs, graphs[::-1], graphs[:1])
        ]
        kept = httpx.post(f"{address}/q/", data={"query": WHO, "default-graph-uri": graphs[:1]})
        shown = Page(httpx.get(f"{address}{kept.headers['Location']}.html").text)
        again = httpx.get(address + next(link for link in shown.links if link.startswith("/sparql?")))
    version = asked[0].headers["Snapshot-Version"]
    assert [bookmark(answer) for answer in asked] == [
        *[expected_path(WHO, version, graphs)] * 2,
        expected_path(WHO, version, graphs[:1]),
    ]
    assert kept.headers["Location"] == bookmark(asked[2]) == bookmark(again)
    assert "http://example.org/g" in shown.text
    assert kept.json()["rows"] == 1


# Keeping


def test_a_query_is_there_once_it_is_kept_and_is_kept_once(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        link = bookmark(server.client.get("/sparql", params={"query": WHO}))
        assert "POST to /q/" in problem(server.client.get(link), 404)
        assert not server.folder.exists()
        first, second = server.keep(WHO), server.keep(WHO.replace("\n", "\r\n"))
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.headers["Location"] == second.headers["Location"] == link
        assert first.json() == second.json()
        assert server.files == [link.removeprefix("/q/") + ".json"]
        answer = server.client.get(link)
    assert [row["whom"]["value"][-1] for row in answer.json()["results"]["bindings"]] == ["b", "c"]
    assert first.json()["address"].endswith(link)
    assert first.json()["rows"] == 2


def test_what_is_kept_survives_a_restart_and_new_data(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        version = server.client.get("/sparql", params={"query": WHO}).headers["Snapshot-Version"]
        link = server.keep(WHO).headers["Location"]
        before = server.client.get(f"{link}.csv").text
        assert "That is the version served now" in page(server, link).text
    with serving(tmp_path) as server:
        assert server.client.get(f"{link}.csv").text == before
        server.data.write_text(DATA.replace("e:b e:knows e:c", "e:b e:knows e:d"))
        wait_for_new_data(server, version)
        after = server.client.get(f"{link}.csv")
        assert after.text == before
        assert after.headers["Snapshot-Version"] == version
        assert "The dataset has changed since" in page(server, link).text
        assert f"{link}?compare=true" in page(server, link).links
        assert "Today the answer is another one" in page(server, f"{link}?compare=true").text
        server.data.write_text(DATA + "# as it was, but for this comment")
        wait_for_new_data(server, version)
        assert bookmark(server.client.get("/sparql", params={"query": WHO})) != link
        poll(lambda: "Today the answer is the same" in page(server, f"{link}?compare=true").text)


def wait_for_new_data(server: Server, version: str) -> None:
    poll(lambda: server.client.get("/health").headers["Snapshot-Version"] != version)


def poll(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def page(server: Server, address: str) -> Page:
    answer = server.client.get(address, headers=BROWSER)
    assert answer.status_code == httpx.codes.OK, answer.text
    assert answer.headers["Content-Type"].startswith("text/html")
    return Page(answer.text)


@pytest.mark.parametrize("bound", [("--kept-queries-count", "2"), ("--kept-queries-mib", "1")])
def test_a_full_folder_takes_nothing_more_and_loses_nothing(tmp_path: Path, bound: tuple[str, str]) -> None:
    padding = "#" * 90_000
    with serving(tmp_path, *bound) as server:
        kept: list[str] = []
        for number in range(20):
            answer = server.keep(f"SELECT ({number} AS ?n) {{}} {padding}")
            if answer.status_code != httpx.codes.CREATED:
                break
            kept.append(answer.headers["Location"])
        assert "What it keeps stays" in problem(answer, 507)
        assert len(kept) == (2 if "count" in bound[0] else 11)
        assert sum(path.stat().st_size for path in server.folder.iterdir()) <= 1 << 20
        for number, link in enumerate(kept):
            assert server.client.get(f"{link}.csv").text.split() == ["n", str(number)]
        assert server.keep(f"SELECT (0 AS ?n) {{}} {padding}").status_code == httpx.codes.OK
        assert server.client.get("/sparql", params={"query": WHO}).status_code == httpx.codes.OK


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        server.folder.write_text("a file where the folder should be")
        assert "cannot read" in problem(server.keep(WHO), 503)
        server.folder.unlink()
        (server.folder / ".unfinished").mkdir(parents=True)
        detail = problem(server.keep(WHO), 507)
    assert "not kept" in detail
    assert str(tmp_path) not in detail


def test_concurrent_saves_keep_each_query_once_and_keep_the_bound(tmp_path: Path) -> None:
    queries = [f"SELECT ({number} AS ?n) {{}}" for number in range(6)]
    with serving(tmp_path, "--kept-queries-count", "4") as server, ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(server.keep, queries * 4))
        created = [answer.headers["Location"] for answer in answers if answer.status_code == httpx.codes.CREATED]
        refused = [answer for answer in answers if answer.status_code == httpx.codes.INSUFFICIENT_STORAGE]
        assert len(created) == len(set(created)) == 4
        assert len(refused) == 8
        assert server.files == sorted(f"{link.removeprefix('/q/')}.json" for link in created)
        for link in created:
            assert server.client.get(link).status_code == httpx.codes.OK


@pytest.mark.parametrize(
    ("query", "status"),
    [("SELECT ?x {", 400), ("CLEAR ALL", 400), ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 400)],
)
def test_a_query_that_is_not_answered_is_not_kept(server: Server, query: str, status: int) -> None:
    before = server.files
    problem(server.keep(query), status)
    assert server.files == before


def test_a_form_of_another_site_keeps_nothing(server: Server) -> None:
    before = server.files
    answer = server.client.post("/q/", data={"query": "ASK {}"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert "of this site" in problem(answer, 403)
    assert server.files == before


def test_without_a_query_nothing_is_kept(server: Server) -> None:
    assert "parameter query" in problem(server.client.post("/q/", data={"format": "csv"}), 400)


# What is shown


def test_a_browser_keeps_a_query_by_the_button_and_gets_its_page(server: Server) -> None:
    shown = server.client.get("/sparql", params={"query": WHO}, headers=BROWSER)
    form = re.search(r'<form method="post" action="(/q/)".*?</form>', shown.text, re.DOTALL)
    assert form
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[0]))
    sent = {name: unescape(value).replace("\n", "\r\n") for name, value in fields.items()}
    answer = server.client.post(form[1], data=sent, headers={**BROWSER, "Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == httpx.codes.SEE_OTHER
    assert answer.headers["Location"] == bookmark(shown)
    kept = page(server, answer.headers["Location"])
    for line in WHO.splitlines():
        assert line in kept.text
    assert "2 answers" in kept.text
    assert "@misc" in kept.text
    assert f"{bookmark(shown)}.csv" in kept.links


def test_a_hostile_query_is_shown_as_text(server: Server) -> None:
    attack = "</pre><script>alert(1)</script>"
    link = server.keep(f'SELECT ("{attack}" AS ?x) {{}} # {attack}').headers["Location"]
    for address in (link, f"{link}.html"):
        source = server.client.get(address, headers=BROWSER).text
        assert attack not in source
        assert Page(source).text.count(attack) >= 2


def test_a_kept_answer_comes_in_the_form_that_is_liked_best_or_named(server: Server) -> None:
    link = server.keep(WHO).headers["Location"]
    for suffix, media_type in [
        ("json", "application/sparql-results+json"),
        ("xml", "application/sparql-results+xml"),
        ("csv", "text/csv"),
        ("tsv", "text/tab-separated-values"),
        ("bib", "application/x-bibtex"),
        ("rq", "application/sparql-query"),
        ("html", "text/html"),
    ]:
        liked = server.client.get(link, headers={"Accept": f"{media_type}, */*;q=0.1"})
        named = server.client.get(f"{link}.{suffix}", headers={"Accept": "image/png"})
        assert named.headers["Content-Type"].partition(";")[0] == media_type
        assert liked.content == named.content
        assert liked.headers["Content-Location"] == f"{link}.{suffix}"
        assert liked.headers["ETag"] == named.headers["ETag"]
        assert "Accept" in liked.headers["Vary"]
        if suffix in ("json", "xml", "csv", "tsv"):
            fresh = server.client.get("/sparql", params={"query": WHO, "format": suffix})
            values = re.findall(r"http://example.org/\w", named.text)
            assert values == re.findall(r"http://example.org/\w", fresh.text)
            assert len(values) == 4
    assert server.client.get(f"{link}.rq").text == WHO
    assert "text/csv" in problem(server.client.get(link, headers={"Accept": "image/png"}), 406)
    assert f"{link}.csv" in problem(server.client.get(f"{link}.pdf"), 404)


def test_a_kept_graph_comes_in_every_rdf_format(server: Server) -> None:
    link = server.keep(GRAPH).headers["Location"]
    expected = Graph().parse(data=server.client.get("/sparql", params={"query": GRAPH}).text, format="turtle")
    assert len(expected) == 2
    for suffix, parser in [("nt", "nt"), ("ttl", "turtle"), ("rdf", "xml"), ("jsonld", "json-ld"), ("trig", "turtle")]:
        assert isomorphic(Graph().parse(data=server.client.get(f"{link}.{suffix}").text, format=parser), expected)
    assert "2 statements" in page(server, link).text


def test_a_kept_yes_is_shown_as_yes(server: Server) -> None:
    link = server.keep("ASK { ?s ?p ?o }").headers["Location"]
    assert server.client.get(link).json()["boolean"] is True
    assert "The answer: yes" in page(server, link).text


def test_what_cannot_change_is_cached_and_what_can_is_asked_again(server: Server) -> None:
    link = server.keep(WHO).headers["Location"]
    for suffix, lifetime in [("json", "immutable"), ("rq", "immutable"), ("bib", "no-cache"), ("html", "no-cache")]:
        answer = server.client.get(f"{link}.{suffix}")
        assert lifetime in answer.headers["Cache-Control"]
        known = server.client.get(f"{link}.{suffix}", headers={"If-None-Match": answer.headers["ETag"]})
        assert known.status_code == httpx.codes.NOT_MODIFIED
        assert known.content == b""
        assert known.headers["ETag"] == answer.headers["ETag"]
        head = server.client.head(f"{link}.{suffix}")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["ETag"] == answer.headers["ETag"]


def test_signposts_lead_from_the_page_to_the_answer_and_back(server: Server) -> None:
    link = server.keep(WHO).headers["Location"]
    landing = server.client.get(link, headers=BROWSER)
    assert landing.links["cite-as"]["url"] == str(server.client.base_url).rstrip("/") + link
    assert landing.links["describedby"]["url"] == f"{link}.bib"
    assert f'<{link}.csv>; rel="item"; type="text/csv"' in landing.headers["Link"]
    assert server.client.get(f"{link}.csv").links["collection"]["url"] == link


def test_a_large_answer_is_kept_as_its_digest(server: Server) -> None:
    query = f'SELECT ("{"x" * 60_000}" AS ?x) {{ VALUES ?n {{ {" ".join(map(str, range(20)))} }} }}'
    link = server.keep(query).headers["Location"]
    given = server.client.post("/sparql", data={"query": query}, headers={"Accept": "application/json"})
    assert len(given.content) > 1 << 20
    shown = page(server, link).text
    assert hashlib.sha256(given.content).hexdigest() in shown
    assert f"{len(given.content):,} bytes" in shown
    assert "20 answers" in shown
    assert f"{link}.html" in problem(server.client.get(f"{link}.json"), 404)
    assert server.client.get(f"{link}.bib").status_code == httpx.codes.OK
    assert sum(path.stat().st_size for path in server.folder.glob(f"{link[3:]}*")) < 100_000


def test_a_query_that_gives_another_answer_each_time_is_kept_with_the_one_it_gave(server: Server) -> None:
    query = "SELECT (STRUUID() AS ?x) {}"
    link = server.keep(query).headers["Location"]
    first = server.client.get(f"{link}.csv").text
    assert server.keep(query).status_code == httpx.codes.OK
    assert server.client.get(f"{link}.csv").text == first
    assert "can give another answer" in page(server, link).text
    assert "can give another answer" in entry(server.client.get(f"{link}.bib").text)["note"]


# Addresses and files that are not what they should be


@pytest.mark.parametrize(
    "name",
    [
        "secret",
        "secret.json",
        "..%2Fsecret.json",
        "%2e%2e%2fsecret",
        "....secret",
        "aaaaaaaaaaaaaaaa",
        "AAAAAAAAAAAAAAAA",
        "aaaaaaaaaaaaaaa1",
        "aaaaaaaaaaaaaaaaa",
        "aaaaaaaaaaaaaaaa%0A",
        "aaaaaaaaaaaaaaaa%00",
        "ａａａａａａａａａａａａａａａａ",
        "<script>",
        "a" * 5_000,
    ],
)
def test_an_address_of_nothing_is_404_whatever_it_looks_like(tmp_path: Path, server: Server, name: str) -> None:
    link = server.keep(WHO).headers["Location"].removeprefix("/q/")
    kept = (server.folder / f"{link}.json").read_bytes()
    for stranger in (server.folder / "secret.json", server.folder.parent / "secret.json"):
        stranger.write_bytes(kept)
    try:
        answer = server.client.get(f"/q/{name}")
        detail = problem(answer, 404)
        assert WHO.splitlines()[0] not in detail
        assert len(detail) < 6_000
    finally:
        for stranger in (server.folder / "secret.json", server.folder.parent / "secret.json"):
            stranger.unlink()


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: "[]",
        lambda text: text.replace("knows", "hates"),
        lambda text: text.replace("example.org/c", "example.org/x"),
        lambda text: text.replace('"solutions"', '"anything"'),
    ],
    ids=["empty", "half", "another document", "another query", "another answer", "another kind"],
)
def test_a_damaged_file_is_reported_and_neither_served_nor_overwritten(
    server: Server, damage: Callable[[str], str]
) -> None:
    answer = server.keep(WHO)
    file = server.folder / f"{answer.headers['Location'].removeprefix('/q/')}.json"
    whole = file.read_text()
    damaged = damage(whole)
    assert damaged != whole
    file.write_text(damaged)
    try:
        assert "damaged" in problem(server.client.get(answer.headers["Location"]), 500)
        assert "damaged" in problem(server.keep(WHO), 500)
        assert file.read_text() == damaged
    finally:
        file.write_text(whole)
    assert server.client.get(answer.headers["Location"]).status_code == httpx.codes.OK


def test_a_save_that_was_cut_off_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / ".unfinished").write_text('{"query": [')
    with serving(tmp_path) as server:
        link = server.keep(WHO).headers["Location"]
        assert server.client.get(link).status_code == httpx.codes.OK
        assert server.files == [f"{link.removeprefix('/q/')}.json"]


# The citation


def test_the_entry_of_another_dataset_names_no_author(server: Server) -> None:
    kept = server.keep(WHO)
    fields = entry(server.client.get(f"{kept.headers['Location']}.bib").text)
    assert fields == entry(kept.json()["bibtex"])
    assert "author" not in fields
    assert fields["version"] == kept.json()["version"]
    assert fields["url"] == kept.json()["address"]
    assert fields["urldate"] == kept.json()["asked_at"][:10]
    assert fields["year"] == fields["urldate"][:4]


def test_a_hostile_host_stays_inside_the_entry(server: Server) -> None:
    link = server.keep(WHO).headers["Location"]
    answer = server.client.get(f"{link}.bib", headers={"Host": "evil},note={x}<b>"})
    assert answer.status_code == httpx.codes.OK
    assert set(entry(answer.text)) == {"key", "title", "year", "version", "url", "urldate", "note"}
    assert "<b>" not in answer.headers["Link"]


def test_the_entry_of_our_dataset_is_what_citation_cff_says(snapshot: Snapshot, tmp_path: Path) -> None:
    cff = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    title = re.search(r'^title: "(.+)"$', cff, re.MULTILINE)
    author = re.search(r'^authors:\n  - name: "(.+)"$', cff, re.MULTILINE)
    assert title
    assert author
    assert "license: [CC-BY-4.0, MIT]" in cff
    options = ["--kept-queries", str(tmp_path / "kept"), "--published-at", "https://w3id.org/illicit-power/"]
    with running_server("--snapshots", str(snapshot.path.parent), *options) as address:
        kept = httpx.post(f"{address}/q/", data={"query": "ASK { ?s ?p ?o }"})
        entry_of_it = httpx.get(f"{address}{kept.headers['Location']}.bib")
    fields = entry(entry_of_it.text)
    assert (fields["title"], fields["author"]) == (title[1], author[1])
    assert fields["version"] == snapshot.manifest.version
    assert fields["url"] == "https://w3id.org/illicit-power" + kept.headers["Location"]
    assert entry_of_it.links["cite-as"]["url"] == fields["url"]
    assert entry_of_it.links["license"]["url"] == "https://creativecommons.org/licenses/by/4.0/"
