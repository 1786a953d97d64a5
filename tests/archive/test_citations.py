"""The entry by which the answer to a kept query is cited."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from illicit_power.archive.citations import bibtex_of_query
from illicit_power.archive.kept_queries import AnswerRecord, KeptQuery
from illicit_power.archive.permalinks import AskedQuery
from illicit_power.dataset.publication import DatasetCitation
from tests.bibtex import read_entry

ADDRESS = "https://w3id.org/illicit-power/q/abc_1"
HARD = "Guns & money: 100 % of $5 is #1, a_b, {x}"


def kept(*, repeatable: bool = True, truncated: str | None = None, dataset: DatasetCitation | None = None) -> KeptQuery:
    return KeptQuery(
        query=AskedQuery.of("ASK {}", [], [], "2026_03-1"),
        asked_at=datetime(2026, 3, 1, 23, 59, tzinfo=UTC),
        repeatable=repeatable,
        dataset=dataset,
        answer=AnswerRecord("boolean", 0, 4, "0" * 64, truncated, b"true"),
    )


def test_author_and_title_are_read_as_they_are_written() -> None:
    cited = kept(dataset=DatasetCitation(HARD, HARD, "https://example.org/license"))
    assert read_entry(bibtex_of_query(cited, ADDRESS)) == {
        "type": "misc",
        "key": f"illicit-power-{cited.query.id}",
        "author": HARD,
        "title": HARD,
        "year": "2026",
        "version": "2026_03-1",
        "url": ADDRESS,
        "urldate": "2026-03-01",
        "note": "SPARQL query asked on 2026-03-01 of dataset version 2026_03-1",
    }


@pytest.mark.parametrize(
    ("cited", "notes"),
    [
        (kept(), ""),
        (kept(repeatable=False), "; asked again, the query can give another answer"),
        (kept(truncated="cut after 5 rows"), "; the answer was cut short"),
        (
            kept(repeatable=False, truncated="cut after 5 rows"),
            "; asked again, the query can give another answer; the answer was cut short",
        ),
    ],
    ids=["whole", "not repeatable", "cut", "both"],
)
def test_a_reader_is_told_what_the_answer_does_not_hold(cited: KeptQuery, notes: str) -> None:
    fields = read_entry(bibtex_of_query(cited, ADDRESS))
    assert fields["note"] == f"SPARQL query asked on 2026-03-01 of dataset version 2026_03-1{notes}"
    assert "author" not in fields
