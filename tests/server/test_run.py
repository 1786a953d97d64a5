"""The socket that the server listens on."""

from __future__ import annotations

import asyncio
import socket

import pytest

from illicit_power.server.run import bind


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_answers_are_sent_without_waiting_for_acknowledgements(host: str) -> None:
    async def option_of_an_accepted_connection() -> int:
        accepted: asyncio.Future[asyncio.StreamWriter] = asyncio.get_running_loop().create_future()

        async def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted.set_result(writer)

        listener = bind(host, 0)
        async with await asyncio.start_server(accept, sock=listener):
            _, client = await asyncio.open_connection(*listener.getsockname()[:2])
            writer = await accepted
            option: int = writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            for end in (client, writer):
                end.close()
                await end.wait_closed()
        return option

    assert asyncio.run(option_of_an_accepted_connection())
