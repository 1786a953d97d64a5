"""Illicit Power: linked open data about illicit power structures, with the source of every statement.

In Python: ``select``, ``ask`` and ``construct`` for queries, ``table`` and ``tables`` for tables, ``rdflib_dataset``
for the graphs, ``match`` to find things by name, ``describe`` for all that is said of one, ``cite`` for BibTeX; see
``docs/python.md``. They are loaded when first used: importing the package costs nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from illicit_power.library import ask, cite, construct, describe, match, rdflib_dataset, select, table, tables

__version__ = "0.2.0"

__all__ = [
    "__version__",
    "ask",
    "cite",
    "construct",
    "describe",
    "match",
    "rdflib_dataset",
    "select",
    "table",
    "tables",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from illicit_power import library

    return getattr(library, name)


def __dir__() -> list[str]:
    return __all__
