"""A semaphore of which one client holds no more than a share, so that there is always something for another."""

from __future__ import annotations

import asyncio
from collections import Counter


class FairSemaphore:
    """Permits for a number of clients. Whoever finds none waits in turn, and is passed by those whose share is not
    used up."""

    def __init__(self, permits: int, share: int) -> None:
        """
        :param permits: that there are
        :param share: permits that one client may hold; 0 for all
        """
        self._permits, self._share = permits, share or permits
        self._holders: Counter[str] = Counter()
        self._queue: list[tuple[str, asyncio.Future[None]]] = []

    @property
    def held(self) -> int:
        """Permits that are held."""
        return self._holders.total()

    @property
    def waiting(self) -> int:
        """How many wait for a permit."""
        return len(self._queue)

    def waiting_of(self, client: str) -> int:
        """How many of a client's queries wait for a permit."""
        return sum(waiting == client for waiting, _ in self._queue)

    def is_available(self, client: str) -> bool:
        """Whether there is a permit for a client."""
        return self.held < self._permits and not self.has_its_share(client)

    def has_its_share(self, client: str) -> bool:
        """Whether a client holds as many permits as it may. Nobody in particular, the empty client, may hold all."""
        return bool(client) and self._holders[client] >= self._share

    async def acquire(self, client: str, timeout: float) -> None:
        """Take a permit, to be released.

        :param timeout: seconds to wait for it
        :raises TimeoutError: when there is none by then
        """
        if self.is_available(client):
            self._holders[client] += 1
            return
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append((client, granted))
        try:
            async with asyncio.timeout(timeout):
                await granted
        except (TimeoutError, asyncio.CancelledError):
            if granted.cancelled():
                self._queue.remove((client, granted))
            else:
                self.release(client)
            raise

    def release(self, client: str) -> None:
        """Give a permit back, to whoever waits for it longest and may have it."""
        self._holders[client] -= 1
        if not self._holders[client]:
            del self._holders[client]
        for waiting, granted in self._queue:
            if self.is_available(waiting) and not granted.done():  # done: given up at this moment
                self._queue.remove((waiting, granted))
                self._holders[waiting] += 1
                granted.set_result(None)
                return
