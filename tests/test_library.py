"""The dataset in Python: its tutorial is true, its names are frozen, and importing it costs nothing."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from rdflib import Dataset

import illicit_power
from illicit_power import library
from illicit_power.dataset.snapshot import Snapshot
from illicit_power.exports.tables import TABLES
from tests.conftest import ROOT

PUBLIC_NAMES = [
    "__version__", "ask", "cite", "construct", "describe", "match", "rdflib_dataset", "select", "table", "tables",
]  # fmt: skip


@pytest.fixture(autouse=True)
def cache(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The compiled dataset is in the cache folder already."""
    monkeypatch.setenv("ILLICIT_POWER_CACHE", str(snapshot.path.parent))
    yield
    library._snapshot.cache_clear()
    library._store.cache_clear()
    library._index.cache_clear()


def test_the_public_names_are_these() -> None:
    assert illicit_power.__all__ == dir(illicit_power) == PUBLIC_NAMES
    assert all(getattr(illicit_power, name) for name in PUBLIC_NAMES)
    with pytest.raises(AttributeError, match="no attribute 'query'"):
        _ = illicit_power.query


def test_every_example_of_the_tutorial_is_so() -> None:
    tutorial = ROOT / "docs" / "python.md"
    blocks = re.findall(r"```pycon\n(.*?)```", tutorial.read_text(encoding="utf-8"), re.DOTALL)
    examples = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, tutorial.name, None, None)
    failed, attempted = doctest.DocTestRunner().run(examples)
    assert attempted > len(blocks)
    assert failed == 0


def test_importing_the_package_loads_no_library() -> None:
    heavy = ("rdflib", "pyoxigraph", "pandas", "polars", "edtf", "fastapi")
    code = f"import sys, illicit_power; print([name for name in {heavy!r} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize("name", [table.name for table in TABLES])
def test_a_frame_has_the_rows_and_columns_of_its_table(name: str) -> None:
    rows = illicit_power.table(name, frame="rows")
    for frame in ("pandas", "polars"):
        found = illicit_power.table(name, frame=frame)
        assert found.shape == (len(rows), len(rows[0])), frame
        assert list(found.columns) == list(rows[0]), frame


def test_solutions_are_values_of_python_in_rows_and_frames() -> None:
    query = """SELECT ?claim ?page ?approximate ?from ?nothing {
      ?claim a ips:Measure ; ips:evidence/ips:page ?page ; ips:startEarliest ?from ; ips:approximate ?approximate
    } ORDER BY ?claim ?page LIMIT 1"""
    (row,) = illicit_power.select(query)
    assert row["claim"].startswith("https://w3id.org/illicit-power/claim/")
    assert (type(row["page"]), row["approximate"], row["from"].tzinfo is not None) == (int, True, True)
    assert row["nothing"] is None
    assert illicit_power.select(query, frame="pandas").shape == (1, len(row))
    assert illicit_power.select(query, frame="polars").shape == (1, len(row))


def test_an_answer_without_rows_keeps_its_columns() -> None:
    nothing = "SELECT ?who ?what { ?who ips:noSuchProperty ?what }"
    assert illicit_power.select(nothing) == []
    for frame in ("pandas", "polars"):
        assert list(illicit_power.select(nothing, frame=frame).columns) == ["who", "what"]


@pytest.mark.parametrize(
    ("function", "query"),
    [("select", "ASK {}"), ("ask", "SELECT * {}"), ("construct", "SELECT * {}")],
)
def test_a_query_of_another_kind_is_refused_with_the_function_for_it(function: str, query: str) -> None:
    with pytest.raises(ValueError, match=r"use (select|ask)\(\) for"):
        getattr(illicit_power, function)(query)


@pytest.mark.parametrize("function", ["select", "ask", "construct"])
@pytest.mark.parametrize(
    ("query", "place", "message"),
    [
        ("SELECT * {?s ips:foo", (1, 21), "object is missing"),
        ("SELECT ?x {\n  ?x foaff:name ?y\n}", (2, 6), "foaff:"),
    ],
)
def test_what_is_no_query_is_told_with_the_place(
    function: str, query: str, place: tuple[int, int], message: str
) -> None:
    with pytest.raises(SyntaxError, match=message) as raised:
        getattr(illicit_power, function)(query)
    assert (raised.value.lineno, raised.value.offset) == place
    assert raised.value.text == query.splitlines()[place[0] - 1]


def test_a_frame_of_a_library_that_is_not_there_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ModuleNotFoundError, match="pip install pandas, or ask for frame='rows'"):
        illicit_power.table("claims")


def test_the_dataset_has_its_named_graphs(snapshot: Snapshot) -> None:
    whole = illicit_power.rdflib_dataset()
    assert isinstance(whole, Dataset)
    counts = {str(graph.identifier): len(graph) for graph in whole.graphs() if len(graph)}
    default = "urn:x-rdflib:default"
    assert {iri: count for iri, count in counts.items() if iri != default} == snapshot.manifest.triples
    assert len(whole) == sum(snapshot.manifest.triples.values())


@pytest.mark.parametrize(
    "name", ["Mahdi's Army", "جيش المهدي", "entity:jaish-al-mahdi", "https://en.wikipedia.org/wiki/Mahdi_Army"]
)
def test_a_name_in_any_form_is_matched(name: str) -> None:
    best = illicit_power.match(name)[0]
    assert best["iri"] == "https://w3id.org/illicit-power/id/jaish-al-mahdi"
    assert (best["name"], best["match"]) == ("Jaish al-Mahdi", True)
    assert best["score"] >= 80


def test_candidates_can_be_narrowed_to_a_class() -> None:
    candidates = illicit_power.match("Sadr", kind="Person", limit=3)
    assert len(candidates) == 3
    assert not any(candidate["match"] for candidate in candidates)
    persons = {row["p"] for row in illicit_power.select("SELECT ?p { ?p a ips:Person }")}
    assert {candidate["iri"] for candidate in candidates} <= persons
    with pytest.raises(ValueError, match="no class Persn: use Person"):
        illicit_power.match("Sadr", kind="Persn")


@pytest.mark.parametrize(
    ("thing", "path"),
    [("basra", "id/basra"), ("entity:basra", "id/basra"), ("https://w3id.org/illicit-power/case/jam", "case/jam")],
)
@pytest.mark.parametrize("format_", ["ttl", "jsonld", "nt", "rdf"])
def test_a_document_is_the_one_that_the_server_gives(client: httpx.Client, thing: str, path: str, format_: str) -> None:
    assert illicit_power.describe(thing, format_) == client.get(f"/{path}.{format_}").text


@pytest.mark.parametrize(
    ("thing", "message"),
    [("basrah", "id/basrah: did you mean .*id/basra"), ("entity:a b", "no IRI"), ("xyzzy", "look for it by its name")],
)
def test_what_is_not_there_is_told_with_the_nearest(thing: str, message: str) -> None:
    with pytest.raises(LookupError, match=message):
        illicit_power.describe(thing)


def test_a_document_in_no_known_format_is_refused_with_those_that_are() -> None:
    with pytest.raises(ValueError, match="no format yaml: use ttl, jsonld"):
        illicit_power.describe("basra", "yaml")


def test_the_citation_names_the_version(snapshot: Snapshot) -> None:
    assert f"version = {{{snapshot.manifest.version}}}" in illicit_power.cite()
