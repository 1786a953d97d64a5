"""OpenAPI describes what is there: its examples work, and answers are as its schemas say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from illicit_power.model.prefixes import Prefixes
from illicit_power.server.app import create_app
from illicit_power.server.serving.served_dataset import Edition
from illicit_power.server.settings import ServerSettings

API = create_app(ServerSettings.of({}), lambda: Edition("test", (), Prefixes())).openapi()


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in API["paths"].items():
        if path.startswith("/api/v1/") and "get" in methods:
            yield path, methods["get"]


def address_of(path: str, operation: dict[str, Any]) -> str:
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", parameter["example"])
    return path


EXAMPLES = [
    pytest.param(
        address_of(path, operation),
        {parameter["name"]: parameter["example"]},
        operation,
        id=f"{path} {parameter['name']}",
    )
    for path, operation in operations()
    for parameter in operation["parameters"]
    if parameter["in"] == "query" and "example" in parameter
]


def test_it_is_openapi_3_1(client: httpx.Client) -> None:
    served = client.get("/api/v1/openapi.json").json()
    assert served["openapi"].startswith("3.1")
    assert served["paths"].keys() == API["paths"].keys()
    assert {"/sparql", "/api/v1/claims", "/api/v1/claims/{slug}", "/api/v1/network"} <= served["paths"].keys()
    names = [operation["operationId"] for _, operation in operations()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("address", "parameters", "operation"), EXAMPLES)
def test_an_example_finds_something_of_the_form_described(
    client: httpx.Client, address: str, parameters: dict[str, Any], operation: dict[str, Any]
) -> None:
    answer = client.get(address, params=parameters)
    assert answer.status_code == httpx.codes.OK, answer.text
    media_type = answer.headers["Content-Type"].partition(";")[0]
    described = operation["responses"]["200"]["content"][media_type]["schema"]
    if media_type == "text/csv":
        assert len(answer.text.splitlines()) > 1
        return
    Draft202012Validator.check_schema(described)
    Draft202012Validator(described).validate(answer.json())
    found = [value for key, value in answer.json().items() if key in ("items", "nodes", "links", "id")]
    assert found
    assert all(found)


def test_every_filter_has_an_example() -> None:
    without = [
        f"{path} {parameter['name']}"
        for path, operation in operations()
        for parameter in operation["parameters"]
        if "example" not in parameter and parameter["name"] not in ("certainty", "basis", "cursor")
    ]
    assert without == []


def test_a_problem_is_as_described(client: httpx.Client) -> None:
    answer = client.get("/api/v1/claims?hedge=certain")
    responses = API["paths"]["/api/v1/claims"]["get"]["responses"]
    schema = responses["422"]["content"]["application/problem+json"]["schema"]
    Draft202012Validator(schema).validate(answer.json())


def test_every_operation_says_how_it_may_be_refused() -> None:
    for path, methods in API["paths"].items():
        for operation in methods.values():
            for status in ("406", "422", "429", "503"):
                assert "application/problem+json" in operation["responses"][status]["content"], f"{path} {status}"


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_endpoint_says_that_it_explains(method: str) -> None:
    parameters = {each["name"]: each for each in API["paths"]["/sparql"][method]["parameters"]}
    assert parameters["explain"]["schema"]["type"] == "boolean"
