"""Request targets in absolute form, sent as they are."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import httpx
import pytest


def answer_to(server: str, target: str) -> HTTPResponse:
    address = urlsplit(server)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=60)
    connection.request("GET", target, headers={"Host": "another.example", "Accept": "text/turtle"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.mark.parametrize("host", ["data.example", "data.example:8080", "[::1]:8080"])
def test_a_target_with_scheme_and_host_is_its_path(server: str, host: str) -> None:
    answer = answer_to(server, f"http://{host}/id/basra")
    assert (answer.status, answer.headers["Location"]) == (httpx.codes.SEE_OTHER, "/id/basra.ttl")
    assert answer_to(server, f"http://{host}").headers["Location"] == "/void", "the home page for who wants Turtle"
    assert answer_to(server, f"HTTP://{host}/sparql?query=ASK%20%7B%7D&format=json").status == httpx.codes.OK


def test_the_host_of_the_target_goes_before_that_of_the_header(server: str) -> None:
    links = answer_to(server, "http://data.example/api/v1/claims?limit=1&format=json").headers["Link"]
    assert "http://data.example/api/v1/claims" in links
    assert "another.example" not in links
