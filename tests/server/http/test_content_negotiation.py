"""What an answer is written in, by the Accept header (RFC 9110, 12.5.1)."""

from __future__ import annotations

import httpx
import pytest

from tests.server.probes import problem

NEGOTIATED = [
    "/",
    "/void",
    "/catalog",
    "/download/",
    "/reconcile",
    "/id/basra",
    "/ontology",
    "/sparql",
    "/sparql?query=ASK%20%7B%7D",
    "/sparql?query=SELECT%20*%20%7B%7D&explain=true",
    "/api/v1/",
    "/api/v1/organizations?limit=1",
    "/api/v1/organizations/jaish-al-mahdi",
    "/api/v1/network",
    "/sameas?uri=basra",
    "/sameas/linkset",
]


@pytest.mark.parametrize("address", NEGOTIATED)
def test_who_takes_nothing_that_is_offered_is_told_what_is(client: httpx.Client, address: str) -> None:
    document = problem(client.get(address, headers={"Accept": "image/png"}), 406)
    available = document["available"]
    assert len(set(available)) == len(available) > 1
    assert all(media_type in document["detail"] for media_type in available)
    for media_type in available:
        answer = client.get(address, headers={"Accept": f"image/png, {media_type};q=0.1"})
        assert answer.status_code in (httpx.codes.OK, httpx.codes.SEE_OTHER), media_type
        if answer.status_code == httpx.codes.OK:
            assert answer.headers["Content-Type"].partition(";")[0] == media_type
        assert "Accept" in answer.headers["Vary"]
