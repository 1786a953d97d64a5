"""Where answers of the reconciliation service are worked out: few processes, outside of the event loop, that are ended
at a deadline, and when whoever asks hangs up."""

from __future__ import annotations

import asyncio
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from illicit_power.engine.errors import EngineBusy, EngineFailure, QueryError, QueryTimeout, QueryTooCostly
from illicit_power.engine.pool.fair_semaphore import FairSemaphore
from illicit_power.engine.pool.pool import Limits
from illicit_power.engine.query import Engine, Execution
from illicit_power.matching.index import Index
from illicit_power.server.reconciliation import worker
from illicit_power.server.reconciliation.indexes import index_of

_PROCESSES: Final = 2
_SHARE: Final = 1
_STARTING_SECONDS: Final = 60

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


@dataclass(frozen=True, eq=False)
class _Worker:
    """A process that has an index."""

    process: subprocess.Popen[bytes]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    index: Index

    async def call(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
        self.writer.write(pickle.dumps((function, arguments)))
        await self.writer.drain()
        outcome: tuple[bool, Any] = await self.read()
        return outcome

    async def read(self) -> Any:
        (length,) = worker.LENGTH.unpack(await self.reader.readexactly(worker.LENGTH.size))
        return pickle.loads(await self.reader.readexactly(length))  # noqa: S301 (of our own process)

    async def end(self) -> None:
        self.process.kill()
        self.writer.close()
        await asyncio.to_thread(self.process.wait)


class ReconciliationPool:
    """Works out answers, of each client one at a time. Its processes are started when they are first wanted."""

    def __init__(self, limits: Limits, observe: Callable[[Execution], None], client: Callable[[], str]) -> None:
        """
        :param limits: of which the deadline, the queue and the memory hold here too
        :param observe: is told what came of every call
        :param client: who asks; empty for nobody in particular
        """
        self._limits, self._observe, self._client = limits, observe, client
        self._semaphore = FairSemaphore(_PROCESSES, _SHARE)
        self._idle: list[_Worker] = []
        self._workers: set[_Worker] = set()
        self._ending: set[asyncio.Task[None]] = set()

    async def run(
        self,
        engine: Engine,
        function: Callable[Concatenate[Index, _Arguments], _Result],
        *arguments: _Arguments.args,
        **_: _Arguments.kwargs,
    ) -> _Result:
        """Call a function of :mod:`illicit_power.server.reconciliation.answers` in another process.

        :param engine: over whose dataset
        :raises QueryError: when there is no process in time, or it had to be ended
        :raises EngineFailure: when none could be started
        """
        index = await index_of(engine)
        loop = asyncio.get_running_loop()
        asked, client = loop.time(), self._client()
        await self._acquire(client)
        begun, outcome = loop.time(), "abandoned"
        try:
            found = await self._worker(index)
            begun = loop.time()
            result = await self._call(found, function, arguments)
            outcome = "answered"
            return result
        except QueryError as error:
            outcome = type(error).__name__
            raise
        finally:
            self._semaphore.release(client)
            self._observe(Execution(outcome, begun - asked, loop.time() - begun))

    async def close(self) -> None:
        """End all processes, whatever they do."""
        self._idle.clear()
        for each in list(self._workers):
            self._end(each)
        await asyncio.gather(*self._ending)

    async def _acquire(self, client: str) -> None:
        if not self._semaphore.is_available(client) and self._semaphore.waiting >= self._limits.queue:
            raise EngineBusy("Too many requests are waiting already. Try again later.", retry_after=10)
        try:
            await self._semaphore.acquire(client, self._limits.queue_timeout)
        except TimeoutError:
            detail = "Names are looked up for others, or for you, already. Try again in a few seconds."
            raise EngineBusy(detail, retry_after=5) from None

    async def _call(
        self, found: _Worker, function: Callable[Concatenate[Index, _Arguments], _Result], arguments: tuple[Any, ...]
    ) -> _Result:
        is_reusable = False
        try:
            async with asyncio.timeout(self._limits.timeout):
                succeeded, result = await found.call(function, arguments)
            is_reusable = True
        except TimeoutError:
            raise QueryTimeout(
                f"This took more than {self._limits.timeout:g} seconds and was ended. Send fewer names at a time."
            ) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise QueryTooCostly(
                f"This needed more than {self._limits.memory_bytes >> 20} MiB of memory and was ended. "
                "Send fewer names at a time."
            ) from None
        finally:
            if is_reusable:
                self._idle.append(found)
            else:
                self._end(found)
        if not succeeded:
            raise result
        returned: _Result = result
        return returned

    async def _worker(self, index: Index) -> _Worker:
        """One that has an index; those that have that of an older dataset are ended."""
        for idle in [each for each in self._idle if each.index is not index or each.process.poll() is not None]:
            self._idle.remove(idle)
            self._end(idle)
        if self._idle:
            return self._idle.pop()
        pickled = await asyncio.to_thread(pickle.dumps, index)
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", worker.__name__, str(theirs.fileno()), str(self._limits.memory_bytes)]
        process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True
        )
        theirs.close()
        started = _Worker(process, *await asyncio.open_connection(sock=ours), index)
        self._workers.add(started)
        is_ready = False
        try:
            started.writer.write(pickled)
            async with asyncio.timeout(_STARTING_SECONDS):
                await started.read()
            is_ready = True
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            raise EngineFailure("no process that looks up names could be started") from None
        finally:
            if not is_ready:
                self._end(started)
        return started

    def _end(self, ended: _Worker) -> None:
        self._workers.discard(ended)
        task = asyncio.get_running_loop().create_task(ended.end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
