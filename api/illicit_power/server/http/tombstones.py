"""Tombstones: what the dataset says of a thing that has been withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from pyoxigraph import NamedNode, Triple

from illicit_power.dataset.documents import replacements
from illicit_power.server.http.links import link
from illicit_power.server.http.problems import HTTPProblem


def check_not_withdrawn(triples: Iterable[Triple], thing: NamedNode) -> None:
    """
    :param triples: what the dataset says of a thing
    :raises HTTPProblem: 410 Gone (RFC 9110, 15.5.11) where it says that the thing has been withdrawn, with what
        replaces it
    """
    instead = replacements(triples, thing)
    if instead is None:
        return
    advice = f"Use {' or '.join(instead)}." if instead else "Nothing has taken its place."
    headers = {"Link": ", ".join(link(iri, "successor-version") for iri in instead)} if instead else None
    detail = f"{thing.value} has been withdrawn. {advice}"
    raise HTTPProblem(HTTPStatus.GONE, detail, headers, replacedBy=instead)
