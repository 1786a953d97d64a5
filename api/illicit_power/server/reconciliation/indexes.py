"""The index of names of each dataset that is served.

An index belongs to one engine and never changes; a new dataset comes with a new engine, and so gets a new index.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from illicit_power.engine.query import Engine, select
from illicit_power.matching.index import Index, build_index
from illicit_power.matching.queries import stored_query


@dataclass(eq=False)
class _Building:
    """An index that is made, or is being made.

    :ivar askers: requests that wait for it
    """

    task: asyncio.Task[Index]
    askers: int = 0

    @property
    def has_failed(self) -> bool:
        return self.task.done() and (self.task.cancelled() or self.task.exception() is not None)


_buildings: WeakKeyDictionary[Engine, _Building] = WeakKeyDictionary()


async def index_of(engine: Engine) -> Index:
    """The index of the dataset that an engine answers from; made once, when it is first wanted.

    It is given up when nobody waits for it any more.

    :raises QueryError: when the engine could not answer
    """
    building = _buildings.get(engine)
    if building is None or building.has_failed:
        building = _buildings[engine] = _Building(asyncio.create_task(_build(engine)))
    building.askers += 1
    try:
        return await asyncio.shield(building.task)
    finally:
        building.askers -= 1
        if not building.askers and not building.task.done():
            building.task.cancel()
            del _buildings[engine]


async def _build(engine: Engine) -> Index:
    entity_rows = await select(engine, stored_query("entities"))
    term_rows = await select(engine, stored_query("terms"))
    return await asyncio.to_thread(build_index, entity_rows, term_rows, engine.prefixes)
