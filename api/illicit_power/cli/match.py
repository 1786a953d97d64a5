"""``illicit-power match``: the things that names stand for, in any spelling or script."""

from __future__ import annotations

import argparse
import csv
import json
import sys

from illicit_power import library

_COLUMNS = ("query", "iri", "name", "score", "match")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="+", metavar="NAME", help="a name, or - for names on standard input, one a line")
    parser.add_argument("--kind", metavar="CLASS", help="a class that they must belong to, such as Person")
    parser.add_argument("--limit", type=int, default=5, help="the most candidates for a name (default: %(default)s)")
    parser.add_argument("--format", choices=("text", "csv", "json"), default="text", help="default: %(default)s")


def run(options: argparse.Namespace) -> int:
    names = [line for name in options.names for line in (sys.stdin.read().splitlines() if name == "-" else [name])]
    found = {name: library.match(name, options.kind, options.limit) for name in names if name.strip()}
    match options.format:
        case "json":
            print(json.dumps(found, indent=2, ensure_ascii=False))
        case "csv":
            writer = csv.DictWriter(sys.stdout, _COLUMNS, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            for name, candidates in found.items():
                writer.writerows({"query": name, **candidate} for candidate in candidates or [{}])
        case _:
            for name, candidates in found.items():
                print(f"{name}: {'' if candidates else 'nothing here has a name like this'}".rstrip())
                for one in candidates:
                    print(f"  {one['score']:5.1f} {'match' if one['match'] else '':<5} {one['iri']}  {one['name']}")
    return 0
