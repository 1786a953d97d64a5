"""Answers that are given again: those used last, within a number of bytes."""

from __future__ import annotations

from illicit_power.engine.formats import CSV
from illicit_power.server.http.answer_cache import AnswerCache, CachedAnswer


def answer(size: int) -> CachedAnswer:
    return CachedAnswer(CSV, None, False, bytes(size))


def test_it_never_holds_more_bytes_than_it_may() -> None:
    cache = AnswerCache(160)
    for number in range(50):
        cache.put(str(number), answer(10))
    held = [number for number in range(50) if cache.get(str(number))]
    assert held == list(range(34, 50)), "the sixteen that came last"
    assert cache.bytes == 160


def test_what_is_asked_for_again_stays() -> None:
    cache = AnswerCache(160)
    for number in range(50):
        cache.put(str(number), answer(10))
        assert cache.get("0")
    assert cache.get("34") is None
    assert cache.get("35")


def test_one_large_answer_does_not_drive_out_the_others() -> None:
    cache = AnswerCache(160)
    cache.put("small", answer(10))
    cache.put("large", answer(11))
    assert cache.get("large") is None
    assert cache.get("small")


def test_an_answer_that_two_requests_bring_counts_once() -> None:
    cache = AnswerCache(160)
    for _ in range(2):
        cache.put("same", answer(10))
    assert cache.bytes == 10


def test_it_counts_what_it_had_and_what_it_had_not() -> None:
    cache = AnswerCache(160)
    cache.put("here", answer(1))
    for tag in ("here", "there", "here"):
        cache.get(tag)
    assert (cache.hits, cache.misses) == (2, 1)
