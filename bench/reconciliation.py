"""How well reconciliation finds the right entity for a name: precision and recall over two sets of names.

The names are spelled as English-language and Arabic writing spells them. ``reconciliation-tuned.csv`` was at hand when
the scoring was made and tuned; ``reconciliation-held-out.csv`` was written afterwards. Each row says what should
happen: ``match``, the service decides for the expected entity; ``offer``, the name fits several or is too loose to
decide, so that one of the expected entities should be among the first candidates, unmatched; ``none``, there is
nothing to match.

Precision is the part of all decisions that are right; a decision on a row that wants none is wrong. Recall is the part
of the ``match`` rows that are decided rightly. Top 1 and top 3 are the parts of the rows with expected entities that
have one of these among the first one or three candidates.

    python -m bench.reconciliation [--data FILE]
"""

from __future__ import annotations

import argparse
import asyncio
import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from illicit_power.dataset.prefixes import standard_prefixes
from illicit_power.dataset.snapshot import SnapshotStore
from illicit_power.engine.pool.pool import EmbeddedEngine, Limits
from illicit_power.matching.index import Index
from illicit_power.matching.scoring import Candidate, Matcher, Question
from illicit_power.server.reconciliation.indexes import index_of

FOLDER = Path(__file__).parent
SETS = ("tuned", "held-out")


@dataclass(frozen=True)
class Case:
    """A name with what should become of it."""

    kind: str
    query: str
    type: str
    expected: tuple[str, ...]
    decision: str


@dataclass(frozen=True)
class Outcome:
    """What became of a name."""

    case: Case
    candidates: Sequence[Candidate]

    @property
    def decided(self) -> bool:
        return bool(self.candidates) and self.candidates[0].match

    @property
    def right(self) -> bool:
        """Whether the right thing was decided."""
        return self.decided and self.case.decision == "match" and self.within(1)

    @property
    def as_wanted(self) -> bool:
        """Whether everything is as it should be."""
        if self.case.decision == "match":
            return self.right
        return not self.decided and (not self.case.expected or self.within(3))

    def within(self, first: int) -> bool:
        """Whether an expected entity is among the first candidates."""
        return any(candidate.entity.id in self.case.expected for candidate in self.candidates[:first])


@dataclass(frozen=True)
class Measures:
    """Of a set of names, each from 0 to 1."""

    size: int
    precision: float
    recall: float
    top_1: float
    top_3: float


def cases(of: str) -> list[Case]:
    """The names of a set."""
    with (FOLDER / f"reconciliation-{of}.csv").open(encoding="utf-8", newline="") as lines:
        return [
            Case(row["kind"], row["query"], row["type"], tuple(row["expected"].split()), row["decision"])
            for row in csv.DictReader(lines)
        ]


def outcomes(index: Index, of: Iterable[Case]) -> list[Outcome]:
    """What becomes of names."""
    matcher = Matcher(index)
    return [Outcome(case, matcher.candidates(_question(case, index))) for case in of]


def measures(of: Sequence[Outcome]) -> Measures:
    """Precision and recall of outcomes."""
    right = sum(outcome.right for outcome in of)
    with_expected = [outcome for outcome in of if outcome.case.expected]
    return Measures(
        len(of),
        _part(right, sum(outcome.decided for outcome in of)),
        _part(right, sum(outcome.case.decision == "match" for outcome in of)),
        _part(sum(outcome.within(1) for outcome in with_expected), len(with_expected)),
        _part(sum(outcome.within(3) for outcome in with_expected), len(with_expected)),
    )


def _part(of: int, whole: int) -> float:
    return of / whole if whole else 1.0


def _question(case: Case, index: Index) -> Question:
    type_ = index.type(case.type) if case.type else None
    return Question(case.query, types=[type_] if type_ else [])


async def load(data: Path) -> Index:
    """The index of an RDF file."""
    engine = await EmbeddedEngine.start([data], Limits(workers=1), prefixes=standard_prefixes())
    try:
        return await index_of(engine)
    finally:
        await engine.close()


def _report(name: str, of: Sequence[Outcome]) -> str:
    found = measures(of)
    shares = (found.precision, found.recall, found.top_1, found.top_3)
    return f"{name:<16}{found.size:>6}" + "".join(f"{share:>11.3f}" for share in shares)


def main() -> None:
    """Print the measures of both sets, by kind of name, and the names that went wrong."""
    parser = argparse.ArgumentParser(description="Precision and recall of reconciliation.")
    parser.add_argument("--data", type=Path, help="RDF file; without it, the current snapshot (illicit-power build)")
    options = parser.parse_args()
    data: Path | None = options.data
    if data is None and (current := SnapshotStore(Path("snapshots")).current()):
        data = current.quads
    if data is None:
        parser.error("there is no snapshot yet: run illicit-power build, or give --data")
    index = asyncio.run(load(data))
    for name in SETS:
        found = outcomes(index, cases(name))
        print(f"{name:<16}{'names':>6}{'precision':>11}{'recall':>11}{'top 1':>11}{'top 3':>11}")
        for kind in dict.fromkeys(outcome.case.kind for outcome in found):
            print(_report(f"  {kind}", [outcome for outcome in found if outcome.case.kind == kind]))
        print(_report("  all", found))
        for outcome in found:
            if not outcome.as_wanted:
                first = [f"{each.entity.id} {each.score:.0f}" for each in outcome.candidates[:3]]
                said = "matched" if outcome.decided else "not matched"
                print(
                    f"  ! {outcome.case.query}: wanted {outcome.case.decision}, {said}: {', '.join(first) or 'nothing'}"
                )
        print()


if __name__ == "__main__":
    main()
