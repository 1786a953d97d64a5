"""The layers of a case: each is a named graph of its own, ``…/graph/<case>/<layer>``."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Layer(StrEnum):
    """What the statements of a named graph are. The name is the last part of the graph's IRI."""

    CASE = "case"
    """The case itself: its source, its pages, its time."""
    ENTITIES = "entities"
    """What claims speak of."""
    CLAIMS = "claims"
    """Claims with their evidence."""
    LINKS = "links"
    """Matches with things in other datasets."""
    COORDINATES = "coordinates"
    """Where places lie, from elsewhere."""
    WITHDRAWN = "withdrawn"
    """Tombstones of things that are gone."""
    DERIVED = "derived"
    """What the build writes out: defaults, bounds of times, labels, the prefix of the case."""
    DIRECT = "direct"
    """The direct links that follow from asserted claims."""
    IMPLICIT = "implicit"
    """Direct links that rest on the reader's inference alone."""
    INFERRED = "inferred"
    """What the ontology entails."""


WITH_A_FILE: Final = frozenset({Layer.CASE, Layer.COORDINATES, Layer.LINKS, Layer.WITHDRAWN})
"""The layers that a file of that name in the folder of a case belongs to."""

FOLLOWING: Final = frozenset({Layer.DIRECT, Layer.IMPLICIT, Layer.INFERRED})
"""The layers that follow from the others alone."""

OUTSIDE_OF_OWL: Final = frozenset({Layer.INFERRED, Layer.LINKS, Layer.COORDINATES})
"""The layers that the reasoner does not read: what the build itself inferred, and what other datasets say."""

_BY_NAME: Final = {layer.value: layer for layer in Layer}


def layer_named(name: str) -> Layer | None:
    """The layer of a name, if there is one."""
    return _BY_NAME.get(name)


def layer_of(graph: str) -> Layer | None:
    """The layer that a named graph is; None where it is none of a case.

    :param graph: its IRI
    """
    return layer_named(graph.rpartition("/")[2])
