"""The datasets elsewhere that ours has links to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit


@dataclass(frozen=True)
class ExternalDataset:
    """A dataset elsewhere that ours has links to.

    :ivar name: short name, for addresses
    :ivar namespace: how the addresses of its things begin
    """

    name: str
    title: str
    namespace: str
    homepage: str


EXTERNAL_DATASETS: Final = (
    ExternalDataset("dbpedia", "DBpedia", "http://dbpedia.org/resource/", "https://www.dbpedia.org/"),
    ExternalDataset("doi", "Digital Object Identifiers", "https://doi.org/", "https://www.doi.org/"),
    ExternalDataset("geonames", "GeoNames", "https://sws.geonames.org/", "https://www.geonames.org/"),
    ExternalDataset("isbn", "International Standard Book Numbers", "urn:isbn:", "https://www.isbn-international.org/"),
    ExternalDataset("jstor", "JSTOR", "https://www.jstor.org/stable/", "https://www.jstor.org/"),
    ExternalDataset(
        "mapping-militants",
        "Mapping Militants Project",
        "https://cisac.fsi.stanford.edu/mappingmilitants/profiles/",
        "https://cisac.fsi.stanford.edu/mappingmilitants",
    ),
    ExternalDataset(
        "mapping-militants-archive",
        "Mapping Militants Project, former site",
        "http://web.stanford.edu/group/mappingmilitants/cgi-bin/groups/view/",
        "http://web.stanford.edu/group/mappingmilitants/",
    ),
    ExternalDataset("ucdp", "UCDP actors", "https://ucdp.uu.se/actor/", "https://ucdp.uu.se/"),
    ExternalDataset("wikidata", "Wikidata", "http://www.wikidata.org/entity/", "https://www.wikidata.org/"),
)


def external_dataset(iri: str) -> ExternalDataset:
    """The dataset that an address belongs to; where it is none of those known by name, all of its host."""
    for dataset in EXTERNAL_DATASETS:
        if iri.startswith(dataset.namespace):
            return dataset
    parts = urlsplit(iri)
    site = f"{parts.scheme}://{parts.netloc}/"
    return ExternalDataset(parts.netloc.replace(".", "-"), parts.netloc, site, site)
