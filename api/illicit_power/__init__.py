"""Illicit Power: linked open data about illicit power structures, with the source of every statement.

In Python: ``illicit_power.select(query)``, ``ask``, ``construct``, ``rdflib_dataset()``, ``tables()`` and ``table(name)``; see
``docs/python.md``. They are loaded when they are first used, so that importing the package costs nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from illicit_power.library import ask, construct, rdflib_dataset, select, table, tables

__version__ = "0.1.0"

__all__ = ["__version__", "ask", "construct", "rdflib_dataset", "select", "table", "tables"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from illicit_power import library

    return getattr(library, name)


def __dir__() -> list[str]:
    return __all__
