"""SPARQL queries that are kept in files beside the modules that ask them."""

from __future__ import annotations

from importlib.resources import files


def read_query(package: str, name: str) -> str:
    """The text of a stored query.

    :param package: the package in whose folder the file is
    :param name: of the file, without its suffix ``rq``
    :raises FileNotFoundError: when there is none
    """
    return files(package).joinpath(f"{name}.rq").read_text(encoding="utf-8")
