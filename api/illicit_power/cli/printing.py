"""What commands print: the steps of a long one, and what is wrong with the source files."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from illicit_power.dataset.problem import Problem


def say(text: str) -> None:
    """Tell people something that is not the result of the command."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Show a step while it runs, with its time once it is done."""
    print(f"{name} … ", end="", file=sys.stderr, flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", file=sys.stderr, flush=True)
        raise
    print(f"{time.monotonic() - start:.1f} s", file=sys.stderr, flush=True)


def print_problems(problems: list[Problem]) -> None:
    """A line for each problem, with its file as seen from the current folder."""
    here = Path.cwd()
    for problem in problems:
        path = problem.path
        if path and path.resolve().is_relative_to(here):
            path = path.resolve().relative_to(here)
        print(Problem(path, problem.line, problem.thing, problem.message))
    if problems:
        print(f"\n{len(problems)} problem{'s' if len(problems) > 1 else ''}.", file=sys.stderr)
