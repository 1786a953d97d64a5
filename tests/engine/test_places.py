"""Places for queries: who gets one, and who waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from illicit_power.engine.places import Places

PATIENCE = 60.0


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        await scenario()

    asyncio.run(main())


def test_one_asker_leaves_a_place_for_another() -> None:
    async def scenario() -> None:
        places = Places(2, share=1)
        await places.take("a", PATIENCE)
        second = asyncio.create_task(places.take("a", PATIENCE))
        await asyncio.sleep(0)
        assert (places.waiting, places.waiting_of("a"), places.waiting_of("b")) == (1, 1, 0)
        await places.take("b", PATIENCE)
        assert (places.taken, second.done()) == (2, False)
        places.give_back("a")
        await second
        assert (places.taken, places.waiting) == (2, 0)

    run(scenario)


def test_whoever_waits_is_served_in_turn_and_passed_only_where_its_share_is_used_up() -> None:
    async def scenario() -> None:
        places = Places(2, share=1)
        order: list[str] = []

        async def take(asker: str) -> None:
            await places.take(asker, PATIENCE)
            order.append(asker)

        await take("a")
        await take("b")
        waiting = [asyncio.create_task(take(asker)) for asker in ("a", "c", "d")]
        await asyncio.sleep(0)
        for asker in ("b", "c", "a"):
            places.give_back(asker)
            await asyncio.sleep(0)
        await asyncio.gather(*waiting)
        assert order == ["a", "b", "c", "d", "a"]

    run(scenario)


def test_nobody_in_particular_may_hold_all() -> None:
    async def scenario() -> None:
        places = Places(2, share=1)
        await places.take("", PATIENCE)
        await places.take("", PATIENCE)
        assert places.taken == 2

    run(scenario)


@pytest.mark.parametrize("share", [0, 1])
def test_a_place_that_is_waited_for_in_vain_is_not_lost(share: int) -> None:
    async def scenario() -> None:
        places = Places(1, share)
        await places.take("a", PATIENCE)
        with pytest.raises(TimeoutError):
            await places.take("b", 0)
        waiting = asyncio.create_task(places.take("b", PATIENCE))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert (places.taken, places.waiting) == (1, 0)
        granted = asyncio.create_task(places.take("b", PATIENCE))
        await asyncio.sleep(0)
        places.give_back("a")
        granted.cancel()
        await asyncio.gather(granted, return_exceptions=True)
        assert (places.taken, places.waiting) == (0, 0)

    run(scenario)
