"""The prefixes of a dataset, which are data: those that the ontology declares, as SHACL has it
(https://www.w3.org/TR/shacl/#sparql-prefixes), and one for each case and each concept scheme.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import pyoxigraph
from rdflib import RDF, SH, SKOS, XSD, BNode, Graph, Literal
from rdflib.term import Node

from illicit_power.dataset.source import Source
from illicit_power.dataset.turtle import parse
from illicit_power.model.iris import CLAIM, IPS, ONTOLOGY, VOCABULARY
from illicit_power.model.prefixes import Prefixes

_NAME: Final = re.compile(r"[A-Za-z]([A-Za-z0-9_-]*[A-Za-z0-9_])?")
"""Names that Turtle, SPARQL and XML all take."""


class InvalidPrefix(Exception):
    """A prefix cannot be what it is declared to be; the message says why, and the way out.

    :ivar subject: who declares it
    """

    def __init__(self, subject: Node, message: str) -> None:
        super().__init__(message)
        self.subject = subject


@dataclass(frozen=True)
class PrefixDeclaration:
    """That a prefix stands for a namespace.

    :ivar subject: whose prefix it is: the ontology, a case, a concept scheme
    """

    subject: Node
    prefix: str
    namespace: str


def declarations_of_ontology(ontology: Graph) -> Iterator[PrefixDeclaration]:
    """What the ontology declares with ``sh:declare``.

    :raises InvalidPrefix: when a declaration has not one prefix and one namespace
    """
    for subject, node in ontology.subject_objects(SH.declare):
        prefixes, namespaces = list(ontology.objects(node, SH.prefix)), list(ontology.objects(node, SH.namespace))
        if len(prefixes) != 1 or len(namespaces) != 1:
            raise InvalidPrefix(
                subject, "sh:declare takes one prefix and one namespace: write [ sh:prefix … ; sh:namespace … ]"
            )
        yield PrefixDeclaration(subject, str(prefixes[0]), str(namespaces[0]))


def declarations_of_case(case: Graph) -> Iterator[PrefixDeclaration]:
    """The prefix of the claims of a case is its slug."""
    for subject, slug in case.subject_objects(IPS.slug):
        yield PrefixDeclaration(subject, str(slug), f"{CLAIM}{slug}/")


def declarations_of_schemes(vocabularies: Graph) -> Iterator[PrefixDeclaration]:
    """The prefix of the concepts of a scheme is the last part of its address."""
    for scheme in vocabularies.subjects(RDF.type, SKOS.ConceptScheme):
        if str(scheme).startswith(VOCABULARY):
            yield PrefixDeclaration(scheme, str(scheme).removeprefix(VOCABULARY), f"{scheme}/")


def prefixes_of(declarations: Iterable[PrefixDeclaration]) -> Prefixes:
    """The prefixes that some declarations make.

    :raises InvalidPrefix: when one is no prefix, or has two namespaces
    """
    namespaces: dict[str, str] = {}
    for declared in declarations:
        if not _NAME.fullmatch(declared.prefix):
            raise InvalidPrefix(
                declared.subject,
                f"“{declared.prefix}” would be a prefix, and cannot be one: take another name, which begins with a "
                "letter and has letters, digits and hyphens only",
            )
        known = namespaces.setdefault(declared.prefix, declared.namespace)
        if known != declared.namespace:
            raise InvalidPrefix(
                declared.subject,
                f"the prefix {declared.prefix}: would stand for <{declared.namespace}>, and stands for <{known}> "
                "already: take another name",
            )
    return Prefixes(namespaces)


def declare(graph: Graph, declarations: Iterable[PrefixDeclaration]) -> None:
    """Write declarations into a graph, all as the ontology's, so that ``sh:prefixes`` finds them in one place."""
    for declared in declarations:
        node = BNode()
        graph.add((ONTOLOGY, SH.declare, node))
        graph.add((node, SH.prefix, Literal(declared.prefix)))
        graph.add((node, SH.namespace, Literal(declared.namespace, datatype=XSD.anyURI)))


def prefixes_in(quads: Iterable[pyoxigraph.Quad]) -> Prefixes:
    """The prefixes that a compiled dataset declares."""
    of_node: dict[str, dict[object, str]] = {str(SH.prefix): {}, str(SH.namespace): {}}
    for quad in quads:
        if quad.predicate.value in of_node and isinstance(quad.object, pyoxigraph.Literal):
            of_node[quad.predicate.value][quad.subject] = quad.object.value
    names, namespaces = of_node.values()
    return Prefixes({names[node]: namespaces[node] for node in names if node in namespaces})


@cache
def standard_prefixes() -> Prefixes:
    """The prefixes that our own ontology declares, for data that bring none."""
    return prefixes_of(declarations_of_ontology(parse(Source.default().ontology).graph))
