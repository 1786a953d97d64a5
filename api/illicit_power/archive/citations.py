"""How a kept query is cited, so that a paper says what was asked of which version, and when."""

from __future__ import annotations

from illicit_power.archive.kept_queries import KeptQuery
from illicit_power.dataset.bibtex import entry, escaped, whole


def bibtex_of_query(kept: KeptQuery, address: str) -> str:
    """A ``@misc`` entry for the answer to a kept query.

    :param address: where the query is kept, percent-encoded
    """
    dataset, version = kept.dataset, kept.query.version
    notes = [f"SPARQL query asked on {kept.asked_at:%Y-%m-%d} of dataset version {version}"]
    if not kept.repeatable:
        notes.append("asked again, the query can give another answer")
    if kept.answer.truncated:
        notes.append("the answer was cut short")
    fields = {
        "author": whole(dataset.author) if dataset else "",
        "title": whole(dataset.title if dataset else "Answer to a SPARQL query"),
        "year": f"{kept.asked_at:%Y}",
        "version": escaped(version),
        "url": address,
        "urldate": f"{kept.asked_at:%Y-%m-%d}",
        "note": escaped("; ".join(notes)),
    }
    return entry("misc", f"illicit-power-{kept.query.id}", fields)
