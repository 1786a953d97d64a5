"""Write the expected answer of every query anew, and the table of the data guide that repeats one of them.

Run by ``make answers``. Read the difference before you commit it.
"""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import httpx
from rdflib import SH, Graph

from illicit_power.dataset.compiled import compile_source
from illicit_power.dataset.snapshot import SnapshotStore
from illicit_power.dataset.source import Source
from tests.conftest import ROOT, running_server


def main() -> None:
    """Compile the dataset as it is, serve it, and store what each query answers."""
    with tempfile.TemporaryDirectory() as folder:
        snapshot = SnapshotStore(Path(folder)).publish(compile_source(Source(ROOT)), "")
        with running_server("--data", str(snapshot.quads)) as address:
            for path in Source(ROOT).queries:
                (text,) = Graph().parse(path).objects(None, SH.select)
                answer = httpx.get(f"{address}/sparql", params={"query": str(text)}, headers={"Accept": "text/csv"})
                answer.raise_for_status()
                path.with_suffix(".csv").write_text(answer.text.replace("\r\n", "\n"), encoding="utf-8")


def write_table() -> None:
    """Put the answer of ``claims-by-class`` into the data guide."""
    with (ROOT / "queries" / "claims-by-class.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            f"| {row['kind']} | {row['class'].removesuffix(' (claim)')} | {row['claims']} | {row['evidence']} |"
            for row in csv.DictReader(file)
        ]
    guide = ROOT / "docs" / "data-guide.md"
    head, rule, _ = guide.read_text(encoding="utf-8").partition("|---|---|---:|---:|\n")
    guide.write_text(head + rule + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
    write_table()
