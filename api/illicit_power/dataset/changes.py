"""What is different between two versions of the dataset: things added, changed and withdrawn.

A *thing* is whatever has an address that others may point to: an entity, a claim with its evidence, a case, a concept,
a term of the ontology.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph
from rdflib import DCTERMS, OWL, RDFS, SKOS

from illicit_power.dataset.prefixes import prefixes_in
from illicit_power.dataset.snapshot import QUADS, version_of
from illicit_power.model.iris import CASE, CLAIM, ENTITY, IPS, VOCABULARY
from illicit_power.model.layers import FOLLOWING, layer_of
from illicit_power.model.prefixes import Prefixes

NTriple = tuple[str, str, str]
"""Subject, property and value in N-Triples; a blank node is the digest of what is said of it."""

PUBLISHED_NAMESPACES: Final = tuple(str(namespace) for namespace in (ENTITY, CLAIM, CASE, VOCABULARY, IPS))

_FINGERPRINT_DIGITS: Final = 16

_Term = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple
_Said = defaultdict[_Term, list[pyoxigraph.Quad]]


@dataclass(frozen=True)
class Thing:
    """A thing with an address of ours, in one version of the dataset.

    :ivar label: its name; the address where it has none
    :ivar fingerprint: digest of its statements
    :ivar statements: what is said of it, and of its evidence; None where only the fingerprint is known
    :ivar withdrawn: whether it is a tombstone (``owl:deprecated``)
    :ivar replaced_by: the addresses to use in its place
    :ivar reason: why it was withdrawn
    """

    iri: str
    label: str
    fingerprint: str
    statements: frozenset[NTriple] | None = None
    withdrawn: bool = False
    replaced_by: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Changed:
    """A thing of which other things are said than before.

    :ivar removed: statements that are no longer there; empty where the old ones are not known
    :ivar added: statements that are new; empty where the old ones are not known
    """

    thing: Thing
    removed: tuple[NTriple, ...] = ()
    added: tuple[NTriple, ...] = ()


@dataclass(frozen=True)
class Changes:
    """The difference between two versions.

    :ivar withdrawn: things that have a tombstone now
    :ivar vanished: things that are gone without one, which must not happen to a published one
    """

    added: list[Thing] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    withdrawn: list[Thing] = field(default_factory=list)
    vanished: list[Thing] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.withdrawn or self.vanished)


def diff(old: Mapping[str, Thing], new: Mapping[str, Thing]) -> Changes:
    """What has changed from one version to another, each list by address."""
    changes = Changes()
    for iri in sorted(old.keys() | new.keys()):
        before, after = old.get(iri), new.get(iri)
        if before is None and after is not None:
            changes.added.append(after)
        elif after is None and before is not None:
            changes.vanished.append(before)
        elif before is not None and after is not None and before.fingerprint != after.fingerprint:
            if after.withdrawn:
                changes.withdrawn.append(after)
            else:
                changes.changed.append(_changed(before, after))
    return changes


def _changed(before: Thing, after: Thing) -> Changed:
    if before.statements is None or after.statements is None:
        return Changed(after)
    removed, added = before.statements - after.statements, after.statements - before.statements
    return Changed(after, tuple(sorted(removed)), tuple(sorted(added)))


def things(quads: Iterable[pyoxigraph.Quad]) -> dict[str, Thing]:
    """The things of a dataset by address.

    What follows from claims and ontology alone, the direct links and the inferred types, does not count: a new claim
    about a group is no change of the group.
    """
    said = _Said(list)
    for quad in quads:
        if isinstance(quad.graph_name, pyoxigraph.NamedNode) and layer_of(quad.graph_name.value) not in FOLLOWING:
            said[quad.subject].append(quad)
    parts: defaultdict[str, list[pyoxigraph.NamedNode]] = defaultdict(list)
    for subject in said:
        if isinstance(subject, pyoxigraph.NamedNode) and subject.value.startswith(PUBLISHED_NAMESPACES):
            parts[_owner(subject.value)].append(subject)
    return {iri: _thing(iri, parts[iri], said) for iri in sorted(parts)}


class VersionContent(NamedTuple):
    """A version of the dataset: its name, its things, and the prefixes that it declares."""

    name: str
    things: dict[str, Thing]
    prefixes: Prefixes


def read_version(path: Path) -> VersionContent:
    """What is in a version of the dataset.

    :param path: the folder of a snapshot, or an N-Quads file
    :raises FileNotFoundError: when there is neither
    :raises ValueError: when the file is not N-Quads
    """
    quads = path / QUADS if path.is_dir() else path
    if not quads.is_file():
        raise FileNotFoundError(f"{path} is neither the folder of a snapshot nor an N-Quads file")
    content = quads.read_bytes()
    try:
        parsed = list(pyoxigraph.parse(content, format=pyoxigraph.RdfFormat.N_QUADS))
    except SyntaxError as error:
        raise ValueError(f"{path} is not N-Quads: line {error.lineno}: {error.msg}") from None
    return VersionContent(version_of(hashlib.sha256(content).hexdigest()), things(parsed), prefixes_in(parsed))


def _owner(iri: str) -> str:
    """The claim that a piece of evidence belongs to; anything else belongs to itself."""
    return iri.partition("#")[0] if iri.startswith(str(CLAIM)) else iri


def _thing(iri: str, parts: list[pyoxigraph.NamedNode], said: _Said) -> Thing:
    statements = frozenset(
        (str(part), str(quad.predicate), _form(quad.object, said)) for part in parts for quad in said[part]
    )
    own: defaultdict[str, list[str]] = defaultdict(list)
    for quad in said.get(pyoxigraph.NamedNode(iri), []):
        if isinstance(quad.object, pyoxigraph.NamedNode | pyoxigraph.Literal):
            own[quad.predicate.value].append(quad.object.value)
    return Thing(
        iri,
        label=min(own[str(SKOS.prefLabel)] or own[str(RDFS.label)], default=iri),
        fingerprint=_digest(statements),
        statements=statements,
        withdrawn="true" in own[str(OWL.deprecated)],
        replaced_by=tuple(sorted(own[str(DCTERMS.isReplacedBy)])),
        reason=" ".join(sorted(own[str(SKOS.changeNote)])),
    )


def _form(term: _Term, said: _Said) -> str:
    """A term in N-Triples. A blank node, whose label means nothing in another version, is what is said of it."""
    if not isinstance(term, pyoxigraph.BlankNode):
        return str(term)
    # Taken out while it is described, so that nodes that point to each other come to an end.
    quads = said.pop(term, [])
    try:
        return f"[{_digest((str(quad.predicate), _form(quad.object, said)) for quad in quads)}]"
    finally:
        if quads:
            said[term] = quads


def _digest(statements: Iterable[tuple[str, ...]]) -> str:
    return hashlib.sha256(repr(sorted(statements)).encode()).hexdigest()[:_FINGERPRINT_DIGITS]
