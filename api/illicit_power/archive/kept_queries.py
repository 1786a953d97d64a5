"""A folder of queries that were kept with their answers, so that they can be cited.

One JSON file per query, named by its permanent link. What is kept stays: nothing is ever overwritten or removed, and
where the folder has reached its bounds, nothing more is taken.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, cast

from illicit_power.archive.permalinks import AskedQuery, is_id
from illicit_power.dataset.publication import DatasetCitation
from illicit_power.engine.formats import FORMATS, Kind

_SUFFIX: Final = ".json"
_UNFINISHED: Final = ".unfinished"


class StoreFull(Exception):
    """The folder has as many queries, or bytes, as it may have; the message says which."""


class DamagedQuery(Exception):
    """The file of a kept query is not what was written."""


@dataclass(frozen=True)
class AnswerRecord:
    """What an answer was.

    :ivar rows: number of solutions or triples; 0 for a boolean
    :ivar size: bytes of the answer as SPARQL Results JSON or N-Triples
    :ivar sha256: of these bytes
    :ivar truncated: why the answer ends before its last row, or None where it is complete
    :ivar content: these bytes; None where they were too many to be kept
    """

    kind: Kind
    rows: int
    size: int
    sha256: str
    truncated: str | None
    content: bytes | None


@dataclass(frozen=True)
class KeptQuery:
    """A query that can be cited.

    :ivar asked_at: when, in UTC, to the second
    :ivar repeatable: whether the same dataset gives the same answer again (no NOW, RAND, …, and no SERVICE)
    :ivar dataset: how to cite the dataset that it was asked of, where that is known
    """

    query: AskedQuery
    asked_at: datetime
    repeatable: bool
    dataset: DatasetCitation | None
    answer: AnswerRecord


class KeptQueries:
    """The kept queries of a folder, which is made with the first of them. Any number of threads and processes."""

    def __init__(self, folder: Path, max_queries: int, max_bytes: int) -> None:
        self._folder, self._max_queries, self._max_bytes = folder, max_queries, max_bytes

    def find(self, id_: str) -> KeptQuery | None:
        """The query with the last part of a permanent link; None where none is kept, or this is no such part.

        :raises DamagedQuery: when its file is not what was written
        :raises OSError: when the folder cannot be read
        """
        if not is_id(id_):
            return None
        try:
            content = self._path(id_).read_bytes()
        except FileNotFoundError:
            return None
        return _read(id_, content)

    def keep(self, kept: KeptQuery) -> KeptQuery:
        """Keep a query for good.

        :return: what is kept: the same query as it was kept earlier, if it was
        :raises StoreFull: when there is no room for it
        :raises DamagedQuery: when it was kept earlier, and its file is not what was written
        :raises OSError: when the folder cannot be written
        """
        content = _write(kept)
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._locked() as folder:
            if before := self.find(kept.query.id):
                return before
            self._check_room_for(content)
            unfinished = self._folder / _UNFINISHED
            with unfinished.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self._path(kept.query.id))
            os.fsync(folder)
        return kept

    def _path(self, id_: str) -> Path:
        return self._folder / (id_ + _SUFFIX)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The folder's file descriptor, while nobody else keeps a query in it."""
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield folder
        finally:
            os.close(folder)

    def _check_room_for(self, content: bytes) -> None:
        sizes = [path.stat().st_size for path in self._folder.glob(f"*{_SUFFIX}")]
        if len(sizes) >= self._max_queries:
            raise StoreFull(f"it has {len(sizes):,} queries, which is the most")
        if sum(sizes) + len(content) > self._max_bytes:
            raise StoreFull(f"with {len(content):,} bytes more it would have more than {self._max_bytes:,}")


def _write(kept: KeptQuery) -> bytes:
    """A kept query as JSON for people too: texts are lists of lines."""
    content = kept.answer.content
    document = {
        "query": kept.query.text.split("\n"),
        "default_graphs": kept.query.default_graphs,
        "named_graphs": kept.query.named_graphs,
        "version": kept.query.version,
        "asked_at": kept.asked_at.isoformat(),
        "repeatable": kept.repeatable,
        "dataset": asdict(kept.dataset) if kept.dataset else None,
        "answer": {
            **asdict(kept.answer),
            "content": content.decode().split("\n") if content is not None else None,
        },
    }
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _read(id_: str, content: bytes) -> KeptQuery:
    try:
        kept = _kept_query(json.loads(content))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedQuery(f"{id_}{_SUFFIX} cannot be read: {error!r}") from error
    if kept.query.id != id_:
        raise DamagedQuery(f"the query in {id_}{_SUFFIX} belongs to {kept.query.path}")
    answer = kept.answer
    if answer.content is not None and hashlib.sha256(answer.content).hexdigest() != answer.sha256:
        raise DamagedQuery(f"the answer in {id_}{_SUFFIX} has not the SHA-256 that stands beside it")
    return kept


def _kept_query(document: dict[str, Any]) -> KeptQuery:
    answer, dataset = document["answer"], document["dataset"]
    if answer["kind"] not in FORMATS:
        raise ValueError(answer["kind"])
    lines = cast("list[str] | None", answer["content"])
    content = "\n".join(lines).encode() if lines is not None else None
    query = AskedQuery.of(
        "\n".join(document["query"]), document["default_graphs"], document["named_graphs"], document["version"]
    )
    return KeptQuery(
        query=query,
        asked_at=datetime.fromisoformat(document["asked_at"]),
        repeatable=document["repeatable"],
        dataset=DatasetCitation(**dataset) if dataset else None,
        answer=AnswerRecord(**{**answer, "content": content}),
    )
