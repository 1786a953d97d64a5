"""``illicit-power audit``: every citation of a case against the text that it cites."""

from __future__ import annotations

import argparse
from pathlib import Path

from rdflib import RDF

from illicit_power.cli.printing import print_problems, step
from illicit_power.cli.sources import add_source, source_of
from illicit_power.dataset.compiled import compile_source
from illicit_power.dataset.source import Source
from illicit_power.model.iris import IPS, case_graph
from illicit_power.model.layers import Layer
from illicit_power.quality.audit import SourceText, audit, coverage_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", type=Path, help="the source as plain text, UTF-8")
    parser.add_argument("--case", help="the case that rests on it (default: the only one)")
    parser.add_argument("--page-map", type=Path, help="table of line and page (default: page-map.tsv of the case)")
    add_source(parser)


def run(options: argparse.Namespace) -> int:
    source = source_of(options)
    case = _case(source, options.case)
    page_map = options.page_map or case / "page-map.tsv"
    text = SourceText.read(options.text, page_map)
    compiled = compile_source(source, step)
    description = compiled.graphs[case_graph(case.name, Layer.CASE)]
    work = description.value(description.value(None, RDF.type, IPS.Case), IPS.source)
    assert work is not None, "a case without a source does not compile"
    found = audit(compiled, work, text)
    print(coverage_table(text, found), end="\n\n")
    print_problems(found.problems)
    silent = len(found.explained)
    print(f"{found.evidence} pieces of evidence on {len(text.pages)} pages checked, {silent} paragraphs explained.")
    return 1 if found.problems else 0


def _case(source: Source, name: str | None) -> Path:
    """The folder of a case; of the only one where none is named.

    :raises ValueError: when there is no such case, or none is named and there are several
    """
    cases = {path.name: path for path in source.cases}
    if name is None and len(cases) == 1:
        (name,) = cases
    if name not in cases:
        wrong = f"there is no case {name}" if name else "there are several cases"
        raise ValueError(f"{wrong}: give --case and one of {', '.join(cases)}")
    return cases[name]
