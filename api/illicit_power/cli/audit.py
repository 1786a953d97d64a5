"""``illicit-power audit``: every citation of a case against the text that it cites."""

from __future__ import annotations

import argparse
from pathlib import Path

from rdflib import RDF

from illicit_power.cli.printing import print_problems, step
from illicit_power.cli.sources import add_source, source_of
from illicit_power.dataset.compiled import compile_source
from illicit_power.model.iris import IPS, case_graph
from illicit_power.quality.audit import SourceText, audit, coverage_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", type=Path, help="the source as plain text, UTF-8")
    parser.add_argument("--case", default="jam", help="the case that rests on it (default: %(default)s)")
    parser.add_argument("--page-map", type=Path, help="table of line and page (default: page-map.tsv of the case)")
    add_source(parser)


def run(options: argparse.Namespace) -> int:
    source = source_of(options)
    page_map = options.page_map or source.root / "data" / options.case / "page-map.tsv"
    text = SourceText.read(options.text, page_map)
    compiled = compile_source(source, step)
    case = compiled.graphs.get(case_graph(options.case, "case"))
    if case is None:
        raise ValueError(f"there is no case {options.case}: use {', '.join(path.name for path in source.cases)}")
    work = case.value(case.value(None, RDF.type, IPS.Case), IPS.source)
    assert work is not None, "a case without a source does not compile"
    found = audit(compiled, work, text)
    print(coverage_table(text, found), end="\n\n")
    print_problems(found.problems)
    silent = len(found.explained)
    print(f"{found.evidence} pieces of evidence on {len(text.pages)} pages checked, {silent} paragraphs explained.")
    return 1 if found.problems else 0
