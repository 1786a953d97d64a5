"""``illicit-power validate``: what is wrong with the source files, for people and for programs."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from illicit_power.cli.printing import print_problems, step
from illicit_power.cli.sources import add_source, source_of
from illicit_power.dataset.problem import InvalidSource
from illicit_power.quality.validation import compile_and_check


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", type=Path, help="report only what is wrong in these files")
    parser.add_argument("--format", choices=("text", "json", "ttl"), default="text", help="ttl is the SHACL report")
    add_source(parser)


def run(options: argparse.Namespace) -> int:
    wanted = {path.resolve() for path in options.files}
    if missing := sorted(str(path) for path in wanted if not path.is_file()):
        raise FileNotFoundError(f"no such file: {', '.join(missing)}")
    report = None
    try:
        validated = compile_and_check(source_of(options), step)
        problems, report = validated.problems, validated.report
        if strangers := wanted - {file.path.resolve() for file in validated.compiled.files}:
            raise ValueError(f"not a file of this source: {', '.join(map(str, strangers))}")
    except InvalidSource as error:
        problems = error.problems
    if wanted:
        problems = [problem for problem in problems if problem.path and problem.path.resolve() in wanted]
    match options.format:
        case "json":
            listed = [{**asdict(problem), "path": str(problem.path or "")} for problem in problems]
            print(json.dumps({"conforms": not problems, "problems": listed}, indent=2))
        case "ttl" if report is not None:
            print(report.serialize(format="turtle"))
        case _:
            print_problems(problems)
            if not problems:
                print("No problems found.")
    return 1 if problems else 0
