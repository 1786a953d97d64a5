"""What the publication says of itself as a whole: its name, its license, and how it is cited; CITATION.cff agrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from illicit_power.model.iris import BASE

NAME: Final = "Illicit Power"
TITLE: Final = f"{NAME}: linked open data about illicit power structures"
SUMMARY: Final = "Linked open data about illicit power structures, with the source of every statement"
DESCRIPTION: Final = (
    "Claims about militias, insurgent movements and criminal factions. Each says who said it, on which page, how "
    "firmly, and for what time; contradictions are kept side by side."
)
CREATOR: Final = "The Illicit Power contributors"
KEYWORDS: Final = ("linked open data", "armed groups", "militias", "provenance", "SPARQL", "OWL", "SHACL")
LICENSE: Final = "https://creativecommons.org/licenses/by/4.0/"
LICENSE_NAME: Final = "CC BY 4.0"
DOWNLOADS: Final = BASE + "download/"


@dataclass(frozen=True)
class DatasetCitation:
    """How a dataset is cited.

    :ivar author: who made it: a corporate author
    :ivar license: the address of its license
    """

    author: str
    title: str
    license: str


CITATION: Final = DatasetCitation(CREATOR, TITLE, LICENSE)
"""How this dataset is cited, whichever its version."""
