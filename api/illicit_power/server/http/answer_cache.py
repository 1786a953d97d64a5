"""A bounded cache of answers, by their entity tags."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from illicit_power.engine.formats import ResultFormat


@dataclass(frozen=True)
class CachedAnswer:
    """A whole answer as it goes out.

    :ivar truncated: see :class:`illicit_power.engine.query.Answer`
    :ivar finds_nothing: likewise
    """

    format: ResultFormat
    truncated: str | None
    finds_nothing: bool
    body: bytes


class AnswerCache:
    """The answers used last, up to a number of bytes. One thread at a time."""

    def __init__(self, max_bytes: int) -> None:
        self.bytes = self.hits = self.misses = 0
        self.largest = max_bytes // 16
        """Bytes of the largest answer that is kept."""
        self._max_bytes = max_bytes
        self._answers: OrderedDict[str, CachedAnswer] = OrderedDict()

    def get(self, tag: str) -> CachedAnswer | None:
        """The answer with an entity tag, if it is kept."""
        answer = self._answers.get(tag)
        if answer is None:
            self.misses += 1
            return None
        self.hits += 1
        self._answers.move_to_end(tag)
        return answer

    def put(self, tag: str, answer: CachedAnswer) -> None:
        """Keep an answer; those that were not used for longest make room."""
        if len(answer.body) > self.largest or tag in self._answers:
            return
        self._answers[tag] = answer
        self.bytes += len(answer.body)
        while self.bytes > self._max_bytes:
            _, oldest = self._answers.popitem(last=False)
            self.bytes -= len(oldest.body)
