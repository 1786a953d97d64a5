"""The permits of the semaphore: who gets one, and who waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from illicit_power.engine.pool.fair_semaphore import FairSemaphore

PATIENCE = 60.0


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        await scenario()

    asyncio.run(main())


def test_one_client_leaves_a_permit_for_another() -> None:
    async def scenario() -> None:
        semaphore = FairSemaphore(2, share=1)
        await semaphore.acquire("a", PATIENCE)
        second = asyncio.create_task(semaphore.acquire("a", PATIENCE))
        await asyncio.sleep(0)
        assert (semaphore.waiting, semaphore.waiting_of("a"), semaphore.waiting_of("b")) == (1, 1, 0)
        await semaphore.acquire("b", PATIENCE)
        assert (semaphore.held, second.done()) == (2, False)
        semaphore.release("a")
        await second
        assert (semaphore.held, semaphore.waiting) == (2, 0)

    run(scenario)


def test_whoever_waits_is_served_in_turn_and_passed_only_where_its_share_is_used_up() -> None:
    async def scenario() -> None:
        semaphore = FairSemaphore(2, share=1)
        order: list[str] = []

        async def acquire(client: str) -> None:
            await semaphore.acquire(client, PATIENCE)
            order.append(client)

        await acquire("a")
        await acquire("b")
        waiting = [asyncio.create_task(acquire(client)) for client in ("a", "c", "d")]
        await asyncio.sleep(0)
        for client in ("b", "c", "a"):
            semaphore.release(client)
            await asyncio.sleep(0)
        await asyncio.gather(*waiting)
        assert order == ["a", "b", "c", "d", "a"]

    run(scenario)


def test_nobody_in_particular_may_hold_all() -> None:
    async def scenario() -> None:
        semaphore = FairSemaphore(2, share=1)
        await semaphore.acquire("", PATIENCE)
        await semaphore.acquire("", PATIENCE)
        assert semaphore.held == 2

    run(scenario)


@pytest.mark.parametrize("share", [0, 1])
def test_a_permit_that_is_waited_for_in_vain_is_not_lost(share: int) -> None:
    async def scenario() -> None:
        semaphore = FairSemaphore(1, share)
        await semaphore.acquire("a", PATIENCE)
        with pytest.raises(TimeoutError):
            await semaphore.acquire("b", 0)
        waiting = asyncio.create_task(semaphore.acquire("b", PATIENCE))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert (semaphore.held, semaphore.waiting) == (1, 0)
        granted = asyncio.create_task(semaphore.acquire("b", PATIENCE))
        await asyncio.sleep(0)
        semaphore.release("a")
        granted.cancel()
        await asyncio.gather(granted, return_exceptions=True)
        assert (semaphore.held, semaphore.waiting) == (0, 0)

    run(scenario)
