"""The command line, ``illicit-power COMMAND``: one module of this package for each command.

Only the module of the command that is asked for is imported, so that checking a file loads no web server and asking
for help loads nothing at all.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final, Protocol, cast

from illicit_power import __version__
from illicit_power.cli.extras import extra_with
from illicit_power.cli.printing import print_problems
from illicit_power.dataset.problem import InvalidSource

COMMANDS: Final = {
    "build": "compile and check the source files, and publish a snapshot",
    "validate": "check the source files",
    "reason": "check ontology and data with the OWL reasoner HermiT",
    "audit": "check every citation against your own copy of the source",
    "serve": "serve the current snapshot, building it first where needed",
    "export": "write the dataset as files, in the formats of your trade",
    "diff": "what was added, changed and withdrawn from one version to another",
    "match": "find the things that names stand for, in any spelling",
    "describe": "write all that the dataset says of a thing",
    "cite": "write BibTeX for the dataset, or for a kept query",
    "release": "record the dataset as it is now as a release, in data/releases",
}
"""The commands, each a module of this package, with what it does."""


class Command(Protocol):
    """What the module of a command has."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options and arguments of the command."""

    def run(self, options: argparse.Namespace) -> int:
        """Do it; returns the exit status, or raises what :func:`main` knows."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status: 0 well, 1 the data is wrong, 2 the command is."""
    words = sys.argv[1:] if arguments is None else arguments
    asked = next((word for word in words if not word.startswith("-")), "")
    parser = argparse.ArgumentParser(
        prog="illicit-power",
        description="Build, check and serve linked open data about illicit power structures.",
    )
    parser.add_argument("--version", action="version", version=f"illicit-power {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    parsers = {name: commands.add_parser(name, help=purpose) for name, purpose in COMMANDS.items()}
    try:
        if asked in parsers:
            command = cast("Command", import_module(f"{__name__}.{asked}"))
            command.add_arguments(parsers[asked])
            return command.run(parser.parse_args(words))
        parser.parse_args(words)
    except InvalidSource as error:
        print_problems(error.problems)
        return 1
    except (FileNotFoundError, ValueError) as error:
        print(f"illicit-power: {error}", file=sys.stderr)
    except ModuleNotFoundError as error:
        if not (extra := extra_with(error.name)):
            raise
        print(f"illicit-power: this needs more packages: pip install 'illicit-power[{extra}]'", file=sys.stderr)
    return 2
