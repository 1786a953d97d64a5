"""Run the server in this process: on one address, until a signal ends it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from typing import cast

import uvicorn
from fastapi import FastAPI

from illicit_power.dataset.publication import NAME
from illicit_power.engine.errors import EngineFailure
from illicit_power.server.app import create_app
from illicit_power.server.connections import GuardedProtocol
from illicit_power.server.operating import logs
from illicit_power.server.serving.served_dataset import BrokenEdition, Edition, Serving
from illicit_power.server.settings import ServerSettings


class _Server(uvicorn.Server):
    """Tells where it is once requests are accepted, and takes new data up on SIGHUP.

    It runs the lifespan of the application itself: uvicorn would log what fails in it, and not raise it.
    """

    def __init__(self, config: uvicorn.Config, app: FastAPI, address: str, try_this: str | None) -> None:
        super().__init__(config)
        self._serving: Serving = app.state.serving
        self._app_lifespan = app.router.lifespan_context(app)
        self._address, self._try_this = address, try_this
        self._has_terminal = os.isatty(0)
        self._reloads: set[asyncio.Task[bool]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._hang_up)
        await self._app_lifespan.__aenter__()
        await super().startup(sockets)
        if self.should_exit:
            return
        print(f"\n{NAME} is at {self._address}/", flush=True)
        if self._try_this:
            print(f"Ask it something:\n\n  curl -G {self._address}/sparql -H 'Accept: text/csv' \\")
            print(f"    --data-urlencode 'query={self._try_this}'\n", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        await self._app_lifespan.__aexit__(None, None, None)

    def _hang_up(self) -> None:
        """Look for new data; but end where the signal says that the terminal is gone."""
        if self._has_terminal and not os.isatty(0):
            self.should_exit = True
        elif self._serving.is_ready:
            self._reload()

    def _reload(self) -> None:
        task = asyncio.get_running_loop().create_task(self._serving.reload())
        self._reloads.add(task)
        task.add_done_callback(self._reloads.discard)


def bind(host: str, port: int) -> socket.socket:
    """A TCP socket bound to an address, to listen on.

    asyncio turns Nagle's algorithm off (TCP_NODELAY, RFC 9293, 3.7.4) only for sockets that name their protocol; with
    it, each answer on a connection that is kept alive waits for the client's delayed acknowledgement.

    :raises OSError: when the address cannot be had
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def run(settings: ServerSettings, newest: Callable[[], Edition], try_this: str | None) -> int:
    """Serve until SIGTERM or SIGINT; requests that run then may end first.

    :param newest: what is to be served now; looked at again and again, so that new data is taken up
    :param try_this: a query to show once the server is up
    :return: exit status
    """
    logs.configure(settings.log_format, settings.log_level)
    app = create_app(settings, newest)
    try:
        listener = bind(settings.host, settings.port)
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        print(f"illicit-power: cannot listen on {place} ({error.strerror}): choose another --port", file=sys.stderr)
        return 2
    host = f"[{settings.host}]" if listener.family == socket.AF_INET6 else settings.host
    address = f"http://{host}:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        app,
        http=cast("type[asyncio.Protocol]", partial(GuardedProtocol, guard=app.state.connections)),
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        root_path=settings.root_path,
        server_header=False,
        h11_max_incomplete_event_size=settings.connection_limits.head_bytes,
        timeout_graceful_shutdown=settings.shutdown_timeout,
    )
    signal.signal(signal.SIGTERM, _already_ended)
    try:
        _Server(config, app, address, try_this).run(sockets=[listener])
    except (BrokenEdition, EngineFailure) as error:
        print(f"illicit-power: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


def _already_ended(*_: object) -> None:
    """uvicorn raises the signal that ended it once more, for others to see; here nobody is left to end."""
