"""Downloads and descriptions over HTTP."""

from __future__ import annotations

import hashlib
import json
import re
from xml.etree import ElementTree

import httpx
import pytest
from rdflib import RDF, VOID, Graph, URIRef

from illicit_power.dataset.snapshot import Snapshot
from illicit_power.exports.download_list import DownloadList
from illicit_power.exports.versions import DCAT
from illicit_power.exports.void import DATASET
from tests.conftest import running_server
from tests.graphs import canonical_triples

PAGE = {"Accept": "text/html"}
OTHER_FORMATS = [
    ("application/ld+json", "json-ld"),
    ("application/n-triples", "nt"),
    ("application/rdf+xml", "xml"),
    ("application/n-quads", "nt"),
]


def test_the_list_is_json_for_programs(client: httpx.Client, snapshot: Snapshot) -> None:
    answer = client.get("/download/")
    assert answer.headers["Vary"].startswith("Accept")
    listed = answer.json()
    assert {entry["name"] for entry in listed["files"]} == {f.name for f in DownloadList.read(snapshot.downloads).files}
    assert all(entry["url"] == f"https://w3id.org/illicit-power/download/{entry['name']}" for entry in listed["files"])


def test_the_list_is_a_page_for_people(client: httpx.Client) -> None:
    answer = client.get("/download/", headers=PAGE)
    assert answer.headers["Vary"].startswith("Accept")
    for entry in client.get("/download/").json()["files"]:
        assert f'href="/download/{entry["name"]}"' in answer.text
        assert entry["sha256"] in answer.text
    assert client.get("/download", headers=PAGE).headers["Location"] == "download/"


def test_every_file_is_what_the_list_says(client: httpx.Client) -> None:
    for entry in client.get("/download/").json()["files"]:
        answer = client.get(f"/download/{entry['name']}")
        assert hashlib.sha256(answer.content).hexdigest() == entry["sha256"], entry["name"]
        assert len(answer.content) == entry["size"]
        assert answer.headers["Content-Type"].partition(";")[0] == entry["media_type"]
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{entry["name"]}"'
        assert answer.headers["ETag"] == f'"{entry["sha256"]}"'


def test_a_kept_copy_is_not_sent_again(client: httpx.Client) -> None:
    etag = client.head("/download/claims.csv").headers["ETag"]
    again = client.get("/download/claims.csv", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (httpx.codes.NOT_MODIFIED, b"")
    assert again.headers["ETag"] == etag


def test_a_broken_off_download_goes_on(client: httpx.Client) -> None:
    whole = client.get("/download/illicit-power.nq.gz")
    headers = {"Range": "bytes=1000-", "If-Range": whole.headers["ETag"]}
    rest = client.get("/download/illicit-power.nq.gz", headers=headers)
    assert rest.status_code == httpx.codes.PARTIAL_CONTENT
    assert rest.content == whole.content[1000:]


def test_a_csv_file_says_that_it_has_a_header(client: httpx.Client) -> None:
    assert client.head("/download/claims.csv").headers["Content-Type"] == "text/csv; charset=utf-8; header=present"


@pytest.mark.parametrize("name", ["nothing.csv", "manifest.json", "..%2Fmanifest.json", "..%2Fdataset.nq"])
def test_only_what_is_listed_is_served(client: httpx.Client, name: str) -> None:
    assert client.get(f"/download/{name}").status_code == httpx.codes.NOT_FOUND


def test_the_checksums_are_there(client: httpx.Client) -> None:
    lines = client.get("/download/SHA256SUMS").text.splitlines()
    assert len(lines) == len(client.get("/download/").json()["files"])


@pytest.mark.parametrize(("path", "class_"), [("/void", VOID.Dataset), ("/catalog", DCAT.Dataset)])
def test_a_description_is_one_graph_in_every_format(client: httpx.Client, path: str, class_: URIRef) -> None:
    turtle = client.get(path, headers={"Accept": "text/turtle"})
    graph = Graph().parse(data=turtle.content, format="turtle")
    assert (DATASET, RDF.type, class_) in graph
    etags = {turtle.headers["ETag"]}
    for media_type, format_ in OTHER_FORMATS:
        answer = client.get(path, headers={"Accept": media_type})
        assert answer.headers["Content-Type"] == media_type
        assert canonical_triples(Graph().parse(data=answer.content, format=format_)) == canonical_triples(graph)
        etags.add(answer.headers["ETag"])
    assert len(etags) == len(OTHER_FORMATS) + 1
    assert "@prefix " in client.get(path, headers=PAGE).text
    assert client.get(path, headers={"Accept": "image/png"}).status_code == httpx.codes.NOT_ACCEPTABLE


def test_the_host_leads_to_its_void_description(client: httpx.Client) -> None:
    answer = client.get("/.well-known/void", follow_redirects=True, headers={"Accept": "text/turtle"})
    assert answer.history[0].status_code == httpx.codes.FOUND
    assert answer.url.path == "/void"


def test_search_engines_find_the_dataset_on_the_home_page(client: httpx.Client) -> None:
    page = client.get("/", headers=PAGE).text
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert json.loads(found) == client.get("/download/schema-org.jsonld").json()
    assert "<" not in found


def test_the_sitemap_lists_pages_of_this_host(client: httpx.Client, server: str) -> None:
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    pages = [element.text or "" for element in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert all(page.startswith(f"{server}/") for page in pages)
    assert f"{server}/id/jaish-al-mahdi.html" in pages
    for page in pages[:: len(pages) // 7]:
        assert client.get(page, headers=PAGE).status_code == httpx.codes.OK
    robots = client.get("/robots.txt").text
    assert f"Sitemap: {server}/sitemap.xml" in robots
    assert {"Disallow: /sparql?", "Disallow: /reconcile"} <= set(robots.splitlines())


def test_a_server_of_other_files_says_that_it_has_no_downloads(snapshot: Snapshot) -> None:
    with running_server("--data", str(snapshot.downloads / "void.ttl")) as address:
        for path in ("/download/", "/download/claims.csv", "/void", "/catalog"):
            answer = httpx.get(address + path)
            assert answer.status_code == httpx.codes.NOT_FOUND
            assert "no downloads" in answer.json()["detail"]
        assert httpx.get(address + "/").status_code == httpx.codes.OK
