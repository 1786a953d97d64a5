"""Changes between two versions as text, as JSON, and as RDF.

In RDF they are activities of W3C ActivityStreams 2.0 (https://www.w3.org/TR/activitystreams-vocabulary/):
``as:Create``, ``as:Update`` and ``as:Delete``, as IIIF Change Discovery uses them. The later version stands to the
earlier one as ``prov:wasRevisionOf``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from rdflib import DCTERMS, PROV, RDF, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from illicit_power.dataset.changes import Changed, Changes, NTriple, Thing
from illicit_power.exports.versions import DCAT, VERSION
from illicit_power.model.iris import CASE, CLAIM, ENTITY, VOCABULARY
from illicit_power.model.prefixes import Prefixes

AS: Final = Namespace("https://www.w3.org/ns/activitystreams#")
_KINDS: Final = {str(CLAIM): "claims", str(ENTITY): "entities", str(CASE): "cases", str(VOCABULARY): "concepts"}
_VANISHED: Final = "Gone, and without a tombstone."


def as_text(old: str, new: str, changes: Changes, prefixes: Prefixes) -> str:
    """The changes for reading.

    :param old: name of the earlier version
    :param new: name of the later version
    :param prefixes: to name things with
    """
    lines = [f"{old} → {new}", summary(changes)]
    for heading, entries in (
        ("Added", [f"+ {_named(thing, prefixes)}" for thing in changes.added]),
        ("Changed", [line for changed in changes.changed for line in _changed_lines(changed, prefixes)]),
        ("Withdrawn", [f"- {_withdrawal(thing, prefixes)}" for thing in changes.withdrawn]),
        (_VANISHED.rstrip("."), [f"! {_named(thing, prefixes)}" for thing in changes.vanished]),
    ):
        if entries:
            lines += ["", heading, *(f"  {entry}" for entry in entries)]
    return "\n".join(lines) + "\n"


def first_release_as_text(name: str, things: Mapping[str, Thing]) -> str:
    """What the first release holds; there is nothing to compare it with."""
    counts = Counter(next((kind for start, kind in _KINDS.items() if iri.startswith(start)), "terms") for iri in things)
    return f"{name}\nThe first release.\n\n" + "".join(
        f"  {kind:<9}{counts[kind]:>6,}\n" for kind in (*_KINDS.values(), "terms")
    )


def summary(changes: Changes) -> str:
    """The changes in one line: "3 added, 1 changed, 1 withdrawn."."""
    parts = [f"{len(changes.added)} added", f"{len(changes.changed)} changed", f"{len(changes.withdrawn)} withdrawn"]
    if changes.vanished:
        parts.append(f"{len(changes.vanished)} gone without a tombstone")
    return ", ".join(parts) + "."


def _named(thing: Thing, prefixes: Prefixes) -> str:
    name = prefixes.compact(thing.iri)
    return name if thing.label == thing.iri else f"{name}  {thing.label}"


def _changed_lines(changed: Changed, prefixes: Prefixes) -> Iterator[str]:
    yield f"~ {_named(changed.thing, prefixes)}"
    for sign, statements in (("-", changed.removed), ("+", changed.added)):
        for statement in statements:
            yield f"    {sign} {_statement(statement, changed.thing.iri, prefixes)}"


def _statement(statement: NTriple, iri: str, prefixes: Prefixes) -> str:
    """A statement without the subject where that is the thing itself; evidence is named by the end of its address."""
    subject, property_, value = statement
    compact = prefixes.compact
    part = subject[1:-1].removeprefix(iri)
    said = f"{compact(property_[1:-1])} {compact(value[1:-1]) if value.startswith('<') else value}"
    return f"{part} {said}" if part else said


def _withdrawal(thing: Thing, prefixes: Prefixes) -> str:
    instead = f" → {' , '.join(prefixes.compact(iri) for iri in thing.replaced_by)}" if thing.replaced_by else ""
    return f"{prefixes.compact(thing.iri)}{instead}" + (f"  {thing.reason}" if thing.reason else "")


def as_json(old: str, new: str, changes: Changes, _: Prefixes) -> str:
    """The changes for programs; statements are N-Triples without the final dot."""

    def described(thing: Thing) -> dict[str, Any]:
        return {"iri": thing.iri, "label": thing.label}

    document = {
        "old": old,
        "new": new,
        "added": [described(thing) for thing in changes.added],
        "changed": [
            {
                **described(changed.thing),
                "removed": [" ".join(statement) for statement in changed.removed],
                "added": [" ".join(statement) for statement in changed.added],
            }
            for changed in changes.changed
        ],
        "withdrawn": [
            {"iri": thing.iri, "replaced_by": list(thing.replaced_by), "reason": thing.reason}
            for thing in changes.withdrawn
        ],
        "vanished": [described(thing) for thing in changes.vanished],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def as_turtle(old: str | None, new: str, changes: Changes, prefixes: Prefixes) -> str:
    """The changes as an ordered collection of activities.

    :param old: name of the earlier version; None for the first release, which has none
    :param prefixes: to name things with
    """
    graph = Graph(bind_namespaces="none")
    Prefixes({**prefixes, "as": str(AS), "dcat": str(DCAT), "version": str(VERSION)}).bind_to(graph)
    version = VERSION[new]
    graph.add((version, RDF.type, PROV.Entity))
    graph.add((version, DCAT.version, Literal(new)))
    if old is None:
        return graph.serialize(format="turtle")
    graph.add((version, PROV.wasRevisionOf, VERSION[old]))
    graph.add((version, DCAT.previousVersion, VERSION[old]))
    activities: list[Node] = [*_activities(graph, changes, prefixes)]
    log = VERSION[f"{new}/changes"]
    graph.add((log, RDF.type, AS.OrderedCollection))
    graph.add((log, AS.context, version))
    graph.add((log, AS.totalItems, Literal(str(len(activities)), datatype=XSD.nonNegativeInteger)))
    items = BNode("items") if activities else RDF.nil
    Collection(graph, items, activities)
    graph.add((log, AS.items, items))
    return graph.serialize(format="turtle")


def _activities(graph: Graph, changes: Changes, prefixes: Prefixes) -> Iterator[BNode]:
    numbers = iter(range(len(changes.added) + len(changes.changed) + len(changes.withdrawn) + len(changes.vanished)))

    def activity(class_: URIRef, thing: Thing, summary: Iterable[str]) -> BNode:
        node = BNode(f"activity{next(numbers):06}")
        graph.add((node, RDF.type, class_))
        graph.add((node, AS.object, URIRef(thing.iri)))
        for text in summary:
            graph.add((node, AS.summary, Literal(text, lang="en")))
        return node

    for thing in changes.added:
        yield activity(AS.Create, thing, [thing.label])
    for changed in changes.changed:
        yield activity(AS.Update, changed.thing, ["\n".join(_changed_lines(changed, prefixes)).removeprefix("~ ")])
    for thing in changes.withdrawn:
        for replacement in thing.replaced_by:
            graph.add((URIRef(thing.iri), DCTERMS.isReplacedBy, URIRef(replacement)))
        yield activity(AS.Delete, thing, filter(None, [thing.reason]))
    for thing in changes.vanished:
        yield activity(AS.Delete, thing, [_VANISHED])


CHANGE_FORMATS: Final[dict[str, Callable[[str, str, Changes, Prefixes], str]]] = {
    "text": as_text,
    "ttl": as_turtle,
    "json": as_json,
}
"""The forms of the difference between two versions, by name."""
