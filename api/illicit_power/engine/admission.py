"""Look at a query before it is run: refuse what is not offered, in words that tell the way out.

Works on the tokens of SPARQL 1.1 (https://www.w3.org/TR/sparql11-query/#sparqlGrammar, 19.8), so that a word inside
a string, an IRI, a name or a comment is never mistaken for a keyword. It is a courtesy: what really keeps a query in is
the jail of the worker that runs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from illicit_power.engine.errors import QueryRefused

MAX_QUERY_CHARACTERS = 100_000
MAX_NESTING = 100

_TOKEN = re.compile(
    r"""
      (?P<space>   \s+ | \#[^\n\r]* )
    | (?P<iri>     <[^<>"{}|^`\\\x00-\x20]*> )
    | (?P<string>  \"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
                 | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' )
    | (?P<name>    [?$@][\w-]+ | [\w.-]*:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)* )
    | (?P<word>    \w+ )
    | (?P<open>    [({\[] )
    | (?P<close>   [)}\]] )
    | (?P<other>   . )
    """,
    re.VERBOSE | re.DOTALL,
)


def admit(text: str) -> None:
    """Let a query pass, or refuse it.

    :raises QueryRefused: when it is too long, nested too deeply, or calls another endpoint with SERVICE
    """
    if len(text) > MAX_QUERY_CHARACTERS:
        raise QueryRefused(
            f"The query has {len(text):,} characters; {MAX_QUERY_CHARACTERS:,} is the most. "
            "Pass long lists of values in several queries."
        )
    depth = 0
    for kind, token in _tokens(text):
        if kind == "open":
            depth += 1
            if depth > MAX_NESTING:
                raise QueryRefused(f"Brackets are nested more than {MAX_NESTING} deep. Flatten the query.")
        elif kind == "close":
            depth -= 1
        elif kind == "word" and token.upper() == "SERVICE":
            raise QueryRefused(
                "SERVICE is not offered: queries here reach no other endpoint. "
                "Ask the other endpoint yourself, and bring its answer in with VALUES."
            )


def has_dataset_clause(text: str) -> bool:
    """Whether a query names its graphs with FROM or FROM NAMED."""
    return any(kind == "word" and token.upper() == "FROM" for kind, token in _tokens(text))


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup and match.lastgroup != "space":
            yield match.lastgroup, match.group()
