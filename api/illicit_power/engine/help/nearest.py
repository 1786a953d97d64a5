"""The terms that a dataset has: what they are, and which are nearest to one that it does not have."""

from __future__ import annotations

import re
from collections import defaultdict
from difflib import get_close_matches
from typing import Any, Final

import pyoxigraph

from illicit_power.model.iris import BASE, IPS
from illicit_power.model.prefixes import Prefixes

CLASS: Final = "class"
CLAIM_CLASS: Final = "class of claims"
PROPERTY: Final = "property"

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DIRECT_PROPERTY = pyoxigraph.NamedNode(str(IPS.directProperty))
_SUB_PROPERTY_OF = pyoxigraph.NamedNode(_RDFS + "subPropertyOf")
_ROLES: Final = (
    (CLASS, (_OWL + "Class", _RDFS + "Class")),
    (PROPERTY, (_OWL + "ObjectProperty", _OWL + "DatatypeProperty", _OWL + "AnnotationProperty", _RDF + "Property")),
    ("concept", (_SKOS + "Concept",)),
    ("concept scheme", (_SKOS + "ConceptScheme",)),
    ("evidence", (str(IPS.Evidence),)),
    ("claim", (str(IPS.Claim),)),
    ("entity", (str(IPS.Entity),)),
)  # fmt: skip
_TERMS = """
SELECT DISTINCT ?term ?start WHERE {
  { ?term ?p ?o } UNION { ?s ?term ?o } UNION { ?s a ?term } UNION { GRAPH ?term {} }
  FILTER(ISIRI(?term) && STRSTARTS(STR(?term), STR(?start)))
}
"""
_NAMES = f"""
SELECT DISTINCT ?term ?name ?start WHERE {{
  ?term <{_SKOS}prefLabel>|<{_SKOS}altLabel>|<{_RDFS}label> ?name .
  FILTER(ISIRI(?term) && STRSTARTS(STR(?term), STR(?start)))
}}
"""
_START = pyoxigraph.Variable("start")
_OFFERED = 3
_SIMILAR, _VERY_SIMILAR = 0.72, 0.9
_SHOWN_CHARACTERS = 60
_WORDS = re.compile(r"[^a-z0-9]+")


class Vocabulary:
    """The terms of a store, shown with the prefixes of its dataset."""

    def __init__(self, store: pyoxigraph.Store, prefixes: Prefixes) -> None:
        self._store, self._prefixes = store, prefixes
        self._by_start: dict[str, dict[str, list[Any]]] = {}

    def knows(self, term: Any) -> bool:
        """Whether a term is anywhere in the data."""
        patterns = ((term, None, None), (None, term, None), (None, None, term), (None, None, None, term))
        return any(next(self._store.quads_for_pattern(*pattern), None) for pattern in patterns)

    def show(self, term: Any) -> str:
        """A term as one writes it in a query."""
        if isinstance(term, pyoxigraph.NamedNode):
            short = self._prefixes.compact(term.value)
            return short if short != term.value else f"<{term.value}>"
        if isinstance(term, pyoxigraph.Literal):
            if term.datatype.value.endswith(("#integer", "#decimal", "#boolean")):
                return term.value
            if len(term.value) > _SHOWN_CHARACTERS:
                return f'"{term.value[:_SHOWN_CHARACTERS]}…"'
            datatype = f"<{term.datatype.value}>"
            return str(term).replace(f"^^{datatype}", f"^^{self.show(term.datatype)}")
        return str(term)

    def role(self, term: Any) -> str:
        """What a term is: a class, a property, …; empty where that is not said."""
        types = {
            quad.object.value
            for quad in self._quads(term, pyoxigraph.NamedNode(_RDF + "type"))
            if hasattr(quad.object, "value")
        }
        role = next((role for role, classes in _ROLES if types.intersection(classes)), "")
        if role == CLASS and self.direct_property(term):
            return CLAIM_CLASS
        if not role and next(self._store.quads_for_pattern(None, term, None), None):
            return PROPERTY
        return role

    def direct_property(self, claim_class: Any) -> Any:
        """The direct link that follows from the claims of a class, or None."""
        return next((quad.object for quad in self._quads(claim_class, _DIRECT_PROPERTY)), None)

    def claim_class(self, direct_property: Any) -> Any:
        """The class of the claims that a direct link follows from, or None."""
        found = self._store.quads_for_pattern(None, _DIRECT_PROPERTY, direct_property)
        return next((quad.subject for quad in found if self.role(quad.subject) == CLAIM_CLASS), None)

    def is_direct(self, property_: Any) -> bool:
        """Whether a property, or one below it, is the direct link that follows from claims of a class or role."""
        below, found = [property_], {property_}
        while below:
            one = below.pop()
            if next(self._store.quads_for_pattern(None, _DIRECT_PROPERTY, one), None):
                return True
            narrower = {quad.subject for quad in self._store.quads_for_pattern(None, _SUB_PROPERTY_OF, one)}
            below += narrower - found
            found |= narrower
        return False

    def nearest(self, term: Any) -> list[Any]:
        """The terms nearest to one that the data does not have: in its namespace, or anywhere under our base."""
        namespace, local = _split(term.value)
        near = _closest(local, self._spellings(namespace), _SIMILAR)
        if not near and term.value.lower().replace("http://", "https://").startswith(BASE):
            near = _closest(local, self._spellings(BASE), _VERY_SIMILAR)
        return near

    def _quads(self, subject: Any, predicate: Any) -> Any:
        return self._store.quads_for_pattern(subject, predicate, None)

    def _spellings(self, start: str) -> dict[str, list[Any]]:
        """The terms whose IRIs have a beginning, by their local names and their names, in small letters."""
        if start not in self._by_start:
            spellings: dict[str, list[Any]] = defaultdict(list)
            for term in self._select(_TERMS, start):
                spellings[_plain(_split(term[0].value)[1])].append(term[0])
            for term in self._select(_NAMES, start):
                spellings[_plain(term[1].value)].append(term[0])
            self._by_start[start] = spellings
        return self._by_start[start]

    def _select(self, query: str, start: str) -> Any:
        substitutions: dict[pyoxigraph.Variable, Any] = {_START: pyoxigraph.Literal(start)}
        return self._store.query(query, use_default_graph_as_union=True, substitutions=substitutions)


def _closest(local: str, spellings: dict[str, list[Any]], similarity: float) -> list[Any]:
    close = get_close_matches(_plain(local), list(spellings), n=2 * _OFFERED, cutoff=similarity)
    return list(dict.fromkeys(term for spelling in close for term in spellings[spelling]))[:_OFFERED]


def _split(iri: str) -> tuple[str, str]:
    """The namespace and the local name of an IRI."""
    end = max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[:end], iri[end:]


def _plain(name: str) -> str:
    return _WORDS.sub(" ", name.lower()).strip()
