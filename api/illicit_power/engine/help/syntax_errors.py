"""Syntax errors of queries, in words: where it goes wrong, what was probably meant, and how to write that.

Runs in a worker, because a query that does not parse may be as long and as hostile as any.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from illicit_power.engine.help.static_checks import fault_of_tree, undeclared_prefix
from illicit_power.engine.help.unexpected_token import UnexpectedTokenHelp
from illicit_power.engine.sparql.excerpt import excerpt
from illicit_power.engine.sparql.grammar import Misplaced, parse
from illicit_power.model.prefixes import Prefixes

_ENGINE_ERROR = re.compile(r"error at (\d+):(\d+): (?:expected )?(.*)", re.DOTALL)
_ENGINE_WORDS = re.compile(r"(?:^|, )((?:The |SELECT |IRI |Invalid |No )[^,\[\"]+)")


@dataclass(frozen=True)
class SyntaxDiagnostic:
    """What is wrong with a query.

    :ivar message: what, and the way out
    :ivar line: from 1, where known; lines end with CRLF, LF or CR
    :ivar column: in characters, from 1; a tab is one
    :ivar excerpt: the line, and below it a caret under the place
    """

    message: str
    line: int | None = None
    column: int | None = None
    excerpt: str | None = None

    def details(self) -> dict[str, Any]:
        """Its fields as JSON has them."""
        return asdict(self)


def explain_syntax_error(query: str, complaint: str, prefixes: Prefixes) -> SyntaxDiagnostic:
    """What is wrong with a query.

    :param complaint: what the engine says of it
    :param prefixes: of the dataset, to say how one is declared
    """
    try:
        found = fault_of_tree(parse(query), query, prefixes)
    except Misplaced as misplaced:
        found = undeclared_prefix(query, misplaced.token, prefixes) or UnexpectedTokenHelp(query, misplaced).fault()
    if found:
        return _placed(query, *found)
    by_engine = _ENGINE_ERROR.fullmatch(complaint)
    if not by_engine:
        return SyntaxDiagnostic(f"The query cannot be read: {complaint}")
    words = [word.strip() for word in _ENGINE_WORDS.findall(by_engine[3])]
    message = f"The query cannot be read up to here: {'; '.join(words) or 'something before this place does not fit'}."
    return _placed(query, _offset(query, int(by_engine[1]), int(by_engine[2])), message)


def _placed(query: str, offset: int, message: str) -> SyntaxDiagnostic:
    return SyntaxDiagnostic(message, *excerpt(query, offset))


def _offset(query: str, line: int, column: int) -> int:
    """The offset of a place that the engine tells, for which only LF ends a line."""
    starts = [0, *(match.end() for match in re.finditer("\n", query))]
    return min(starts[min(line, len(starts)) - 1] + column - 1, len(query))
