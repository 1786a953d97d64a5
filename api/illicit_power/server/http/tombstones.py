"""Tombstones: what the dataset says of a thing that has been withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from pyoxigraph import NamedNode, Triple

from illicit_power.model.vocabularies import DCTERMS, OWL
from illicit_power.server.http.links import link
from illicit_power.server.http.problems import HTTPProblem


def check_not_withdrawn(triples: Iterable[Triple], thing: NamedNode) -> None:
    """
    :param triples: what the dataset says of a thing
    :raises HTTPProblem: 410 Gone (RFC 9110, 15.5.11) where it says that the thing has been withdrawn, with what
        replaces it
    """
    said = [(property_.value, value.value) for subject, property_, value in triples if subject == thing]
    if (str(OWL.deprecated), "true") not in said:
        return
    replacements = [value for property_, value in said if property_ == str(DCTERMS.isReplacedBy)]
    advice = f"Use {' or '.join(replacements)}." if replacements else "Nothing has taken its place."
    headers = {"Link": ", ".join(link(iri, "successor-version") for iri in replacements)} if replacements else None
    detail = f"{thing.value} has been withdrawn. {advice}"
    raise HTTPProblem(HTTPStatus.GONE, detail, headers, replacedBy=replacements)
