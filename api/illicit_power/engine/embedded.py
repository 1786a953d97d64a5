"""The embedded engine: pyoxigraph in a pool of forked, jailed, killable worker processes."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rdflib import URIRef

from illicit_power.engine import wire, zygote
from illicit_power.engine.admission import admit, has_dataset_clause
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
)
from illicit_power.engine.formats import FORMATS, Kind, ResultFormat
from illicit_power.engine.query import Answer, Query, Term
from illicit_power.engine.syntax import explain_syntax_error
from illicit_power.model.iris import PREFIXES

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """What one query may use.

    :ivar workers: queries answered at the same time
    :ivar timeout: seconds until a query is ended
    :ivar queue_timeout: seconds that a query waits for a worker
    :ivar memory_bytes: memory of a worker beyond the dataset
    :ivar result_bytes: size of a serialized answer
    """

    workers: int = 2
    timeout: float = 30.0
    queue_timeout: float = 10.0
    memory_bytes: int = 1 << 30
    result_bytes: int = 256 << 20


@dataclass(frozen=True)
class _Worker:
    process_id: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


class EmbeddedEngine:
    """Answers queries over RDF files, held in memory by a zygote process. Make one with :meth:`start`."""

    def __init__(self, limits: Limits, process: subprocess.Popen[bytes], control: socket.socket, quads: int) -> None:
        self.quads = quads
        self._limits, self._process, self._control = limits, process, control
        self._control_lock = asyncio.Lock()
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._replacements: set[asyncio.Task[None]] = set()

    @classmethod
    async def start(cls, files: Sequence[Path], limits: Limits | None = None) -> EmbeddedEngine:
        """Load RDF files (N-Quads, TriG, Turtle, N-Triples, RDF/XML, JSON-LD, by their suffix) and start the workers.

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
        engine = cls(limits, process, ours, report["quads"])
        for _ in range(limits.workers):
            await engine._add_worker()
        return engine

    async def execute(self, query: Query) -> Answer:
        """Begin to answer; see :meth:`illicit_power.engine.query.Engine.execute`."""
        admit(query.text)
        if self._process.poll() is not None:
            raise EngineFailure("its process has ended; restart the server")
        try:
            worker = await asyncio.wait_for(self._idle.get(), self._limits.queue_timeout)
        except TimeoutError:
            raise EngineBusy("All workers are busy. Try again in a few seconds.") from None
        timeout = min(query.timeout or self._limits.timeout, self._limits.timeout)
        frames = self._frames(worker, query, timeout)
        try:
            first = await anext(frames)
            begin = json.loads(first)
        except BaseException:
            await frames.aclose()
            raise
        kind: Kind = begin["kind"]
        return Answer(kind, _format(kind, begin["format"]), frames)

    async def close(self) -> None:
        """Stop all workers."""
        await asyncio.gather(*self._replacements)
        while not self._idle.empty():
            writer = self._idle.get_nowait().writer
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
        self._control.close()
        await asyncio.to_thread(self._process.wait)

    async def _frames(self, worker: _Worker, query: Query, timeout: float) -> AsyncGenerator[bytes, None]:
        """The payload of the opening frame, then the result piece by piece; frees or replaces the worker at the end."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        finished = False
        try:
            worker.writer.write(wire.pack(wire.QUERY, json.dumps(self._request(query)).encode()))
            while True:
                kind, payload = await asyncio.wait_for(wire.read(worker.reader), max(0.0, deadline - loop.time()))
                if kind == wire.END:
                    finished = True
                    return
                if kind == wire.ERROR:
                    finished = True
                    raise _error(query.text, json.loads(payload))
                yield payload
        except TimeoutError:
            raise QueryTimeout(
                f"The query ran for {timeout:g} seconds, which is the most it may, and was ended. "
                "Narrow it: name classes and properties, add LIMIT, avoid unbounded paths and cross products."
            ) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise QueryTooCostly(
                f"The query needed more than {self._limits.memory_bytes >> 20} MiB of memory or nested too deeply, "
                "and was ended. Narrow it, or ask in parts."
            ) from None
        finally:
            if finished:
                self._idle.put_nowait(worker)
            else:
                self._replace(worker)

    def _request(self, query: Query) -> dict[str, Any]:
        return {
            "text": query.text,
            "bindings": {name: _encode(term) for name, term in query.bindings.items()},
            "default_graphs": list(query.default_graphs),
            "named_graphs": list(query.named_graphs),
            "has_dataset_clause": has_dataset_clause(query.text),
            "formats": {kind: format_.name if format_ else None for kind, format_ in query.accepted.items()},
            "prefixes": PREFIXES,
            "max_bytes": self._limits.result_bytes,
        }

    def _replace(self, worker: _Worker) -> None:
        worker.writer.close()
        task = asyncio.get_running_loop().create_task(self._kill_and_add(worker.process_id))
        self._replacements.add(task)
        task.add_done_callback(self._replacements.discard)

    async def _kill_and_add(self, process_id: int) -> None:
        try:
            async with self._control_lock:
                self._control.sendall(zygote.COMMAND.pack(zygote.KILL, process_id))
            await self._add_worker()
        except (OSError, EngineFailure):
            _log.exception("a worker could not be replaced")

    async def _add_worker(self) -> None:
        async with self._control_lock:
            process_id, connection = await asyncio.to_thread(_fork_worker, self._control)
        reader, writer = await asyncio.open_connection(sock=connection)
        self._idle.put_nowait(_Worker(process_id, reader, writer))


def _fork_worker(control: socket.socket) -> tuple[int, socket.socket]:
    control.sendall(zygote.COMMAND.pack(zygote.FORK, 0))
    data, descriptors, _, _ = socket.recv_fds(control, zygote.PROCESS_ID.size, 1)
    if not descriptors:
        raise EngineFailure("The engine process has ended.")
    return zygote.PROCESS_ID.unpack(data)[0], socket.socket(fileno=descriptors[0])


def _read_line(connection: socket.socket) -> bytes:
    line = bytearray()
    while not line.endswith(b"\n") and (byte := connection.recv(1)):
        line += byte
    return bytes(line)


def _encode(term: Term) -> dict[str, str]:
    if isinstance(term, URIRef):
        return {"type": "uri", "value": str(term)}
    encoded = {"type": "literal", "value": str(term)}
    if term.language:
        encoded["lang"] = term.language
    elif term.datatype:
        encoded["datatype"] = str(term.datatype)
    return encoded


def _format(kind: Kind, name: str) -> ResultFormat:
    return next(format_ for format_ in FORMATS[kind] if format_.name == name)


def _error(query: str, details: dict[str, Any]) -> QueryError:
    message = str(details["message"])
    match details["error"]:
        case "syntax":
            if "line" not in details:
                return QuerySyntaxError(message)
            line, column = details["line"], details["column"]
            return QuerySyntaxError(explain_syntax_error(query, line, column, message), line, column)
        case "too-large":
            return ResultTooLarge(f"{message} Add LIMIT, or ask for fewer variables.")
        case "not-acceptable":
            kind: Kind = details["message"]
            return NotAcceptable(f"The query gives a {kind} result, which has none of the formats asked for.", kind)
        case _:
            return QueryRefused(f"The query could not be evaluated: {message}")
