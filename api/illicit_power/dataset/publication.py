"""What the publication says of itself as a whole: its name, license, external datasets, and which version this is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from rdflib import Namespace

from illicit_power.dataset.releases import Release
from illicit_power.model.iris import BASE

TITLE: Final = "Illicit Power: linked open data about illicit power structures"
DESCRIPTION: Final = (
    "Claims about militias, insurgent movements and criminal factions. Each says who said it, on which page, how "
    "firmly, and for what time; contradictions are kept side by side."
)
CREATOR: Final = "The Illicit Power contributors"
KEYWORDS: Final = ("linked open data", "armed groups", "militias", "provenance", "SPARQL", "OWL", "SHACL")
LICENSE: Final = "https://creativecommons.org/licenses/by/4.0/"
DOWNLOADS: Final = BASE + "download/"

DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
"""Of DCAT 3; rdflib knows the terms of DCAT 1 only."""

VERSION: Final = Namespace(BASE + "catalog#")
"""Where versions of the dataset have their addresses: in the catalog that lists them."""


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


@dataclass(frozen=True)
class Version:
    """Which version a snapshot is.

    :ivar content: the snapshot's version, which names its content
    :ivar sha256: SHA-256 of its canonical N-Quads
    :ivar releases: all releases so far, oldest first
    """

    content: str
    sha256: str
    releases: tuple[Release, ...] = ()

    @property
    def release(self) -> Release | None:
        """The release that this is, if it is one."""
        return next((release for release in self.releases if release.sha256 == self.sha256), None)

    @property
    def previous(self) -> Release | None:
        """The release before this version."""
        if self.release is None:
            return self.releases[-1] if self.releases else None
        position = self.releases.index(self.release)
        return self.releases[position - 1] if position else None

    @property
    def name(self) -> str:
        """Name of the release; of a version that is none, of its content."""
        return self.release.name if self.release else self.content
