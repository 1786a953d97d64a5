"""``illicit-power describe``: all that the dataset says of a thing."""

from __future__ import annotations

import argparse

from illicit_power import library
from illicit_power.engine.formats import GRAPH_FORMATS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "thing", help="its IRI, its prefixed name (entity:basra), or the end of an entity's IRI (basra)"
    )
    names = [format_.name for format_ in GRAPH_FORMATS]
    parser.add_argument("--format", choices=names, default=names[0], help="default: %(default)s")


def run(options: argparse.Namespace) -> int:
    try:
        print(library.describe(options.thing, options.format).rstrip("\n"))
    except LookupError as error:
        raise ValueError(str(error)) from None
    return 0
