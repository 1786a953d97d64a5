"""Names are looked up outside of the event loop, by processes that end when they must."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from illicit_power.dataset.prefixes import standard_prefixes
from illicit_power.engine.errors import EngineBusy, QueryTimeout, QueryTooCostly
from illicit_power.engine.pool.pool import EmbeddedEngine, Limits
from illicit_power.engine.query import Execution
from illicit_power.matching.index import Index
from illicit_power.server.reconciliation import answers
from illicit_power.server.reconciliation.pool import ReconciliationPool
from illicit_power.server.reconciliation.protocol import BadBatch
from tests.server.probes import eventually, write_data

SHORT = Limits(workers=1, timeout=1.0, queue_timeout=0.5, memory_bytes=256 << 20)

Scenario = Callable[[ReconciliationPool, EmbeddedEngine, list[Execution]], Awaitable[None]]


def endless(index: Index) -> None:
    while True:
        pass


def hungry(index: Index) -> int:
    return len(bytearray(1 << 30))


def process_id(index: Index) -> int:
    return os.getpid()


def run(tmp_path: Path, scenario: Scenario, limits: Limits = SHORT) -> None:
    async def main() -> None:
        executions: list[Execution] = []
        engine = await EmbeddedEngine.start([write_data(tmp_path / "data.ttl")], limits, prefixes=standard_prefixes())
        pool = ReconciliationPool(limits, executions.append, lambda: "somebody")
        try:
            await scenario(pool, engine, executions)
        finally:
            await pool.close()
            await engine.close()

    asyncio.run(main())


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_process_is_used_again_and_ends_with_the_pool(tmp_path: Path) -> None:
    first = 0

    async def scenario(pool: ReconciliationPool, engine: EmbeddedEngine, executions: list[Execution]) -> None:
        nonlocal first
        first = await pool.run(engine, process_id)
        assert first != os.getpid()
        with pytest.raises(BadBatch, match="An example"):
            await pool.run(engine, answers.match_10, "[]")
        assert await pool.run(engine, process_id) == first
        assert [execution.outcome for execution in executions] == ["answered", "abandoned", "answered"]

    run(tmp_path, scenario)
    assert not is_running(first)


def test_what_runs_past_its_deadline_is_ended_and_charged(tmp_path: Path) -> None:
    async def scenario(pool: ReconciliationPool, engine: EmbeddedEngine, executions: list[Execution]) -> None:
        first = await pool.run(engine, process_id)
        with pytest.raises(QueryTimeout, match="fewer names"):
            await pool.run(engine, endless)
        assert executions[-1].outcome == "QueryTimeout"
        assert executions[-1].ran >= SHORT.timeout
        assert await pool.run(engine, process_id) != first

    run(tmp_path, scenario)


def test_what_needs_too_much_memory_is_ended(tmp_path: Path) -> None:
    async def scenario(pool: ReconciliationPool, engine: EmbeddedEngine, _: list[Execution]) -> None:
        with pytest.raises(QueryTooCostly, match="256 MiB"):
            await pool.run(engine, hungry)
        assert await pool.run(engine, process_id)

    run(tmp_path, scenario)


def test_who_hangs_up_leaves_no_work_behind(tmp_path: Path) -> None:
    async def scenario(pool: ReconciliationPool, engine: EmbeddedEngine, executions: list[Execution]) -> None:
        first = await pool.run(engine, process_id)
        asking = asyncio.create_task(pool.run(engine, endless))
        await asyncio.sleep(0)
        with pytest.raises(EngineBusy):  # a client has one at a time, so this waits until the other one runs
            await pool.run(engine, process_id)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert executions[-1].outcome == "abandoned"
        await asyncio.to_thread(eventually, lambda: not is_running(first))
        assert await pool.run(engine, process_id) != first

    run(tmp_path, scenario, Limits(workers=1, timeout=60.0, queue_timeout=0.5, memory_bytes=256 << 20))
