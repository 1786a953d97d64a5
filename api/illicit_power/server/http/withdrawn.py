"""Whether the dataset describes a thing, still."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from pyoxigraph import NamedNode, Triple

from illicit_power.exports.documents import replacements
from illicit_power.model.iris import BASE
from illicit_power.server.http.links import link
from illicit_power.server.http.problems import HTTPProblem


def is_described(triples: Sequence[Triple], path: str) -> bool:
    """Whether a graph says anything of a thing.

    :param path: the rest of the thing's IRI after our base
    :raises HTTPProblem: 410 where it says that the thing has been withdrawn
    """
    thing = NamedNode(BASE + path)
    if (instead := replacements(triples, BASE + path)) is not None:
        raise _withdrawn(path, instead)
    return any(triple.subject == thing for triple in triples)


def _withdrawn(path: str, replacements: list[str]) -> HTTPProblem:
    advice = f"Use {' or '.join(replacements)}." if replacements else "Nothing has taken its place."
    headers = {"Link": ", ".join(link(iri, "successor-version") for iri in replacements)} if replacements else None
    detail = f"{BASE}{path} has been withdrawn. {advice}"
    return HTTPProblem(HTTPStatus.GONE, detail, headers, replacedBy=replacements)
