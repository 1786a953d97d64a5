"""Prefixes: short names of namespaces, as Turtle and SPARQL write them (https://www.w3.org/TR/turtle/#prefixed-name)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from illicit_power.model.iris import BASE

if TYPE_CHECKING:
    from rdflib import Graph

_LOCAL_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


class Prefixes(Mapping[str, str]):
    """The namespace of each prefix of a dataset: those under our base first, then all others, each by name."""

    def __init__(self, namespaces: Mapping[str, str] | None = None) -> None:
        in_order = sorted((namespaces or {}).items(), key=lambda item: (not item[1].startswith(BASE), item[0]))
        self._namespaces = dict(in_order)

    def __getitem__(self, prefix: str) -> str:
        return self._namespaces[prefix]

    def __iter__(self) -> Iterator[str]:
        return iter(self._namespaces)

    def __len__(self) -> int:
        return len(self._namespaces)

    def __hash__(self) -> int:
        return hash(frozenset(self._namespaces.items()))

    def __repr__(self) -> str:
        return f"Prefixes({self._namespaces})"

    def compact(self, iri: str) -> str:
        """The prefixed name of an IRI, ``ips:SplinterOf``, or the IRI itself where no prefix fits."""
        for prefix, namespace in self._namespaces.items():
            if iri.startswith(namespace) and _LOCAL_NAME.fullmatch(iri[len(namespace) :]):
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    def expand(self, name: str) -> str:
        """The IRI of a prefixed name, or what is given where it is none."""
        prefix, colon, local_name = name.partition(":")
        is_prefixed = colon and prefix in self._namespaces and not local_name.startswith("//")
        return self._namespaces[prefix] + local_name if is_prefixed else name

    def declaration(self, prefix: str) -> str:
        """The line that declares a prefix in SPARQL.

        :raises KeyError: when there is no such prefix
        """
        return f"PREFIX {prefix}: <{self._namespaces[prefix]}>"

    def bind_to(self, graph: Graph) -> None:
        """Have a graph written with these prefixes."""
        for prefix, namespace in self._namespaces.items():
            graph.bind(prefix, namespace)
