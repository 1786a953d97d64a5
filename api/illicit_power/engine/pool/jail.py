"""What a worker process may do: end with its parent, use so much memory, and reach nothing.

Limits come from the operating system, so they hold whatever a query makes the engine do. Linux has all of them;
elsewhere those that it lacks are left out, and :mod:`illicit_power.engine.sparql.admission` alone refuses SERVICE.
"""

from __future__ import annotations

import ctypes
import platform
import resource
import signal
import struct
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2

_ALLOW = 0x7FFF0000
_FAIL_WITH_EPERM = 0x00050001
_KILL = 0x80000000

_CONNECTIONS = ("socket", "connect")
_PROGRAMS = ("execve", "execveat", "io_uring_setup")

# Audit architecture, and the numbers of the system calls that lead out.
_SYSTEM_CALLS = {
    "x86_64": (0xC000003E, {"socket": 41, "connect": 42, "execve": 59, "execveat": 322, "io_uring_setup": 425}),
    "aarch64": (0xC00000B7, {"socket": 198, "connect": 203, "execve": 221, "execveat": 281, "io_uring_setup": 425}),
}
_X32_BIT = 0x40000000
"""Set in the numbers of a second system call table of x86-64 kernels; nothing here uses it."""


def enter(memory_bytes: int, *, may_connect: bool = False) -> None:
    """Confine this process, for good.

    :param memory_bytes: how much address space it may add to what it has now
    :param may_connect: whether it may open connections, for a query to an endpoint that the operator has listed
    :raises OSError: when the system refuses a limit that it ought to have
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not sys.platform.startswith("linux"):
        return
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    limit = _address_space() + memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    _refuse_system_calls(_PROGRAMS if may_connect else _PROGRAMS + _CONNECTIONS)


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _refuse_system_calls(names: tuple[str, ...]) -> None:
    """A seccomp filter (https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html) in classic BPF."""
    if platform.machine() not in _SYSTEM_CALLS:
        return
    architecture, numbers = _SYSTEM_CALLS[platform.machine()]
    refused = [numbers[name] for name in names]
    load, jump_if_equal, jump_if_at_least, give = 0x20, 0x15, 0x35, 0x06
    program = [
        (load, 0, 0, 4),
        (jump_if_equal, 1, 0, architecture),
        (give, 0, 0, _KILL),
        (load, 0, 0, 0),
        (jump_if_at_least, len(refused) + 1, 0, _X32_BIT),
        *((jump_if_equal, len(refused) - position, 0, number) for position, number in enumerate(refused)),
        (give, 0, 0, _ALLOW),
        (give, 0, 0, _FAIL_WITH_EPERM),
    ]
    instructions = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(instructions, len(instructions))
    filter_ = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(buffer)))
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(filter_))


def _prctl(option: int, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    padded = [ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:4]]
    if libc.prctl(ctypes.c_int(option), *padded) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"prctl({option}) failed")
