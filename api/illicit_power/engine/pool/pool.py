"""The embedded engine: pyoxigraph in a pool of forked, jailed, killable worker processes."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from illicit_power.engine.errors import (
    EngineBusy,
    EngineFailure,
    NotAcceptable,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooCostly,
    ResultTooLarge,
    UnknownGraph,
)
from illicit_power.engine.explanation import Explanation
from illicit_power.engine.formats import FORMATS, Kind
from illicit_power.engine.pool import wire, zygote
from illicit_power.engine.pool.fair_semaphore import FairSemaphore
from illicit_power.engine.query import Answer, Execution, Query
from illicit_power.engine.sparql.admission import admit
from illicit_power.engine.sparql.outline import Outline
from illicit_power.engine.terms import to_json
from illicit_power.model.prefixes import Prefixes

_log = logging.getLogger(__name__)
_IN_MEMORY_BYTES = 1 << 20
_NO_PREFIXES = Prefixes()
_NO_CEILING = sys.maxsize - 1
_THREADS = 4
"""Threads of an engine: one forks, and as many others wait for its end. Nothing else runs in them, so that no other
work of the server keeps a worker from being replaced."""
_QUEUE_SHARES = 4
"""One client fills no more than this part of the queue."""


@dataclass(frozen=True)
class Limits:
    """What queries may use.

    :ivar workers: queries answered at the same time
    :ivar timeout: seconds until a query is ended that asks for no other deadline
    :ivar max_timeout: seconds that a query may ask for
    :ivar queue: queries that may wait for a worker
    :ivar queue_timeout: seconds that a query waits for a worker
    :ivar share: queries of one client that are answered at the same time; 0 for no limit
    :ivar memory_bytes: memory of a worker beyond the dataset
    :ivar result_rows: solutions or triples of an answer, which ends after them
    :ivar result_bytes: size of a serialized answer, which ends after the row that reaches it
    """

    workers: int = 2
    timeout: float = 30.0
    max_timeout: float = 60.0
    queue: int = 64
    queue_timeout: float = 10.0
    share: int = 0
    memory_bytes: int = 1 << 30
    result_rows: int = 1_000_000
    result_bytes: int = 64 << 20


@dataclass(frozen=True)
class _Worker:
    process_id: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


_Result = TypeVar("_Result")
_Exchange = Callable[[_Worker, Query, Outline], Awaitable[_Result]]
"""Hands a query to a worker, and collects what it gives back."""


def _nobody() -> str:
    """For an engine that is asked by nobody in particular."""
    return ""


def _uncounted(_: Execution) -> None:
    """For an engine whose queries nobody counts."""


class EmbeddedEngine:
    """Answers queries over RDF files, held in memory by a zygote process. Make one with :meth:`start`.

    :ivar quads: number of statements
    :ivar is_repeatable: whether every engine over the same files gives the same answers, byte for byte
    """

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        control: socket.socket,
        loaded: dict[str, Any],
        limits: Limits,
        endpoints: Collection[str],
        observe: Callable[[Execution], None],
        client: Callable[[], str],
        prefixes: Prefixes,
    ) -> None:
        self.quads: int = loaded["quads"]
        self.is_repeatable: bool = loaded["repeatable"]
        self.prefixes = prefixes
        self.limits = limits
        self._process, self._control, self._endpoints = process, control, endpoints
        self._observe, self._client = observe, client
        self._control_lock = asyncio.Lock()
        self._semaphore = FairSemaphore(limits.workers, limits.share)
        self._closing = False
        self._threads = ThreadPoolExecutor(_THREADS, "engine")
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._replacements: set[asyncio.Task[None]] = set()

    @classmethod
    async def start(
        cls,
        files: Sequence[Path],
        limits: Limits | None = None,
        endpoints: Collection[str] = (),
        observe: Callable[[Execution], None] = _uncounted,
        client: Callable[[], str] = _nobody,
        prefixes: Prefixes = _NO_PREFIXES,
    ) -> EmbeddedEngine:
        """Load RDF files (N-Quads, TriG, Turtle, N-Triples, RDF/XML, JSON-LD, by their suffix) and start the workers.

        :param endpoints: SPARQL endpoints that SERVICE may reach
        :param observe: is told what came of every query
        :param client: who asks the query that the running task brings; empty for nobody in particular
        :param prefixes: of the dataset: they are declared in Turtle, and help with queries knows them
        :raises EngineFailure: when a file cannot be loaded
        """
        limits = limits or Limits()
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", zygote.__name__, str(theirs.fileno()), str(limits.memory_bytes)]
        process = subprocess.Popen(
            [*command, *map(str, files)], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True
        )
        theirs.close()
        report = json.loads(
            await asyncio.to_thread(_read_line, ours) or '{"error": "the engine process ended at once"}'
        )
        if "error" in report:
            ours.close()
            process.wait()
            raise EngineFailure(report["error"])
        engine = cls(process, ours, report, limits, endpoints, observe, client, prefixes)
        spare = 1  # takes the place of a worker that was ended, while its successor is made
        for _ in range(limits.workers + spare):
            engine._idle.put_nowait(await engine._new_worker())
        return engine

    @property
    def waiting(self) -> int:
        """Queries that wait for a worker."""
        return self._semaphore.waiting

    @property
    def idle(self) -> int:
        """Workers that are ready for a query."""
        return self._idle.qsize()

    @property
    def running(self) -> int:
        """Queries that a worker is busy with."""
        return self._semaphore.held

    @property
    def is_alive(self) -> bool:
        """Whether the process of the engine is there."""
        return self._process.poll() is None

    async def execute(self, query: Query) -> Answer:
        """Answer a query; see :meth:`illicit_power.engine.query.Engine.execute`."""
        return await self._ask(query, self._exchange)

    async def explain(self, query: Query) -> Explanation:
        """Explain a query; see :meth:`illicit_power.engine.query.Engine.explain`."""
        if admit(query.text, self._endpoints).services:
            raise QueryRefused("A query with SERVICE is not explained: ask about its other parts without it.")
        return await self._ask(query, self._exchange_explanation)

    async def _ask(self, query: Query, exchange: _Exchange[_Result]) -> _Result:
        found = admit(query.text, self._endpoints)
        if not self.is_alive:
            raise EngineFailure("its process has ended")
        loop = asyncio.get_running_loop()
        asked = loop.time()
        begun: float | None = None
        outcome = "abandoned"
        try:
            async with self._permit():
                begun = loop.time()
                answer = await self._run(query, found, exchange)
            outcome = "answered"
            return answer
        except QueryError as error:
            outcome = type(error).__name__
            raise
        finally:
            ended = loop.time()
            begun = ended if begun is None else begun
            self._observe(Execution(outcome, begun - asked, ended - begun))

    async def ended(self) -> None:
        """Wait until the process of the engine has ended, for whatever reason."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self._process.wait)

    async def close(self) -> None:
        """Stop all workers, which end with their zygote."""
        self._closing = True
        await asyncio.gather(*self._replacements)
        while not self._idle.empty():
            writer = self._idle.get_nowait().writer
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
        self._control.close()
        await self.ended()
        self._threads.shutdown()

    @asynccontextmanager
    async def _permit(self) -> AsyncGenerator[None, None]:
        """A permit to run a query, waited for in the queue."""
        semaphore, client, queue = self._semaphore, self._client(), self.limits.queue
        if not semaphore.is_available(client):
            if semaphore.waiting >= queue:
                raise EngineBusy("Too many queries are waiting already. Try again later.", retry_after=10)
            if client and self.limits.share and semaphore.waiting_of(client) * _QUEUE_SHARES >= queue:
                raise EngineBusy("Too many of your queries are waiting already. Ask fewer at once.", retry_after=10)
        try:
            await semaphore.acquire(client, self.limits.queue_timeout)
        except TimeoutError:
            busy = "Your other queries hold the workers that you may have"
            if not semaphore.has_its_share(client):
                busy = "All workers are busy"
            raise EngineBusy(f"{busy}. Try again in a few seconds.", retry_after=5) from None
        try:
            yield
        finally:
            semaphore.release(client)

    async def _run(self, query: Query, found: Outline, exchange: _Exchange[_Result]) -> _Result:
        timeout = min(query.timeout or self.limits.timeout, self.limits.max_timeout)
        federated = bool(found.services and self._endpoints)
        worker = await (self._new_worker(may_connect=True) if federated else self._idle_worker())
        reusable = False
        try:
            async with asyncio.timeout(timeout):
                answer = await exchange(worker, query, found)
            reusable = not federated
            return answer
        except TimeoutError:
            raise QueryTimeout(
                f"The query ran for {timeout:g} seconds and was ended. Narrow it: name classes and properties, "
                "add LIMIT, avoid unbounded paths and cross products. "
                f"With timeout= a query may ask for up to {self.limits.max_timeout:g} seconds."
            ) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise QueryTooCostly(
                f"The query needed more than {self.limits.memory_bytes >> 20} MiB of memory or nested too deeply, "
                "and was ended. Narrow it, or ask in parts."
            ) from None
        except QueryError:
            reusable = not federated
            raise
        finally:
            if reusable:
                self._idle.put_nowait(worker)
            else:
                self._end(worker, replace=not federated)

    async def _idle_worker(self) -> _Worker:
        try:
            async with asyncio.timeout(self.limits.queue_timeout):
                return await self._idle.get()
        except TimeoutError:
            raise EngineFailure("no worker could be started") from None

    async def _exchange(self, worker: _Worker, query: Query, found: Outline) -> Answer:
        """Hand a query to a worker, and collect its answer."""
        worker.writer.write(wire.pack(wire.QUERY, json.dumps(self._request(query, found)).encode()))
        content = cast("IO[bytes]", tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES))  # noqa: SIM115 (closed by its reader)
        try:
            while True:
                kind, payload = await wire.read(worker.reader)
                match kind:
                    case wire.DATA:
                        content.write(payload)
                    case wire.ERROR:
                        raise _error(json.loads(payload))
                    case _:
                        answer = _answer(json.loads(payload), content)
                        if query.whole and answer.truncated:
                            raise ResultTooLarge(f"The answer is needed whole, and was {answer.truncated}.")
                        return answer
        except BaseException:
            content.close()
            raise

    async def _exchange_explanation(self, worker: _Worker, query: Query, found: Outline) -> Explanation:
        worker.writer.write(wire.pack(wire.EXPLAIN, json.dumps(self._request(query, found)).encode()))
        kind, payload = await wire.read(worker.reader)
        if kind == wire.ERROR:
            raise _error(json.loads(payload))
        return Explanation.from_document(json.loads(payload))

    def _request(self, query: Query, found: Outline) -> dict[str, Any]:
        return {
            "text": query.text,
            "bindings": {name: to_json(term) for name, term in query.bindings.items()},
            "default_graphs": list(query.default_graphs),
            "named_graphs": list(query.named_graphs),
            "graphs": [] if query.default_graphs or query.named_graphs else list(found.graphs),
            "has_dataset_clause": found.has_dataset_clause,
            "formats": {kind: format_.name if format_ else None for kind, format_ in query.accepted.items()},
            "prefixes": dict(self.prefixes),
            "max_rows": _NO_CEILING if query.whole else self.limits.result_rows,
            "max_bytes": self.limits.result_bytes,
        }

    def _end(self, worker: _Worker, *, replace: bool) -> None:
        worker.writer.close()
        if self._closing:
            return
        task = asyncio.get_running_loop().create_task(self._kill(worker.process_id, replace=replace))
        self._replacements.add(task)
        task.add_done_callback(self._replacements.discard)

    async def _kill(self, process_id: int, *, replace: bool) -> None:
        try:
            async with self._control_lock:
                self._control.sendall(zygote.COMMAND.pack(zygote.KILL, process_id))
            if replace:
                self._idle.put_nowait(await self._new_worker())
        except (OSError, EngineFailure):
            _log.exception("a worker could not be replaced")

    async def _new_worker(self, *, may_connect: bool = False) -> _Worker:
        async with self._control_lock:
            loop = asyncio.get_running_loop()
            process_id, connection = await loop.run_in_executor(self._threads, _fork_worker, self._control, may_connect)
        reader, writer = await asyncio.open_connection(sock=connection)
        return _Worker(process_id, reader, writer)


def _fork_worker(control: socket.socket, may_connect: bool) -> tuple[int, socket.socket]:
    control.sendall(zygote.COMMAND.pack(zygote.FORK, may_connect))
    data, descriptors, _, _ = socket.recv_fds(control, zygote.PROCESS_ID.size, 1)
    if not descriptors:
        raise EngineFailure("The engine process has ended.")
    return zygote.PROCESS_ID.unpack(data)[0], socket.socket(fileno=descriptors[0])


def _read_line(connection: socket.socket) -> bytes:
    line = bytearray()
    while not line.endswith(b"\n") and (byte := connection.recv(1)):
        line += byte
    return bytes(line)


def _answer(summary: dict[str, Any], content: IO[bytes]) -> Answer:
    kind: Kind = summary["kind"]
    head = summary["head"].encode()
    size = len(head) + content.tell()
    content.seek(0)
    format_ = next(format_ for format_ in FORMATS[kind] if format_.name == summary["format"])
    return Answer(kind, format_, summary["rows"], summary["finds_nothing"], summary["truncated"], size, head, content)


def _error(details: dict[str, Any]) -> QueryError:
    message = str(details["message"])
    match details["error"]:
        case "syntax":
            return QuerySyntaxError(message, details["line"], details["column"], details["excerpt"])
        case "refused":
            return QueryRefused(message)
        case "unknown-graph":
            return UnknownGraph(message)
        case "too-large":
            return ResultTooLarge(f"{message} Ask for less in each row.")
        case "not-acceptable":
            kind: Kind = details["message"]
            return NotAcceptable(f"The query gives a {kind} result, which has none of the formats asked for.", kind)
        case _:
            return QueryRefused(f"The query could not be evaluated: {message}")
