"""``illicit-power cite``: BibTeX for the dataset, or for a query that a server keeps."""

from __future__ import annotations

import argparse
from pathlib import Path
from urllib.parse import urlsplit

from illicit_power import library
from illicit_power.archive.citations import bibtex_of_query
from illicit_power.archive.kept_queries import DamagedQuery, KeptQueries


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("address", nargs="?", help="of a kept query, https://…/q/…; without it, the dataset is cited")
    parser.add_argument("--kept-queries", type=Path, metavar="DIR", help="folder in which the server keeps it")


def run(options: argparse.Namespace) -> int:
    if options.address is None:
        print(library.cite(), end="")
        return 0
    if options.kept_queries is None:
        raise ValueError("a kept query is cited from the folder of its server: add --kept-queries DIR")
    parts = urlsplit(options.address)
    if not parts.scheme or not parts.netloc:
        raise ValueError(f"{options.address} is not where readers find the query: give the whole address, https://…")
    folder, _, last = parts.path.rpartition("/")
    id_ = last.partition(".")[0]
    try:
        kept = KeptQueries(options.kept_queries, 0, 0).find(id_)
    except DamagedQuery as error:
        raise ValueError(str(error)) from error
    if kept is None:
        raise ValueError(f"no query {id_} is kept in {options.kept_queries}")
    address = parts._replace(path=f"{folder}/{id_}", query="", fragment="").geturl()
    print(bibtex_of_query(kept, address), end="")
    return 0
