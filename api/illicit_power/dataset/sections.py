"""The sections of a source, as its case maps them: from which paragraph to which, and the phase that each tells of."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import Graph, Literal
from rdflib.term import Node

from illicit_power.model.iris import IPS

Place = tuple[int, ...]
"""A page, and a paragraph on it."""


@dataclass(frozen=True)
class Section:
    """A section.

    :ivar first: where it begins
    :ivar last: where it ends
    :ivar phase: the phase that it tells of; None where it tells of no single one
    """

    iri: Node
    first: Place
    last: Place
    phase: Node | None


def sections_of(case: Graph) -> list[Section]:
    """The sections of the source of a case, in their order.

    :param case: the description of the case, with each section as ``ips:hasSection``
    """
    sections = [
        Section(
            section,
            _place(case, section, "firstPage", "firstParagraph"),
            _place(case, section, "lastPage", "lastParagraph"),
            case.value(section, IPS.tellsOf),
        )
        for section in case.objects(None, IPS.hasSection)
    ]
    return sorted(sections, key=lambda section: section.first)


def _place(case: Graph, section: Node, page: str, paragraph: str) -> Place:
    numbers = (case.value(section, IPS[name]) for name in (page, paragraph))
    return tuple(int(number.toPython()) if isinstance(number, Literal) else 0 for number in numbers)
