"""Frequent mistakes in queries: what to say of the first token that cannot stand where it does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from illicit_power.engine.sparql.excerpt import excerpt, shortened
from illicit_power.engine.sparql.grammar import AGGREGATES, FUNCTIONS, Misplaced, symbol
from illicit_power.engine.sparql.tokens import Token, tokenize

_CONTEXT_TOKENS = 200
_MOST_EXPECTED = 8
_CLOSING: Final = {"(": ")", "{": "}", "[": "]"}
_TERMS: Final = frozenset(["VARIABLE", "NAME", "IRI", "BLANK", "[", "STRING", "NUMBER"])
_IN_WORDS: Final = {
    "VARIABLE": "a variable", "IRI": "an IRI in < >", "NAME": "a name with a prefix", "BLANK": "_:label",
    "STRING": "a text in quotes", "NUMBER": "a number", "LANGUAGE": "a language tag", "FUNCTION": "a function",
    "AGGREGATE": "an aggregate",
}  # fmt: skip


@dataclass(frozen=True)
class _Rule:
    """A frequent mistake.

    :ivar found: what the misplaced token is like; ``END`` for the end of the query
    :ivar message: what to say; ``{found}`` and ``{before}`` are that token and the one before it
    :ivar after: what is before it: symbols of the grammar, separated by spaces
    :ivar expected: symbols of which one could have stood there
    """

    found: str
    message: str
    after: str = ""
    expected: frozenset[str] = frozenset()


_SELECT = r"SELECT(?: (?:(?!WHERE|FROM|\{).)*)?"
_OPERAND = r"(?:VARIABLE|STRING|NUMBER|NAME|IRI|LANGUAGE|TRUE|FALSE|\))"
_RULES: Final = (
    _Rule("[“”„‟«»]", 'Quotation marks of word processors mean nothing in SPARQL: write " instead of {found}.'),
    _Rule("[‘’‚‛‹›`´]", "Quotation marks of word processors mean nothing in SPARQL: write ' instead of {found}."),
    _Rule("[‐‑‒–—−]", "This dash is not the minus sign of the keyboard: write - instead of {found}."),
    _Rule("@prefix|@base", "SPARQL declares prefixes without @ and without a full stop: PREFIX name: <address>"),
    _Rule(
        r"[.;,]",
        "No {found} after a declaration: a line with PREFIX or BASE ends with its address.",
        r"(?:PREFIX NAME|BASE) IRI",
    ),
    _Rule(r"\w+", "A prefix ends with a colon: PREFIX {found}: <address>", "PREFIX"),
    _Rule(".*", "The address of a prefix stands in angle brackets: PREFIX {before} <address>", "PREFIX NAME"),
    _Rule(
        "where|from|END", "SELECT names no variable: SELECT ?x, or SELECT * for all.", "SELECT(?: DISTINCT| REDUCED)?"
    ),
    _Rule(",", "Variables in SELECT are separated by spaces, not by commas.", _SELECT),
    _Rule(",", "Values are separated by spaces, not by commas.", r"VALUES (?:VARIABLE|\( [VARIABLE ]*\)) \{ [^{}]*"),
    _Rule(",", "Conditions of {clause} are separated by spaces, not by commas.", r"(?:ORDER|GROUP) BY [^{}]*"),
    _Rule("=", "SPARQL compares with a single =.", "="),
    _Rule("=", "Not equal is written != in SPARQL.", "<|>"),
    _Rule("<>", "Not equal is written != in SPARQL.", _OPERAND),
    _Rule(
        "=",
        "A value is compared in a FILTER, FILTER(?value = 3), or stands in the statement as its object.",
        "VARIABLE",
        frozenset(".a"),
    ),
    _Rule("and", "“And” is written && in SPARQL.", _OPERAND),
    _Rule("or", "“Or” is written || in SPARQL.", _OPERAND),
    _Rule(
        "like|ilike|matches",
        'SPARQL has no {found}: use CONTAINS(?text, "part") or REGEX(?text, "pattern", "i").',
        _OPERAND,
    ),
    _Rule("is", "SPARQL asks BOUND(?x) or !BOUND(?x) whether a variable has a value.", "VARIABLE"),
    _Rule("between", "SPARQL has no BETWEEN: write ?x >= 1 && ?x <= 9.", _OPERAND),
    _Rule(".*", "“Not” is written ! in SPARQL, except in NOT EXISTS {{ … }} and NOT IN ( … ).", "NOT"),
    _Rule(
        "|".join(FUNCTIONS | AGGREGATES),
        "An expression in SELECT stands in parentheses with a name: ({found}(…) AS ?name).",
        _SELECT,
    ),
    _Rule(
        r"\)", "An expression in SELECT needs a name of its own: ({expression} AS ?name).", _SELECT, frozenset(["AS"])
    ),
    _Rule(r"\w+", "After AS a variable must follow: AS ?{found}.", "AS"),
    _Rule(".*", "After AS a variable must follow, such as ?name.", "AS"),
    _Rule(r"[?]\w+", "AS is missing before the variable: AS {found}.", "", frozenset(["AS"])),
    _Rule(".*", "{before} is followed by BY: {before} BY ?variable.", "ORDER|GROUP"),
    _Rule(".*", "The condition of {before} stands in parentheses: {before}(?x = 3).", "FILTER|HAVING"),
    _Rule(
        "-",
        "A variable's name has letters, digits and _, but no hyphen: {before}_name.",
        "VARIABLE",
        frozenset(["a", "WHERE"]),
    ),
    _Rule(
        "/", "A slash inside a name is escaped with a backslash, {before}\\/…, or write the whole IRI in < >.", "NAME"
    ),
    _Rule(r"\^", 'A datatype follows two carets: "text"^^xsd:date.', "STRING"),
    _Rule(
        "union",
        "The parts of a UNION are braces inside of the braces of WHERE: WHERE {{ {{ … }} UNION {{ … }} }}.",
        r"\}",
    ),
    _Rule(
        "limit|offset|order|group|having",
        "{FOUND} belongs after the closing }} of the pattern.",
        r".*\{.*",
        frozenset(["}", "a", "STRING", "."]),
    ),
    _Rule("select", "A subquery stands in braces of its own: {{ SELECT … }}.", "", frozenset(["}"])),
    _Rule(
        "group|having|order|where|from",
        "{FOUND} comes too late: the order is FROM, WHERE, GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET.",
        r".*(?:\}|NUMBER|VARIABLE|\))",
    ),
    _Rule(";", "A query does not end with a semicolon.", r".*"),
    _Rule(r"\.", "A query does not end with a full stop.", r".*"),
)


class UnexpectedTokenHelp:
    """What to say of the first token that cannot stand where it does."""

    def __init__(self, query: str, misplaced: Misplaced) -> None:
        self._query, self._expected = query, misplaced.expected
        self._tokens = list(tokenize(query))
        self._token = misplaced.token
        self._position = self._tokens.index(self._token) if self._token else len(self._tokens)
        self._text = self._token.text if self._token else ""
        self._before = self._tokens[self._position - 1] if self._position else None
        self._symbol = symbol(self._token) if self._token else "END"

    def fault(self) -> tuple[int, str]:
        """The offset, and what is wrong there."""
        offset = self._token.start if self._token else len(self._query.rstrip())
        for token in self._tokens[max(0, self._position - 2) : self._position + 1]:
            if token.text.lower() in ("http:", "https:"):
                return token.start, f"An address stands in angle brackets: <{token.text}//…>"
        looks: tuple[Callable[[], str | None], ...] = (
            self._unreadable, self._bracket, self._unfinished_statement,
            self._frequent, self._braces, self._full_stop, self._misspelt, self._plain_word,
        )  # fmt: skip
        message = next((said for look in looks if (said := look())), None)
        return offset, message or self._anything_else()

    def _unreadable(self) -> str | None:
        if self._symbol == "UNTERMINATED":
            quote = self._text[0]
            return f"The text that begins here has no closing {quote}: add it, or write \\{quote} for one inside it."
        if self._symbol == "UNKNOWN" and unicodedata.category(self._text)[0] in "ZC":
            name = f"an invisible {unicodedata.name(self._text, 'control character').lower()}"
            code = f"U+{ord(self._text):04X}"
            return f"Here is {name} ({code}), which copies from documents bring along: replace it by an ordinary space."
        if self._text == "<" and self._position + 1 < len(self._tokens) and "IRI" in self._expected:
            return "The IRI that begins here has no closing >, or has a space or another character that no IRI has."
        if self._text in ("?", "$"):
            return f"After {self._text} a variable's name must follow: letters, digits and _."
        if self._text == "@":
            return 'After @ a language tag must follow, such as "Iran"@en.'
        return None

    def _bracket(self) -> str | None:
        open_brackets: list[Token] = []
        for token in self._tokens[: self._position]:
            if token.kind == "open":
                open_brackets.append(token)
            elif token.kind == "close" and open_brackets:
                open_brackets.pop()
        if self._token is None and open_brackets and _incomplete(self._expected) is None:
            innermost = open_brackets[-1]
            closing = "".join(_CLOSING[bracket.text] for bracket in reversed(open_brackets))
            return f"The {innermost.text} of {self._place(innermost)} is never closed: add {closing} at the end."
        if self._token and self._token.kind == "close":
            if not open_brackets:
                return f"This {self._text} closes nothing: there is one more of it than there are opening ones."
            innermost = open_brackets[-1]
            if _CLOSING[innermost.text] != self._text:
                missing = _CLOSING[innermost.text]
                return (
                    f"A {missing} is missing before this {self._text}: "
                    f"the {innermost.text} of {self._place(innermost)} is still open."
                )
        return None

    def _unfinished_statement(self) -> str | None:
        missing = _incomplete(self._expected)
        ends = {
            "}",
            ".",
            ";",
            ",",
            "]",
            ")",
            "FILTER",
            "OPTIONAL",
            "BIND",
            "GRAPH",
            "MINUS",
            "VALUES",
            "UNION",
            "{",
            "END",
        }
        if missing is None or self._symbol not in ends or self._before is None:
            return None
        if self._before.text in ".;,":
            mark = self._before.text
            return f"After this {mark} another {missing} should follow; take the {mark} away if there is none."
        return f"This statement is not complete: after {_quoted(self._before.text)} its {missing} is missing."

    def _frequent(self) -> str | None:
        context = " ".join(map(symbol, self._tokens[max(0, self._position - _CONTEXT_TOKENS) : self._position]))
        found = self._text if self._token else "END"
        for rule in _RULES:
            if not re.fullmatch(rule.found, found, re.IGNORECASE | re.DOTALL):
                continue
            if rule.expected and not rule.expected & self._expected:
                continue
            if rule.after and not re.search(f"(?:^| )(?:{rule.after})$", context):
                continue
            return rule.message.format_map(_Words(self, context))
        return None

    def _braces(self) -> str | None:
        if self._expected == {"{"} and self._before:
            word = self._before.text.upper()
            return (
                f"{word} is followed by braces: {word} {{ … }}." if word.isalpha() else "An opening { is missing here."
            )
        if "{" in self._expected and "WHERE" in self._expected and self._token is None:
            return "The query ends before its pattern: WHERE { … } is missing."
        return None

    def _full_stop(self) -> str | None:
        if self._symbol in _TERMS and {".", ";", ","} <= self._expected and self._before:
            before, after = _quoted(self._before.text), _quoted(self._text)
            return f"A full stop is missing between {before} and {after}: it ends each statement."
        return None

    def _misspelt(self) -> str | None:
        if self._symbol not in ("WORD", "VARIABLE"):
            return None
        called = self._position + 1 < len(self._tokens) and self._tokens[self._position + 1].text == "("
        words = {word for word in self._expected if word.isalpha() and word not in _IN_WORDS and len(word) > 1}
        if "FUNCTION" in self._expected and called:
            words |= FUNCTIONS | AGGREGATES
        near = get_close_matches(self._text.upper(), sorted(words), n=1, cutoff=0.63 if len(self._text) > 3 else 0.9)
        if near:
            return f"There is no {_quoted(self._text)} here: is {near[0]} meant?"
        if called and "FUNCTION" in self._expected:
            return f"SPARQL has no function {_quoted(self._text)}."
        return None

    def _plain_word(self) -> str | None:
        if self._symbol not in ("WORD", "FUNCTION", "AGGREGATE", "a") or "VARIABLE" not in self._expected:
            return None
        if any(token.kind == "variable" and token.text[1:] == self._text for token in self._tokens):
            return f"The ? is missing: ?{self._text} is a variable, {self._text} alone is nothing."
        word = shortened(self._text)
        return (
            f"“{word}” is neither a variable (?{word}), nor a name with a prefix (entity:{word.lower()}), "
            f'nor a text ("{word}").'
        )

    def _anything_else(self) -> str:
        if not self._tokens:
            return "The query is empty."
        if "PREFIX" in self._expected:
            return "A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, after its lines with PREFIX."
        listed = sorted(self._expected, key=lambda symbol: (symbol not in _IN_WORDS, not symbol.isalpha(), symbol))
        words = [_IN_WORDS.get(symbol, symbol) for symbol in listed]
        could = ", ".join(words[:_MOST_EXPECTED]) + (", …" if len(words) > _MOST_EXPECTED else "")
        if self._token is None:
            return f"The query breaks off here. Expected: {could}."
        return f"{_quoted(self._text)} cannot stand here. Expected: {could or 'the end of the query'}."

    def _place(self, token: Token) -> str:
        line, column, _ = excerpt(self._query, token.start)
        return f"line {line}, column {column}"

    def word(self, name: str, context: str) -> str:
        """What a field of a message stands for."""
        match name:
            case "found":
                return shortened(self._text)
            case "FOUND":
                return self._text.upper()
            case "before":
                return shortened(self._before.text) if self._before else ""
            case "clause":
                return " BY".join(re.findall("ORDER|GROUP", context)[-1:]) + " BY"
            case _:
                opening = max(i for i in range(self._position) if self._tokens[i].text == "(" and self._depth(i) == 0)
                return self._query[self._tokens[opening].end : self._token.start if self._token else None].strip()[:60]

    def _depth(self, start: int) -> int:
        """How many brackets opened after a position are open at the misplaced token."""
        kinds = [token.kind for token in self._tokens[start + 1 : self._position]]
        return kinds.count("open") - kinds.count("close")


class _Words(dict[str, str]):
    """The fields of a message, each made when it is asked for."""

    def __init__(self, misplacement: UnexpectedTokenHelp, context: str) -> None:
        self._misplacement, self._context = misplacement, context

    def __missing__(self, name: str) -> str:
        return self._misplacement.word(name, self._context)


def _incomplete(expected: frozenset[str]) -> str | None:
    """Which part of a statement must come next, if one must."""
    if {"}", "."} & expected or "FILTER" in expected:
        return None
    if {"a", "^"} <= expected and "STRING" not in expected:
        return "property"
    return "object" if {"STRING", "BLANK"} <= expected else None


def _quoted(text: str) -> str:
    return f"“{shortened(text)}”"
