"""A process that works out answers of the reconciliation service, so that it can be ended at any time.

Run as ``python -m illicit_power.server.reconciliation.worker FD MEMORY_BYTES``. Over the socket FD it gets an index,
then one call after the other: a function of :mod:`illicit_power.server.reconciliation.answers`, and its arguments after
the index. It gives None once it is ready, then for each call a pair: whether it succeeded, and its result or exception;
before each of these its length in eight bytes. All is pickled, which is safe between a process and the one that started
it.
"""

from __future__ import annotations

import os
import pickle
import socket
import struct
import sys
import traceback
from typing import IO, Final

from illicit_power.engine.pool import jail
from illicit_power.server.reconciliation import answers
from illicit_power.server.reconciliation.protocol import BadBatch

LENGTH: Final = struct.Struct("!Q")


def _serve(connection: socket.socket, memory_bytes: int) -> None:
    calls, results = connection.makefile("rb"), connection.makefile("wb")
    index = pickle.load(calls)  # noqa: S301 (from the process that started this one)
    answers.find(index, "a name to warm up")
    jail.enter(memory_bytes)
    _write(results, None)
    while True:
        try:
            function, arguments = pickle.load(calls)  # noqa: S301 (likewise)
        except EOFError:
            return
        outcome: tuple[bool, object]
        try:
            outcome = (True, function(index, *arguments))
        except BadBatch as error:
            outcome = (False, error)
        except MemoryError:
            os._exit(1)
        except Exception:
            outcome = (False, RuntimeError(traceback.format_exc()))
        _write(results, outcome)


def _write(results: IO[bytes], content: object) -> None:
    pickled = pickle.dumps(content)
    results.write(LENGTH.pack(len(pickled)) + pickled)
    results.flush()


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]))
