"""A permanent link follows from what was asked of what, and from nothing else."""

from __future__ import annotations

from illicit_power.archive.permalinks import AskedQuery

TEXT = "ASK {\n}"
GRAPHS = ["http://example.org/a", "http://example.org/b"]


def path(
    text: str = TEXT, default_graphs: list[str] = GRAPHS, named_graphs: list[str] = GRAPHS, version: str = "1"
) -> str:
    return AskedQuery.of(text, default_graphs, named_graphs, version).path


def test_what_means_the_same_has_the_same_link() -> None:
    same = [
        path(),
        path(text=TEXT.replace("\n", "\r\n")),
        path(text=TEXT.replace("\n", "\r")),
        path(default_graphs=GRAPHS[::-1]),
        path(named_graphs=[*GRAPHS[::-1], *GRAPHS]),
    ]
    assert len(set(same)) == 1


def test_what_means_something_else_has_another_link() -> None:
    others = [
        path(),
        path(text=TEXT + "\n"),
        path(default_graphs=[]),
        path(named_graphs=[]),
        path(default_graphs=GRAPHS[:1]),
        path(version="2"),
    ]
    assert len(set(others)) == len(others)
