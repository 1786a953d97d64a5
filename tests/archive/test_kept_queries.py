"""A folder of kept queries: its bounds, and what comes out of it again."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from illicit_power.archive.kept_queries import AnswerRecord, KeptQueries, KeptQuery, StoreFull
from illicit_power.archive.permalinks import AskedQuery
from illicit_power.dataset.publication import DatasetCitation

PLENTY = 1 << 20


def kept(text: str, content: bytes | None = b"a\nb") -> KeptQuery:
    digest = hashlib.sha256(content or b"").hexdigest()
    return KeptQuery(
        query=AskedQuery.of(text, ["http://example.org/g"], [], "1"),
        asked_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
        repeatable=True,
        dataset=DatasetCitation("A", "B", "https://example.org/license"),
        answer=AnswerRecord("solutions", 1, len(content or b""), digest, None, content),
    )


@pytest.mark.parametrize("content", [b"a\nb", b"", None], ids=["lines", "nothing", "too large"])
def test_what_is_kept_comes_out_as_it_was(tmp_path: Path, content: bytes | None) -> None:
    store, query = KeptQueries(tmp_path / "kept", 1, PLENTY), kept("ASK {}\n# è", content)
    assert store.find(query.query.id) is None
    assert store.keep(query) == query
    assert store.find(query.query.id) == query


def test_it_takes_as_many_queries_as_it_may_have_and_not_one_more(tmp_path: Path) -> None:
    store = KeptQueries(tmp_path / "kept", 2, PLENTY)
    for text in ("1", "2"):
        store.keep(kept(text))
    with pytest.raises(StoreFull, match="2 queries, which is the most"):
        store.keep(kept("3"))
    assert store.keep(kept("1")) == kept("1"), "what is there is there"
    assert len(list((tmp_path / "kept").iterdir())) == 2


def test_it_takes_as_many_bytes_as_it_may_have_and_not_one_more(tmp_path: Path) -> None:
    KeptQueries(tmp_path / "one", 1, PLENTY).keep(kept("1"))
    (file,) = (tmp_path / "one").iterdir()
    size = file.stat().st_size
    store = KeptQueries(tmp_path / "two", 10, 2 * size)
    for text in ("1", "2"):
        store.keep(kept(text))
    with pytest.raises(StoreFull, match=f"with {size:,} bytes more"):
        store.keep(kept("3"))
    with pytest.raises(StoreFull):
        KeptQueries(tmp_path / "three", 10, size - 1).keep(kept("1"))
