"""The dataset that is served now, and how a new one takes its place without a dropped request."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from illicit_power.engine.errors import EngineFailure
from illicit_power.engine.pool.pool import EmbeddedEngine
from illicit_power.model.prefixes import Prefixes

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Edition:
    """What there is to serve.

    :ivar version: names the dataset by its content
    :ivar files: its RDF files
    :ivar folder: its snapshot's folder; None where the files are not a snapshot
    :ivar prefixes: those that it declares; for files, the standard ones
    :ivar downloads: the folder of what was made from it to take home, where it has one
    """

    version: str
    files: tuple[Path, ...]
    prefixes: Prefixes
    folder: Path | None = None
    downloads: Path | None = None


class BrokenEdition(Exception):
    """What there is to serve is not whole; the message says how."""


@dataclass(frozen=True)
class ServedDataset:
    """A dataset with the engine that answers over it."""

    edition: Edition
    engine: EmbeddedEngine

    @property
    def version(self) -> str:
        return self.edition.version


class Serving:
    """The served dataset of an application. A request holds on to the one that it began with.

    :ivar reloads: new editions since the start, by what came of them: ``ok`` or ``failed``
    """

    def __init__(
        self, newest: Callable[[], Edition], start: Callable[[Edition], Awaitable[EmbeddedEngine]], watch: float
    ) -> None:
        """
        :param newest: what is to be served now; raises :class:`BrokenEdition` where that is not whole
        :param start: starts an engine over an edition; raises :class:`EngineFailure`
        :param watch: seconds between two looks for a new edition
        """
        self.reloads = Counter(ok=0, failed=0)
        self._newest, self._start, self._watch = newest, start, watch
        self._current: ServedDataset | None = None
        self._leases: dict[ServedDataset, int] = {}
        self._reloading = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def served(self) -> ServedDataset | None:
        """The dataset that is served; None before the start."""
        return self._current

    @property
    def current(self) -> ServedDataset:
        """The dataset for a request that begins now."""
        assert self._current, "the application has not started"
        return self._current

    @property
    def is_ready(self) -> bool:
        """Whether there is a dataset, with an engine that can answer."""
        return self._current is not None and self._current.engine.is_alive

    async def open(self) -> None:
        """Begin to serve.

        :raises BrokenEdition: when what there is to serve is not whole
        :raises EngineFailure: when it cannot be loaded
        """
        await self._swap(await asyncio.to_thread(self._newest))
        self._background(self._look_for_editions())

    async def close(self) -> None:
        """Stop serving, once every lease has ended or its engine with it."""
        for task in list(self._tasks):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        for served in list(self._leases):
            await served.engine.close()

    @contextmanager
    def lease(self) -> Iterator[ServedDataset]:
        """The current dataset, which stays open until the lease ends even where a new one takes its place."""
        served = self.current
        self._leases[served] += 1
        try:
            yield served
        finally:
            self._leases[served] -= 1
            self._retire(served)

    async def reload(self) -> bool:
        """Serve the newest edition, if it is another one; a broken one is logged, and the old one goes on.

        :return: whether the newest edition is served now
        """
        async with self._reloading:
            try:
                edition = await asyncio.to_thread(self._newest)
                if edition == self.current.edition:
                    _log.info("there is no newer dataset than %s", edition.version)
                    return True
                await self._swap(edition)
            except (BrokenEdition, EngineFailure, OSError) as error:
                self._refuse(error)
                return False
            self.reloads["ok"] += 1
            _log.info("serving %s", edition.version)
            return True

    def _refuse(self, error: Exception) -> None:
        self.reloads["failed"] += 1
        _log.error("the new dataset is refused, %s goes on being served: %s", self.current.version, error)

    async def _swap(self, edition: Edition) -> None:
        served = ServedDataset(edition, await self._start(edition))
        if not served.engine.quads:
            await served.engine.close()
            raise BrokenEdition(f"there is not one statement in {', '.join(map(str, edition.files))}")
        self._leases[served] = 0
        before, self._current = self._current, served
        self._background(self._restart_when_it_fails(served))
        if before:
            self._retire(before)

    def _retire(self, served: ServedDataset) -> None:
        """Close a dataset that has been replaced, once nobody uses it."""
        if served != self._current and self._leases.get(served) == 0:
            del self._leases[served]
            self._background(served.engine.close())

    async def _look_for_editions(self) -> None:
        seen: Edition | None = self.current.edition
        while True:
            await asyncio.sleep(self._watch)
            try:
                newest = await asyncio.to_thread(self._newest)
            except (BrokenEdition, OSError) as error:
                if seen:
                    self._refuse(error)
                seen = None
                continue
            if newest not in (seen, self.current.edition):
                await self.reload()
            seen = newest

    async def _restart_when_it_fails(self, served: ServedDataset) -> None:
        await served.engine.ended()
        while served == self._current:
            async with self._reloading:
                if served != self._current:
                    return
                _log.error("the engine has ended by itself and is started again")
                try:
                    await self._swap(served.edition)
                    return
                except (BrokenEdition, EngineFailure, OSError):
                    _log.exception("the engine could not be started again")
            await asyncio.sleep(self._watch)

    def _background(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
