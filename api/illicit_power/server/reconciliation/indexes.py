"""The index of names of each dataset that is served.

An index belongs to one engine and never changes; a new dataset comes with a new engine, and so gets a new index.
"""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

from illicit_power.engine.query import Engine, select
from illicit_power.matching.index import Index, build_index
from illicit_power.matching.queries import stored_query

_indexes: WeakKeyDictionary[Engine, asyncio.Task[Index]] = WeakKeyDictionary()


async def index_of(engine: Engine) -> Index:
    """The index of the dataset that an engine answers from; made once, when it is first wanted.

    :raises QueryError: when the engine could not answer
    """
    task = _indexes.get(engine)
    if task is None or (task.done() and (task.cancelled() or task.exception())):
        task = asyncio.create_task(_build(engine))
        _indexes[engine] = task
    return await asyncio.shield(task)


async def _build(engine: Engine) -> Index:
    entity_rows = await select(engine, stored_query("entities"))
    term_rows = await select(engine, stored_query("terms"))
    return await asyncio.to_thread(build_index, entity_rows, term_rows, engine.prefixes)
