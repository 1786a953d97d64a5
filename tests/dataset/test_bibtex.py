"""What stands in a BibTeX entry is read as it was meant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from illicit_power.dataset.bibtex import DatasetCitation, bibtex
from tests.bibtex import read_entries

AT = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
ADDRESS = "https://w3id.org/illicit-power/q/abc"


@pytest.mark.parametrize("text", ["Guns & money", "100 % of $5 is #1", "a_b", "{x}", "x}, note = {y", r"C:\~ 2"])
def test_no_character_of_a_text_is_taken_for_a_command(text: str) -> None:
    dataset = DatasetCitation(author=text, title=text, license="https://example.org/license")
    fields = read_entries(bibtex("key", dataset, text, AT, ADDRESS, [text]))["key"]
    assert fields == {
        "author": text,
        "title": text,
        "year": "2026",
        "version": text,
        "url": ADDRESS,
        "urldate": "2026-03-01",
        "note": f"SPARQL query asked on 2026-03-01 of dataset version {text}; {text}",
    }
