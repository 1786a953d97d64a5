"""The example queries that come with the dataset (its graph ``graph/queries``)."""

from __future__ import annotations

from dataclasses import dataclass

from illicit_power.engine.query import Engine, select
from illicit_power.server.queries import stored_query


@dataclass(frozen=True)
class Example:
    """An example query.

    :ivar iri: its address
    :ivar title: the question it answers
    :ivar topic: what it is about
    :ivar text: SPARQL
    """

    iri: str
    title: str
    topic: str
    text: str


async def find_examples(engine: Engine) -> list[Example]:
    """All example queries of the dataset, by topic and title; none where another dataset is served."""
    rows = await select(engine, stored_query("examples"))
    return [
        Example(
            iri=row["query"].value,
            title=row["title"].value,
            topic=row["topic"].value if "topic" in row else "Questions",
            text=row["text"].value,
        )
        for row in rows
    ]
