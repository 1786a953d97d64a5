"""The parts of a query's pattern, as texts that can be asked one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from lark import Tree

from illicit_power.engine.explanation import StepKind
from illicit_power.engine.sparql.excerpt import excerpt
from illicit_power.engine.sparql.grammar import ParseTree, subtrees


@dataclass(frozen=True)
class Part:
    """A part of a group: what it says, and what is inside it.

    :ivar text: SPARQL that can stand in a group
    :ivar start: its offset in the query
    :ivar groups: the groups inside it
    :ivar triple: subject, property and object, of a triple pattern
    :ivar graph: the graph of a GRAPH
    :ivar condition: the condition of a FILTER
    """

    kind: StepKind
    text: str
    start: int
    groups: tuple[ParseTree, ...] = ()
    triple: tuple[str, str, str] | None = None
    graph: str = ""
    condition: str = ""


@dataclass
class QueryText:
    """A query with its tree."""

    text: str
    tree: ParseTree
    _nodes: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def prologue(self) -> str:
        return self.slice(next(self.tree.find_data("prologue")))

    @property
    def dataset(self) -> str:
        """The FROM and FROM NAMED clauses."""
        return "\n".join(self.slice(node) for node in subtrees(self._form) if node.data == "dataset")

    @property
    def pattern(self) -> ParseTree | None:
        """The outermost group; None for a DESCRIBE without one."""
        for node in subtrees(self._form):
            if node.data == "where":
                return subtrees(node)[0]
        short_form = [node for node in subtrees(self._form) if node.data == "template"]
        return short_form[0] if short_form else None

    @property
    def _form(self) -> ParseTree:
        return subtrees(self.tree)[1]

    def unused(self, name: str) -> str:
        """A name that is nowhere in the query, made from one that may be."""
        while name in self.text:
            name += "_"
        return name

    def slice(self, node: ParseTree) -> str:
        """What is written of a node."""
        return "" if node.meta.empty else self.text[node.meta.start_pos : node.meta.end_pos]

    def line(self, offset: int) -> int:
        """The line of an offset, from 1."""
        return excerpt(self.text, offset)[0]

    def parts(self, group: ParseTree) -> Iterator[Part]:
        """The parts of a group, in order; FILTERs, which apply to all of it, last."""
        for child in sorted(subtrees(group), key=lambda node: node.data == "filter"):
            start, text = child.meta.start_pos, self.slice(child)
            match child.data:
                case "triples_block":
                    for triples in subtrees(child):
                        yield from self._triples(triples)
                case "filter":
                    yield Part("filter", text, start, condition=self.slice(subtrees(child)[0]))
                case "graph":
                    graph, inner = child.children[1:]
                    assert isinstance(inner, Tree)
                    name = self.slice(graph) if isinstance(graph, Tree) else str(graph)
                    yield Part("graph", text, start, (inner,), graph=name)
                case "union":
                    yield self._braces(child)
                case "optional" | "minus" as kind:
                    yield Part(kind, text, start, tuple(subtrees(child)))
                case "subquery":
                    yield Part("subquery", f"{{ {text} }}", start, (self._where(child),))
                case "values" | "bind" as kind:
                    yield Part(kind, text, start)

    def _braces(self, union: ParseTree) -> Part:
        """A union, a subquery, or a group in braces: the grammar does not tell them apart."""
        text, start, groups = self.slice(union), union.meta.start_pos, subtrees(union)
        first = next(iter(subtrees(groups[0])), None)
        if len(groups) == 1 and first and first.data == "subquery":
            return Part("subquery", text, start, (self._where(first),))
        return Part("union" if len(groups) > 1 else "group", text, start, tuple(groups))

    @staticmethod
    def _where(subquery: ParseTree) -> ParseTree:
        return subtrees(next(node for node in subtrees(subquery) if node.data == "where"))[0]

    def _triples(self, triples: ParseTree) -> Iterator[Part]:
        first, *rest = triples.children
        subject, inner = self._node(first)
        for properties in rest:
            assert isinstance(properties, Tree)
            yield from self._properties(subject, properties)
        yield from inner

    def _properties(self, subject: str, properties: ParseTree) -> Iterator[Part]:
        for property_ in subtrees(properties):
            verb = property_.children[0]
            path = self.slice(verb) if isinstance(verb, Tree) else str(verb)
            for object_ in subtrees(property_):
                if object_.data != "object":
                    continue
                value, inner = self._node(object_.children[0])
                start = object_.meta.start_pos
                yield Part("pattern", f"{subject} {path} {value} .", start, triple=(subject, path, value))
                yield from inner

    def _node(self, node: object) -> tuple[str, list[Part]]:
        """A subject or object as one term, and the patterns that are written inside of it."""
        if not isinstance(node, Tree):
            return str(node), []
        if node.data in ("anonymous", "blank_properties"):
            variable = self.unused(f"?any{next(self._nodes)}")
            return variable, [part for inner in subtrees(node) for part in self._properties(variable, inner)]
        return self.slice(node), []
