"""Answers that can be given again: their entity tags (RFC 9110, 8.8.3), and a bounded cache of them."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
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


def entity_tag(version: str, text: str, graphs: Sequence[Sequence[str]], format_: ResultFormat, *others: object) -> str:
    """The strong entity tag, quotes included, of the answer to a query over a dataset.

    :param version: of the dataset
    :param graphs: the default graphs and the named graphs of the request
    :param others: whatever else the answer depends on
    """
    identity = json.dumps([version, text, [list(part) for part in graphs], format_.name, *others])
    return f'"{hashlib.sha256(identity.encode()).hexdigest()[:32]}"'


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
