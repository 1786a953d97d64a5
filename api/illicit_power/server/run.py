"""Run the server in this process, and tell where it is."""

from __future__ import annotations

import socket
import sys

import uvicorn

from illicit_power.engine.errors import EngineFailure
from illicit_power.server.app import create_app
from illicit_power.server.settings import ServerSettings


class _AnnouncingServer(uvicorn.Server):
    """Prints the address once requests are accepted."""

    def __init__(self, config: uvicorn.Config, address: str, try_this: str | None) -> None:
        super().__init__(config)
        self._address, self._try_this = address, try_this

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.should_exit:
            return
        print(f"\nIllicit Power is at {self._address}/", flush=True)
        if self._try_this:
            print(f"Ask it something:\n\n  curl -G {self._address}/sparql -H 'Accept: text/csv' \\")
            print(f"    --data-urlencode 'query={self._try_this}'\n", flush=True)


def run(settings: ServerSettings, try_this: str | None) -> int:
    """Serve until interrupted.

    :param try_this: a query to show once the server is up
    :return: exit status
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        print(f"illicit-power: cannot listen on {place} ({error.strerror}): choose another --port", file=sys.stderr)
        return 2
    host = f"[{settings.host}]" if family == socket.AF_INET6 else settings.host
    address = f"http://{host}:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        create_app(settings), log_level="warning", lifespan="on", server_header=False, root_path=settings.root_path
    )
    server = _AnnouncingServer(config, address, try_this)
    try:
        server.run(sockets=[listener])
    except EngineFailure as error:
        print(f"illicit-power: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    return 0 if server.started else 2
