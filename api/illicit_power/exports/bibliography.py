"""The dataset itself, and the works that its cases draw on and cite, as BibTeX."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Final

import pyoxigraph

from illicit_power.dataset.bibtex import entry, escaped, whole
from illicit_power.dataset.publication import CITATION, LICENSE_NAME
from illicit_power.engine.in_process import Row, solutions
from illicit_power.exports.queries import stored_query
from illicit_power.exports.versions import Version
from illicit_power.model.iris import BASE, ENTITY, IPS

_ENTRY_TYPES: Final = {"Article": "article", "Book": "book", "BookChapter": "incollection", "Report": "techreport"}


def bibtex(store: pyoxigraph.Store) -> bytes:
    """An entry for each work, under its slug. What the dataset does not record as such stands in ``note``."""
    rows = solutions(store, stored_query("works"))
    entries = [_entry(list(group)) for _, group in groupby(rows, key=lambda row: row["work"])]
    return "\n".join(entries).encode()


def dataset_entry(version: Version, accessed: date) -> str:
    """How the dataset is cited in one of its versions.

    :param accessed: when it was used
    """
    release = version.release
    fields = {
        "author": whole(CITATION.author),
        "title": whole(CITATION.title),
        "year": f"{release.date:%Y}" if release else "",
        "version": escaped(version.name),
        "url": BASE,
        "urldate": accessed.isoformat(),
        "note": escaped(f"Version {version.name}, {LICENSE_NAME}"),
    }
    return entry("misc", f"illicit-power-{version.name}", fields)


def _entry(rows: list[Row]) -> str:
    work, citation = rows[0], str(rows[0]["citation"])
    kind = _ENTRY_TYPES.get(str(work["class"]).removeprefix(str(IPS)), "misc")
    # A graph has no order of authors; the citation has.
    creators = {str(row["creator"]): bool(row["personal"]) for row in rows if row["creator"]}
    named = [
        escaped(name) if creators[name] else whole(name)
        for name in sorted(creators, key=lambda name: (citation.find(name), name))
    ]
    address = str(work["address"] or "")
    fields = {
        "author": " and ".join(named),
        "title": whole(str(work["title"])) if work["title"] else "",
        "year": str(work["issued"] or "")[:4],
        "doi": address.removeprefix("https://doi.org/"),
        "note": escaped(citation),
    }
    return entry(kind, str(work["work"]).removeprefix(str(ENTITY)), fields)
