"""BibTeX: text in its fields, and the entries of kept queries, for a paper to cite them by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

_SPECIAL: Final = str.maketrans(
    {
        **{character: f"\\{character}" for character in "#$%&_{}"},
        "\\": r"\textbackslash{}",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
    }
)


@dataclass(frozen=True)
class DatasetCitation:
    """How a dataset is cited.

    :ivar author: who made it: a corporate author
    :ivar license: the address of its license
    """

    author: str
    title: str
    license: str


ILLICIT_POWER: Final = DatasetCitation(
    author="The Illicit Power contributors",
    title="Illicit Power: linked open data about illicit power structures",
    license="https://creativecommons.org/licenses/by/4.0/",
)
"""The dataset of this project, as its CITATION.cff says."""


def bibtex(
    key: str, dataset: DatasetCitation | None, version: str, asked_at: datetime, address: str, notes: list[str]
) -> str:
    """A ``@misc`` entry for the answer to a query, which both BibTeX and biblatex read.

    :param dataset: that the query was asked of; None where nothing more than its version is known
    :param address: of the kept query, percent-encoded
    :param notes: what else a reader has to know, in plain text
    """
    source = f"SPARQL query asked on {asked_at:%Y-%m-%d} of dataset version {version}"
    fields = {
        **({"author": f"{{{escaped(dataset.author)}}}"} if dataset else {}),
        "title": f"{{{escaped(dataset.title if dataset else 'Answer to a SPARQL query')}}}",
        "year": f"{asked_at:%Y}",
        "version": escaped(version),
        "url": address,
        "urldate": f"{asked_at:%Y-%m-%d}",
        "note": escaped("; ".join([source, *notes])),
    }
    width = max(map(len, fields))
    lines = [f"  {name:<{width}} = {{{value}}},\n" for name, value in fields.items()]
    return f"@misc{{{key},\n{''.join(lines)}}}\n"


def escaped(text: str) -> str:
    """Plain text as it stands in a field, where LaTeX gives some characters a meaning."""
    return text.translate(_SPECIAL)
