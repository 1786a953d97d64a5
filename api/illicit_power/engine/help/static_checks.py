"""What the grammar of SPARQL allows, and the language does not: undeclared prefixes, ungrouped variables, and so on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import pairwise

from lark import Token as Terminal
from lark import Tree

from illicit_power.engine.sparql.excerpt import shortened
from illicit_power.engine.sparql.grammar import ParseTree, nodes, subtrees
from illicit_power.engine.sparql.tokens import Token, tokenize
from illicit_power.model.prefixes import Prefixes

_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")

Fault = tuple[int, str]
"""The offset of what is wrong, and what to say."""


def undeclared_prefix(query: str, end: Token | None, prefixes: Prefixes) -> Fault | None:
    """The first name before a place whose prefix is not declared.

    :param prefixes: of the dataset, to say how one is declared
    """
    tokens = list(tokenize(query))
    declared = {
        name.text
        for keyword, name in pairwise(tokens)
        if keyword.kind == "word" and keyword.text.upper() == "PREFIX" and name.kind == "name"
    }
    names = [
        token
        for token in tokens
        if token.kind == "name"
        and token.text not in declared
        and not token.text.startswith("_:")
        and token.text.lower() not in ("http:", "https:")
        and f"{token.text.partition(':')[0]}:" not in declared
    ]
    if not names or (end and names[0].start > end.start):
        return None
    missing = list(dict.fromkeys(token.text.partition(":")[0] for token in names))
    known = [prefix for prefix in missing if prefix in prefixes]
    if len(missing) > 1 and missing == known:
        lines = "\n".join(prefixes.declaration(prefix) for prefix in missing)
        listed = ", ".join(f"{prefix}:" for prefix in missing[:-1])
        return names[0].start, f"The prefixes {listed} and {missing[-1]}: are not declared. Add at the top:\n{lines}"
    prefix = missing[0]
    return names[0].start, f"The prefix {prefix}: is not declared. {_declaration(prefix, declared, prefixes)}"


def _declaration(prefix: str, declared: set[str], prefixes: Prefixes) -> str:
    if prefix in prefixes:
        return f"Add at the top: {prefixes.declaration(prefix)}"
    near = get_close_matches(prefix, sorted({name[:-1] for name in declared} | set(prefixes)), n=1, cutoff=0.6)
    meant = next((name[:-1] for name in declared if name[:-1].lower() == prefix.lower()), near[0] if near else None)
    if f"{meant}:" in declared:
        return f"Is {meant}: meant, which is? Upper and lower case count."
    if meant:
        return f"Is {meant}: meant? Add at the top: {prefixes.declaration(meant)}"
    return f"Add at the top: PREFIX {prefix}: <the address it stands for>"


def fault_of_tree(tree: ParseTree, query: str, prefixes: Prefixes) -> Fault | None:
    """The first fault of a query that has a tree, or None where the engine alone knows what is wrong.

    :param prefixes: of the dataset
    """
    return undeclared_prefix(query, None, prefixes) or next(_faults(tree), None)


def _faults(tree: ParseTree) -> Iterator[Fault]:
    has_base = any(True for _ in tree.find_data("base"))
    for node in nodes(tree):
        match node.data:
            case "select_query" | "subquery":
                yield from _faults_of_grouping(node)
            case "filter":
                for aggregate in node.find_data("aggregate"):
                    name = str(aggregate.children[0]).upper()
                    yield _start(aggregate), f"{name} cannot stand in FILTER: use GROUP BY, and HAVING ({name}(…) > 1)."
            case "values":
                yield from _faults_of_values(node)
            case "group":
                yield from _faults_of_binding(node)
            case "iri":
                yield from _faults_of_iri(node, has_base)


def _faults_of_grouping(query: ParseTree) -> Iterator[Fault]:
    parts = {str(node.data): node for node in subtrees(query)}
    select = parts["select"]
    group_by = [node for node in subtrees(parts["modifiers"]) if node.data == "group_by"]
    projections = subtrees(select)
    if group_by and not projections:
        yield _start(select), "SELECT * does not go with GROUP BY: name the grouped variables and aggregates."
        return
    aggregated = any(True for projection in projections for _ in projection.find_data("aggregate"))
    if not group_by and not aggregated:
        return
    grouped = {
        str(child)
        for clause in group_by
        for condition in subtrees(clause)
        for child in condition.children
        if _is_variable(child)
    }
    for projection in projections:
        for variable in _outside_aggregates(projection):
            if variable not in grouped:
                yield (
                    variable.start_pos or 0,
                    f"{variable} is neither grouped nor aggregated: add GROUP BY {variable}, or take one value, "
                    f"(SAMPLE({variable}) AS {variable}_example).",
                )
        grouped |= {str(child) for child in projection.children if _is_variable(child)}


def _outside_aggregates(projection: ParseTree) -> list[Terminal]:
    """The variables of a projection outside of aggregates, without the name that AS gives."""
    variables = []
    pending: list[ParseTree | Terminal] = projection.children[: 2 if len(projection.children) > 1 else 1]
    while pending:
        child = pending.pop()
        if isinstance(child, Tree):
            pending += [] if child.data in ("aggregate", "exists") else child.children
        elif _is_variable(child):
            variables.append(child)
    return sorted(variables, key=lambda variable: variable.start_pos or 0)


def _faults_of_values(values: ParseTree) -> Iterator[Fault]:
    wanted = sum(map(_is_variable, values.children))
    for row in values.find_data("row"):
        given = len(subtrees(row))
        if given != wanted:
            yield _start(row), f"This row has {given} values for {wanted} variables: write UNDEF where there is none."


def _faults_of_binding(group: ParseTree) -> Iterator[Fault]:
    seen: set[str] = set()
    for child in subtrees(group):
        variable = child.children[-2] if child.data == "bind" else None
        if isinstance(variable, Terminal) and variable in seen:
            yield (
                variable.start_pos or 0,
                f"{variable} has a value already: BIND gives one to a new variable. To compare, use FILTER.",
            )
        if child.data not in ("filter", "minus"):
            seen |= {str(token) for token in child.scan_values(_is_variable)}


def _faults_of_iri(iri: ParseTree, has_base: bool) -> Iterator[Fault]:
    written = str(iri.children[0])
    if written.startswith("<") and not has_base and not _ABSOLUTE.match(written):
        yield (
            _start(iri),
            f"{shortened(written)} is only a part of an IRI: write it in full, or name its BASE at the top.",
        )


def _is_variable(child: ParseTree | Terminal) -> bool:
    return isinstance(child, Terminal) and child.type == "VARIABLE"


def _start(node: ParseTree) -> int:
    start: int = node.meta.start_pos
    return start
