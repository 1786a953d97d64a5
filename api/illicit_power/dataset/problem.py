"""What can be wrong with the source files, in one form for every check."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, where it stands, and the way out.

    :ivar path: the file, where known
    :ivar line: its line, counted from 1, where known
    :ivar thing: the label or prefixed name of what is wrong
    :ivar message: what is wrong and how to cure it
    """

    path: Path | None
    line: int | None
    thing: str
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.path and self.line else str(self.path or "(compiled dataset)")
        return f"{place}: {self.thing}: {self.message}"


class InvalidSource(Exception):
    """The source files cannot be compiled, or the compiled dataset breaks its rules; see ``problems``."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problem{'s' if len(problems) != 1 else ''}")
        self.problems = problems
