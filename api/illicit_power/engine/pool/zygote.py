"""The zygote: a process that loads the dataset once and forks workers that share it.

Run as ``python -m illicit_power.engine.pool.zygote FD MEMORY_BYTES FILE…``. Over the control socket FD it first
reports a JSON line (``{"quads": n, "repeatable": bool}`` or ``{"error": message}``), then obeys five-byte commands:
``F`` forks a worker and sends back its process id with its socket (the number is 1 where the worker may open
connections, else 0); ``K`` and a process id kills that worker.
"""

from __future__ import annotations

import array
import json
import os
import signal
import socket
import struct
import sys
from pathlib import Path
from typing import Final

import pyoxigraph

from illicit_power.engine.pool import jail, worker
from illicit_power.engine.sparql import grammar

COMMAND: Final = struct.Struct("!cI")
FORK: Final = b"F"
KILL: Final = b"K"
PROCESS_ID: Final = struct.Struct("!I")

_FORMATS = {
    ".nq": pyoxigraph.RdfFormat.N_QUADS,
    ".nt": pyoxigraph.RdfFormat.N_TRIPLES,
    ".trig": pyoxigraph.RdfFormat.TRIG,
    ".ttl": pyoxigraph.RdfFormat.TURTLE,
    ".rdf": pyoxigraph.RdfFormat.RDF_XML,
    ".owl": pyoxigraph.RdfFormat.RDF_XML,
    ".xml": pyoxigraph.RdfFormat.RDF_XML,
    ".jsonld": pyoxigraph.RdfFormat.JSON_LD,
}
_LABELLED: Final = (pyoxigraph.RdfFormat.N_QUADS, pyoxigraph.RdfFormat.N_TRIPLES)
"""The formats in which every blank node has a label."""
_HAS_BLANK_NODES: Final = "ASK { ?s ?p ?o FILTER(ISBLANK(?s) || ISBLANK(?o)) }"


def load(files: list[Path]) -> pyoxigraph.Store:
    """A store in memory with the quads of some RDF files. A single file keeps the labels of its blank nodes.

    :raises ValueError: when a file is missing, of unknown format, or not in the format its name says
    """
    store = pyoxigraph.Store()
    for file in files:
        format_ = _FORMATS.get(file.suffix.lower())
        if format_ is None:
            raise ValueError(f"{file}: unknown suffix; use {', '.join(sorted(_FORMATS))}")
        try:
            quads = pyoxigraph.parse(
                path=str(file),
                format=format_,
                base_iri=file.resolve().as_uri(),
                rename_blank_nodes=len(files) > 1,
            )
            store.bulk_extend(quads)
        except (SyntaxError, OSError) as error:
            raise ValueError(f"{file}: {error}") from error
    return store


def is_repeatable(store: pyoxigraph.Store, files: list[Path]) -> bool:
    """Whether every load of some RDF files gives the same store, the labels of blank nodes included."""
    if len(files) == 1 and _FORMATS[files[0].suffix.lower()] in _LABELLED:
        return True
    return not store.query(_HAS_BLANK_NODES, use_default_graph_as_union=True)


def _run(control: socket.socket, memory_bytes: int, files: list[Path]) -> None:
    try:
        store = load(files)
    except ValueError as error:
        control.sendall(json.dumps({"error": str(error)}).encode() + b"\n")
        return
    grammar.prepare()
    control.sendall(json.dumps({"quads": len(store), "repeatable": is_repeatable(store, files)}).encode() + b"\n")
    children: set[int] = set()
    while len(command := control.recv(COMMAND.size, socket.MSG_WAITALL)) == COMMAND.size:
        action, number = COMMAND.unpack(command)
        _reap(children)
        if action == FORK:
            children.add(_fork(control, store, memory_bytes, may_connect=bool(number)))
        elif number in children:
            os.kill(number, signal.SIGKILL)


def _fork(control: socket.socket, store: pyoxigraph.Store, memory_bytes: int, *, may_connect: bool) -> int:
    ours, theirs = socket.socketpair()
    process_id = os.fork()
    if process_id == 0:
        control.close()
        ours.close()
        try:
            # What the engine writes as it dies, such as of memory, would stand in the log of the server.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
            jail.enter(memory_bytes, may_connect=may_connect)
            worker.serve(theirs, store)
        finally:
            os._exit(0)
    theirs.close()
    descriptor = array.array("i", [ours.fileno()])
    control.sendmsg([PROCESS_ID.pack(process_id)], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptor)])
    ours.close()
    return process_id


def _reap(children: set[int]) -> None:
    while children:
        process_id, _ = os.waitpid(-1, os.WNOHANG)
        if process_id == 0:
            return
        children.discard(process_id)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _run(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
