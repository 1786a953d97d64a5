"""A made-up work whose name has every character that means something to LaTeX."""

from __future__ import annotations

import pyoxigraph

from illicit_power.exports.bibliography import bibtex
from tests.bibtex import read_entry

TITLE = r"Guns & money: 100 % of $5 is #1, a_b {c} \ ~"
WORK = f"""
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix entity:  <https://w3id.org/illicit-power/id/> .
@prefix ips:     <https://w3id.org/illicit-power/ontology#> .
@prefix rdfs:    <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos:    <http://www.w3.org/2004/02/skos/core#> .

ips:Article rdfs:subClassOf ips:Source .
entity:doe-2020 a ips:Source , ips:Article ;
    dcterms:title {pyoxigraph.Literal(TITLE)} ;
    dcterms:issued "2020-05" ;
    dcterms:creator entity:jan-doe , entity:doe-and-sons ;
    dcterms:bibliographicCitation {pyoxigraph.Literal("Jan Doe_ & Doe & Sons, " + TITLE)} .
entity:jan-doe a ips:Person ; skos:prefLabel "Jan Doe_" .
entity:doe-and-sons skos:prefLabel "Doe & Sons" .
"""


def test_titles_authors_and_citations_are_read_as_they_are_written() -> None:
    store = pyoxigraph.Store()
    store.load(WORK.encode(), pyoxigraph.RdfFormat.TURTLE)
    assert read_entry(bibtex(store).decode()) == {
        "type": "article",
        "key": "doe-2020",
        "author": "Jan Doe_ and Doe & Sons",
        "title": TITLE,
        "year": "2020",
        "note": f"Jan Doe_ & Doe & Sons, {TITLE}",
    }
