"""Finds out, inside a worker, why a query finds what it finds.

The parts of the query's pattern are asked one by one and together, in the order of the text, as the standard
evaluates a group (https://www.w3.org/TR/sparql11-query/#sparqlAlgebra): each part joins with what is before it, and
the FILTERs apply to the whole group. Each part is asked in the query's own words, so that it means the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, takewhile
from typing import Any, Final

import pyoxigraph

from illicit_power.engine.explanation import COUNTED, Explanation, Nearest, Step, UnknownTerm
from illicit_power.engine.help.nearest import CLAIM_CLASS, CLASS, PROPERTY, Vocabulary
from illicit_power.engine.help.patterns import Part, QueryText
from illicit_power.engine.help.unlinked import claims_pattern, claims_variables, sentences
from illicit_power.engine.sparql.grammar import Misplaced, ParseTree, parse, subtrees
from illicit_power.engine.sparql.tokens import tokenize
from illicit_power.model.iris import IPS
from illicit_power.model.prefixes import Prefixes

Dataset = dict[str, Any]

_BOUNDS: Final = tuple(
    pyoxigraph.NamedNode(str(IPS[name])) for name in ("startEarliest", "startLatest", "endEarliest", "endLatest")
)
_TYPE = pyoxigraph.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SHOWN_CHARACTERS = 160
_SAMPLES = 3
_PROPERTIES = 12
_SAMPLED_ROWS = 1_000
_MOST_TERMS = 20
_MOST_NOTED: Final = 10
"""So many parts at most get notes, each of which takes further queries."""


class Unexplained(Exception):
    """The query is beyond what can be explained; the message says how."""


def explain(store: pyoxigraph.Store, text: str, dataset: Dataset, prefixes: Prefixes) -> Explanation:
    """Why a query finds what it finds.

    :param dataset: the arguments of :meth:`pyoxigraph.Store.query` that say what it is asked of
    :param prefixes: of the dataset, to show terms with
    :raises SyntaxError: when the query does not parse
    :raises Unexplained: when it uses what is not in SPARQL 1.1
    """
    answers = _count(store.query(text, **dataset))
    try:
        query = QueryText(text, parse(text))
    except Misplaced as misplaced:
        place = f" “{misplaced.token.text[:40]}”" if misplaced.token else ""
        raise Unexplained(
            f"The query is valid, but{place} is not in SPARQL 1.1, which is all that is explained."
        ) from None
    explainer = _Explainer(store, query, dataset, prefixes)
    terms = explainer.unknown_terms()
    group = query.pattern
    left = explainer.explain_group(group, 0, lambda pattern: pattern) if group else None
    return Explanation(answers, explainer.summary(answers, left, terms), terms, tuple(explainer.steps))


def _count(results: Any) -> int:
    if isinstance(results, pyoxigraph.QueryBoolean):
        return int(bool(results))
    return sum(1 for _ in islice(results, COUNTED))


class _Explainer:
    def __init__(self, store: pyoxigraph.Store, query: QueryText, dataset: Dataset, prefixes: Prefixes) -> None:
        self.steps: list[Step] = []
        self._store, self._query, self._dataset = store, query, dataset
        self._vocabulary = Vocabulary(store, prefixes)
        self._noted = 0
        self._culprit: tuple[int, Part, int] | None = None
        self._own = query.unused("explained")

    # Asking

    def _solutions(self, projection: str, pattern: str, limit: int, *, everywhere: bool = False) -> Any:
        """The solutions of a pattern, in the dataset of the query, or in all graphs."""
        source = "" if everywhere else self._query.dataset
        dataset = {"use_default_graph_as_union": True} if everywhere else self._dataset
        text = f"{self._query.prologue}\nSELECT {projection} {source} WHERE {{\n{pattern}\n}} LIMIT {limit}"
        return self._store.query(text, **dataset)

    def _rows(self, pattern: str, *, everywhere: bool = False) -> int:
        return _count(self._solutions(f"(1 AS ?{self._own})", pattern, COUNTED, everywhere=everywhere))

    def _values(self, variable: str, pattern: str, limit: int = _SAMPLES, *, everywhere: bool = False) -> list[Any]:
        found = self._solutions(f"DISTINCT {variable}", pattern, limit, everywhere=everywhere)
        return [solution[0] for solution in found if solution[0] is not None]

    def _terms(self, written: Sequence[str]) -> list[Any]:
        """The terms that texts of the query stand for."""
        if not written:
            return []
        return self._values(f"?{self._own}", f"VALUES ?{self._own} {{ {' '.join(written)} }}", len(written))

    def _term(self, written: str) -> Any:
        return self._terms([written])[0]

    # Parts, one by one and together

    def explain_group(
        self, group: ParseTree, depth: int, wrap: Callable[[str], str], before: tuple[str, ...] = ()
    ) -> int:
        """Add the steps of a group; gives the rows that are left in the end.

        :param wrap: puts a pattern into the GRAPH that the group stands in
        :param before: parts that the group continues, as OPTIONAL does
        """
        texts, left = list(before), COUNTED
        for part in self._query.parts(group):
            alone = self._alone(part, wrap)
            index = len(self.steps)
            step = Step(_one_line(part.text), part.kind, self._query.line(part.start), depth, alone, None)
            self.steps.append(step)
            if left:
                were, left = left, self._rows(wrap("\n".join([*texts, part.text])))
                step = replace(step, together=left)
                if not left or alone == 0:
                    step = replace(step, notes=tuple(self._notes(part, step, texts, wrap)))
                elif part.triple:
                    step = replace(step, notes=tuple(self._unlinked(part.triple, step, texts)))
                if not left and depth == 0 and self._culprit is None:
                    self._culprit = (index, part, were)
            elif alone == 0:
                step = replace(step, notes=tuple(self._notes(part, step, texts, wrap)))
            self.steps[index] = step
            for inner in part.groups:
                self._inner(part, inner, depth + 1, wrap, texts)
            texts.append(part.text)
        return left

    def _inner(self, part: Part, inner: ParseTree, depth: int, wrap: Callable[[str], str], texts: list[str]) -> None:
        """The steps inside of a part. OPTIONAL sees what is before it, the others stand for themselves."""
        if part.kind == "optional":
            self.explain_group(inner, depth, wrap, tuple(texts))
        elif part.kind == "graph":
            self.explain_group(inner, depth, lambda pattern: wrap(f"GRAPH {part.graph} {{\n{pattern}\n}}"))
        else:
            self.explain_group(inner, depth, wrap)

    def _alone(self, part: Part, wrap: Callable[[str], str]) -> int | None:
        match part.kind:
            case "filter" | "bind":
                return None
            case "optional" | "minus":
                return self._rows(wrap(self._query.slice(part.groups[0])))
        return self._rows(wrap(part.text))

    # What can be said about a part that leaves nothing

    def _notes(self, part: Part, step: Step, texts: list[str], wrap: Callable[[str], str]) -> Iterator[str]:
        self._noted += 1
        if self._noted > _MOST_NOTED:
            return
        if part.triple:
            yield from self._unlinked(part.triple, step, texts)
            yield from self._roles(part.triple)
            if step.alone == 0:
                yield from self._elsewhere(part)
                yield from self._other_values(*part.triple, wrap)
                yield from self._reversed(part.triple, [], wrap)
            else:
                yield from self._other_graph(part, texts)
                yield from self._reversed(part.triple, texts, wrap)
            yield from self._has(part.triple[0], texts, wrap)
        elif part.kind == "filter":
            yield from self._filter_notes(part, texts, wrap)

    def _unlinked(self, triple: tuple[str, str, str], step: Step, texts: list[str]) -> Iterator[str]:
        """Claims that say what a direct link would say, where there is none. They are looked for in all graphs."""
        if not self._is_iri(triple[1]) or not self._vocabulary.is_direct(self._term(triple[1])):
            return
        variables = claims_variables(self._own)
        pattern = claims_pattern(triple, self._own, without_link=bool(step.together))
        befores = [texts, []] if texts and step.alone == 0 else [texts]
        for before in befores:
            asked = "\n".join([*before, pattern])
            found = list(self._solutions(f"DISTINCT {' '.join(variables)}", asked, _SAMPLED_ROWS, everywhere=True))
            if found:
                said = sentences(found, triple, self._vocabulary.show)
                yield from (f"Besides, {sentence}" for sentence in said) if step.together else said
                return

    def _roles(self, triple: tuple[str, str, str]) -> Iterator[str]:
        """Whether a class stands where a property should, and the other way round."""
        _, verb, value = triple
        if self._is_iri(verb):
            term = self._term(verb)
            if not self._has_quad(None, term, None):
                yield from self._not_a_property(verb, term)
        elif verb == "a" and self._is_iri(value):
            term = self._term(value)
            if not self._has_quad(None, _TYPE, term):
                yield from self._not_a_class(value, term)

    def _not_a_property(self, written: str, term: Any) -> Iterator[str]:
        role = self._vocabulary.role(term)
        if role == CLAIM_CLASS:
            direct = self._vocabulary.show(self._vocabulary.direct_property(term))
            yield (
                f"{written} is a class of claims, not a property. The direct link is {direct}; for the claims, "
                f"with their sources, write ?claim a {written} ; ips:subject ?one ; ips:object ?other."
            )
        elif role == CLASS:
            yield f"{written} is a class, not a property: write ?x a {written}."
        elif role == PROPERTY:
            yield f"{written} is a property that nothing in the data has."

    def _not_a_class(self, written: str, term: Any) -> Iterator[str]:
        role = self._vocabulary.role(term)
        claims = self._vocabulary.claim_class(term)
        if claims:
            yield (
                f"{written} is the direct link, a property: ?one {written} ?other. "
                f"The claims that it follows from are of the class {self._vocabulary.show(claims)}."
            )
        elif role in (CLASS, CLAIM_CLASS):
            yield f"{written} is a class that nothing in the data is of."
        elif role:
            yield f"{written} is no class, but a {role}."

    def _elsewhere(self, part: Part) -> Iterator[str]:
        """Graphs that hold a pattern that the graphs asked do not hold."""
        graphs = self._values(f"?{self._own}", f"GRAPH ?{self._own} {{ {part.text} }}", everywhere=True)
        if graphs:
            yield f"It is not in the graph asked, but in {self._shown(graphs)}."

    def _other_graph(self, part: Part, texts: list[str]) -> Iterator[str]:
        together = "\n".join([*texts, part.text])
        asked = "FROM" in self._query.dataset.upper() or self._depth_of_graph(part)
        if asked and (found := self._rows(together, everywhere=True)):
            yield f"In all graphs taken together it would leave {_rows(found)}: these statements are not in one graph."

    def _depth_of_graph(self, part: Part) -> bool:
        return any(
            node.meta.start_pos <= part.start < node.meta.end_pos for node in self._query.tree.find_data("graph")
        )

    def _reversed(self, triple: tuple[str, str, str], texts: list[str], wrap: Callable[[str], str]) -> Iterator[str]:
        subject, verb, value = triple
        if not self._is_iri(verb) or not (self._is_variable(value) or self._is_iri(value)):
            return
        turned = f"{value} {verb} {subject} ."
        found = self._rows(wrap("\n".join([*texts, turned])))
        if found:
            yield f"The other way round, {turned[:-2]}, it matches {_rows(found)}."

    def _other_values(self, subject: str, verb: str, value: str, wrap: Callable[[str], str]) -> Iterator[str]:
        """How the data writes a value, or which values there are."""
        if self._is_variable(value) or self._is_iri(value) or value[0] in "[(":
            return
        if self._is_iri(verb) and not self._has_quad(None, self._term(verb), None):
            return
        variable, property_ = f"?{self._own}", f"?{self._own}_property"
        same = f"FILTER(STR({variable}) = STR({value}))"
        similar = f"FILTER(CONTAINS(LCASE(STR({variable})), LCASE(STR({value}))))"
        here = f"[] {verb} {variable} ."
        found = self._values(variable, wrap(f"{here} {same}"))
        if found:
            yield f"The data has it as {self._shown(found)}."
            return
        elsewhere = self._values(property_, wrap(f"[] {property_} {variable} . {same}"))
        if elsewhere:
            written = self._values(variable, wrap(f"[] {property_} {variable} . {same}"))
            yield f"The data has it as {self._shown(written)}, the value of {self._shown(elsewhere)}."
        for condition, said in ((similar, "Values with it in them are"), ("", "Values here are such as")):
            if found := self._values(variable, wrap(f"{here} {condition}")):
                yield f"{said} {self._shown(found)}."
                return

    def _has(self, subject: str, texts: list[str], wrap: Callable[[str], str]) -> Iterator[str]:
        """The properties that what stands as subject has here."""
        if subject.startswith("_:"):
            return
        if self._is_variable(subject):
            if not any(subject in text for text in texts):
                return
            rows = f"{{ SELECT DISTINCT {subject} WHERE {{\n{wrap(chr(10).join(texts))}\n}} LIMIT {_SAMPLED_ROWS} }}"
        else:
            rows = ""
        found = self._values(f"?{self._own}", f"{rows} {wrap(f'{subject} ?{self._own} ?{self._own}_value .')}", 60)
        names = sorted(self._vocabulary.show(term) for term in found if term != _TYPE)
        if names:
            more = ", …" if len(names) > _PROPERTIES else "."
            yield f"{subject} has here: {', '.join(names[:_PROPERTIES])}{more}"

    def _filter_notes(self, part: Part, texts: list[str], wrap: Callable[[str], str]) -> Iterator[str]:
        before = "\n".join(texts)
        test = f"BIND({part.condition} AS ?{self._own}_test) FILTER(!BOUND(?{self._own}_test))"
        errors = self._rows(wrap(f"{before}\n{test}"))
        if errors:
            yield (
                f"For {_rows(errors)} the condition is an error, which counts as false: "
                "values of kinds that do not compare, or a variable without a value."
            )
        tokens = list(tokenize(part.condition))
        variables = list(dict.fromkeys(token.text for token in tokens if token.kind == "variable"))[:_SAMPLES]
        literals = list(dict.fromkeys(token.text for token in tokens if token.kind == "string"))[:_SAMPLES]
        said = []
        for variable in variables:
            samples = self._values(variable, wrap(before)) if before else []
            said.append(
                f"{variable} is, for example, {self._shown(samples)}." if samples else f"{variable} has no value here."
            )
            if not samples:
                continue
            for literal in literals:
                same = f"{before}\nFILTER(STR({variable}) = {literal})"
                for term in self._values(variable, wrap(same), 1):
                    if isinstance(term, pyoxigraph.NamedNode) or term.language or not _is_string(term):
                        yield f"{literal} is written {self._vocabulary.show(term)} in the data."
        yield from said
        if errors:
            for subject in dict.fromkeys(_subjects_of(variables, self._query, texts)):
                yield from self._has(subject, texts, wrap)

    # Terms

    def unknown_terms(self) -> tuple[UnknownTerm, ...]:
        """The IRIs of the query that are nowhere in the data, with the nearest ones that are."""
        places: dict[str, int] = {}
        for node in _named_terms(self._query):
            places.setdefault(self._query.slice(node), node.meta.start_pos)
        unknown: list[UnknownTerm] = []
        for written, start in places.items():
            term = self._term(written)
            if self._vocabulary.knows(term):
                continue
            near = self._vocabulary.nearest(term) if len(unknown) < _MOST_TERMS else []
            nearest = tuple(Nearest(self._vocabulary.show(other), self._vocabulary.role(other)) for other in near)
            unknown.append(UnknownTerm(written, self._query.line(start), nearest))
        return tuple(unknown)

    # The reason

    def summary(self, answers: int, left: int | None, terms: Sequence[UnknownTerm]) -> str:
        """The reason in a sentence or two."""
        if answers:
            return " ".join([f"The query finds {_rows(answers)}.", *self._grounds(), *self._besides()])
        if left is None:
            return " ".join(map(str, terms)) or "Nothing is said of what the query describes."
        if left:
            after = "what follows it (HAVING, LIMIT, OFFSET or the template)"
            return f"The pattern matches {_rows(left)}, but {after} leaves none."
        if self._culprit is None:
            return "The query finds nothing."
        index, part, were = self._culprit
        used = [str(term) for term in terms if term.term in part.text]
        reason = self._reason(part, self.steps[index], were)
        return " ".join([reason, *(used or self._notes_in(index)), *self._besides()])

    def _besides(self) -> Iterator[str]:
        """The notes on parts that leave something, outside of all braces."""
        return (note for step in self.steps if step.depth == 0 and step.together for note in step.notes)

    def _grounds(self) -> Iterator[str]:
        """On what the times of claims rest whose bounds the pattern compares."""
        group = self._query.pattern
        if not group:
            return
        bounds = [part.triple for part in self._query.parts(group) if part.triple and self._is_bound(part.triple[1])]
        basis, count = f"?{self._own}_basis", f"?{self._own}_count"
        for claim in dict.fromkeys(triple[0] for triple in bounds if self._is_variable(triple[0])):
            pattern = f"{self._query.slice(group)} {claim} <{IPS.timeBasis}> {basis} ."
            counted = f"{{ SELECT {basis} (COUNT(DISTINCT {claim}) AS {count}) {{ {pattern} }} GROUP BY {basis} }}"
            rows = self._solutions(f"{basis} {count}", f"{counted} ", _SAMPLES)
            told = sorted(f"{self._vocabulary.show(row[0])} {int(row[1].value):,}" for row in rows)
            if told:
                yield f"The times of {claim} rest on: {', '.join(told)}."

    def _is_bound(self, verb: str) -> bool:
        return self._is_iri(verb) and self._term(verb) in _BOUNDS

    def _notes_in(self, index: int) -> tuple[str, ...]:
        """The first notes about a part or what is inside of it."""
        inside = takewhile(lambda step: step.depth > self.steps[index].depth, self.steps[index + 1 :])
        notes = next((step.notes for step in (self.steps[index], *inside) if step.notes), ())
        return notes[: 2 if self.steps[index].kind == "filter" else 1]

    def _reason(self, part: Part, step: Step, were: int) -> str:
        place = f"line {step.line}"
        if part.kind == "filter":
            return f"The FILTER of {place} removes all of {_rows(were)}."
        if part.kind == "minus":
            return f"The MINUS of {place} removes all of {_rows(were)}."
        if step.alone == 0:
            return f"Nothing in the data matches {step.text} ({place})."
        alone = _rows(step.alone or 0)
        return f"{step.text} ({place}) matches {alone} by itself, but none together with what is before it."

    # Forms of terms

    def _shown(self, terms: Iterable[Any]) -> str:
        return ", ".join(map(self._vocabulary.show, terms))

    def _has_quad(self, *pattern: Any) -> bool:
        return next(self._store.quads_for_pattern(*pattern), None) is not None

    @staticmethod
    def _is_variable(written: str) -> bool:
        return written[:1] in ("?", "$") or written.startswith("_:")

    @staticmethod
    def _is_iri(written: str) -> bool:
        tokens = list(tokenize(written))
        return len(tokens) == 1 and tokens[0].kind in ("iri", "name") and not written.startswith("_:")


def _subjects_of(variables: Sequence[str], query: QueryText, texts: Sequence[str]) -> Iterator[str]:
    """The subject variables of the triple patterns whose objects are some variables."""
    for text in texts:
        tokens = list(tokenize(text))
        if len(tokens) >= 4 and tokens[0].kind == "variable" and tokens[-2].text in variables:
            yield tokens[0].text


def _named_terms(query: QueryText) -> Iterator[ParseTree]:
    """The IRIs that a query asks about: not those of prefixes, FROM, datatypes, functions, and what it constructs."""
    pending: list[ParseTree] = [query.tree]
    while pending:
        node = pending.pop()
        if node.data in ("prologue", "dataset", "datatype") or (node.data == "template" and node != query.pattern):
            continue
        children = subtrees(node)
        if node.data == "function":
            children = [child for child in children if child.data != "iri"]
        if node.data == "iri":
            yield node
        pending += reversed(children)


def _is_string(term: Any) -> bool:
    return isinstance(term, pyoxigraph.Literal) and term.datatype.value.endswith("#string")


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    line = line.removesuffix(" .")
    return line if len(line) <= _SHOWN_CHARACTERS else f"{line[:_SHOWN_CHARACTERS]}…"


def _rows(count: int) -> str:
    if count >= COUNTED:
        return f"{COUNTED:,} rows or more"
    return f"{count:,} row{'' if count == 1 else 's'}"
