"""Reads SPARQL 1.1 queries into trees, with the place of everything in the text.

The grammar is in ``grammar.lark``; the parser is lark's LALR(1), which needs no recursion, and stops at the very first
token that no query could have there. The engine's own parser tells neither that place nor the tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from lark import Lark, Tree
from lark import Token as Terminal
from lark.exceptions import UnexpectedToken
from lark.lexer import Lexer

from illicit_power.engine.sparql.tokens import Token, tokenize

ParseTree = Tree[Terminal]

FUNCTIONS: Final = frozenset(
    [
        *("STR", "LANG", "LANGMATCHES", "DATATYPE", "BOUND", "IRI", "URI", "BNODE", "RAND", "ABS", "CEIL", "FLOOR"),
        *("ROUND", "CONCAT", "STRLEN", "UCASE", "LCASE", "ENCODE_FOR_URI", "CONTAINS", "STRSTARTS", "STRENDS"),
        *("STRBEFORE", "STRAFTER", "YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS", "TIMEZONE", "TZ", "NOW"),
        *("UUID", "STRUUID", "MD5", "SHA1", "SHA256", "SHA384", "SHA512", "COALESCE", "IF", "STRLANG", "STRDT"),
        *("SAMETERM", "ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "ISNUMERIC", "REGEX", "SUBSTR", "REPLACE"),
    ]
)
AGGREGATES: Final = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])
_KINDS: Final = {
    "iri": "IRI", "variable": "VARIABLE", "string": "STRING", "number": "NUMBER", "language": "LANGUAGE",
    "unterminated": "UNTERMINATED",
}  # fmt: skip


@dataclass(frozen=True)
class Misplaced(Exception):
    """The first token that no query could have at its place.

    :ivar token: None at the end of the text
    :ivar expected: the symbols that could stand there: keywords and punctuation as they are, other tokens by kind
    """

    token: Token | None
    expected: frozenset[str]


def parse(text: str) -> ParseTree:
    """The tree of a query. Every node has the offsets of its text as ``meta.start_pos`` and ``meta.end_pos``.

    :raises Misplaced: when it is none
    """
    parser = _parser()
    try:
        return parser.parse(text, start="query")
    except UnexpectedToken as error:
        symbols = {name: symbol for symbol, name in _terminal_names().items()}
        expected = frozenset(symbols.get(name, name) for name in error.accepts - {"$END"})
        at_end = error.token.type == "$END"
        culprit = None if at_end else next(token for token in tokenize(text) if token.start == error.token.start_pos)
        raise Misplaced(culprit, expected) from None


def symbol(token: Token) -> str:
    """The symbol of the grammar that a token is: keywords and punctuation as they are, other tokens by kind."""
    match token.kind:
        case "name":
            return "BLANK" if token.text.startswith("_:") else "NAME"
        case "word" if token.text != "a":
            word = token.text.upper()
            if word in FUNCTIONS:
                return "FUNCTION"
            if word in AGGREGATES:
                return "AGGREGATE"
            return word if word in _terminal_names() else "WORD"
        case kind if kind in _KINDS:
            return _KINDS[kind]
    return token.text if token.text in _terminal_names() else "UNKNOWN"


def subtrees(node: ParseTree) -> list[ParseTree]:
    """The children of a node that are nodes themselves."""
    return [child for child in node.children if isinstance(child, Tree)]


def nodes(tree: ParseTree) -> Iterator[ParseTree]:
    """A tree and all nodes below it, in the order of the text."""
    pending = [tree]
    while pending:
        node = pending.pop()
        yield node
        pending += reversed(subtrees(node))


def prepare() -> None:
    """Make the parser, which takes a moment, so that whoever is forked from this process has it."""
    _terminal_names()


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_suffix(".lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        start=["query", "nothing"],
        parser="lalr",
        lexer=_Terminals,
        propagate_positions=True,
        keep_all_tokens=True,
    )


@cache
def _terminal_names() -> dict[str, str]:
    """What lark calls keywords and punctuation."""
    return {terminal.pattern.value: terminal.name for terminal in _parser().terminals if terminal.pattern}


class _Terminals(Lexer):
    """Gives the tokens of SPARQL as terminals of the grammar."""

    def __init__(self, _: Any) -> None:
        """Takes the configuration that lark gives to every lexer."""

    def lex(self, data: str) -> Iterator[Terminal]:  # type: ignore[override]
        names = _terminal_names()
        for token in tokenize(data):
            name = symbol(token)
            yield Terminal(names.get(name, name), token.text, start_pos=token.start, end_pos=token.end)
