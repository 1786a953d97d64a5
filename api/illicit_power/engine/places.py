"""Places for queries to run, of which one asker holds no more than a share, so that there is always one for another."""

from __future__ import annotations

import asyncio
from collections import Counter


class Places:
    """A number of places. Whoever finds none waits in turn, and is passed by those whose share is not used up."""

    def __init__(self, number: int, share: int) -> None:
        """
        :param number: of places
        :param share: places that one asker may hold; 0 for all
        """
        self._number, self._share = number, share or number
        self._holders: Counter[str] = Counter()
        self._queue: list[tuple[str, asyncio.Future[None]]] = []

    @property
    def taken(self) -> int:
        """Places that are held."""
        return self._holders.total()

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._queue)

    def waiting_of(self, asker: str) -> int:
        """How many of an asker's queries wait for a place."""
        return sum(waiting == asker for waiting, _ in self._queue)

    def is_free(self, asker: str) -> bool:
        """Whether there is a place for an asker."""
        return self.taken < self._number and not self.has_its_share(asker)

    def has_its_share(self, asker: str) -> bool:
        """Whether an asker holds as many places as it may. Nobody in particular, the empty asker, may hold all."""
        return bool(asker) and self._holders[asker] >= self._share

    async def take(self, asker: str, patience: float) -> None:
        """Take a place, to be given back.

        :param patience: seconds to wait for it
        :raises TimeoutError: when there is none by then
        """
        if self.is_free(asker):
            self._holders[asker] += 1
            return
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append((asker, granted))
        try:
            async with asyncio.timeout(patience):
                await granted
        except (TimeoutError, asyncio.CancelledError):
            if granted.cancelled():
                self._queue.remove((asker, granted))
            else:
                self.give_back(asker)
            raise

    def give_back(self, asker: str) -> None:
        """Give a place back, to whoever waits for it longest and may have it."""
        self._holders[asker] -= 1
        if not self._holders[asker]:
            del self._holders[asker]
        for waiting, granted in self._queue:
            if self.is_free(waiting) and not granted.done():  # done: given up at this moment
                self._queue.remove((waiting, granted))
                self._holders[waiting] += 1
                granted.set_result(None)
                return
