"""Who really asks, where trusted proxies stand between: what they forward is believed from them and nobody else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

Headers = Sequence[tuple[bytes, bytes]]

_FORWARDED: Final = {
    b"x-forwarded-for",
    b"x-forwarded-proto",
    b"x-forwarded-host",
    b"request-id",
    b"x-request-id",
}
_WITH_PORT: Final = re.compile(r"\[(?P<v6>[^\]]+)\](?::\d+)?|(?P<v4>\d+(?:\.\d+){3}):\d+")
_HOST: Final = re.compile(rb"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


class TrustedProxies:
    """The proxies whose word is taken for who asks, and how."""

    def __init__(self, listed: str) -> None:
        """
        :param listed: addresses and networks (CIDR), separated by spaces
        :raises ValueError: when one is neither
        """
        try:
            self._networks = tuple(ip_network(item) for item in listed.split())
        except ValueError as error:
            raise ValueError(f"trusted proxies: {error}; give addresses or networks, such as 10.0.0.0/8") from None

    def trusts(self, address: str) -> bool:
        """Whether an IP address is that of a trusted proxy."""
        found = parse_address(address)
        return found is not None and any(found in network for network in self._networks)

    def client(self, peer: str, forwarded_for: str) -> str:
        """The address of whoever asks: the last hop that no trusted proxy made.

        :param peer: the address at the other end of the connection
        :param forwarded_for: X-Forwarded-For, to which every proxy adds at the right the address that it serves
        """
        client = peer
        for hop in reversed(forwarded_for.split(",")):
            if not self.trusts(client):
                break
            address = parse_address(hop.strip())
            if address is None:
                break
            client = str(address)
        return client


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """An IP address as written, with or without a port; an IPv4 address in IPv6 dress (RFC 4291, 2.5.5.2) is IPv4."""
    if found := _WITH_PORT.fullmatch(text):
        text = found["v6"] or found["v4"]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


class Forwarded:
    """ASGI middleware that puts the client, scheme and host that a trusted proxy forwards in place of the proxy's own.

    From anybody else the headers that only a proxy may set are dropped, so that nothing further in can believe them.
    """

    def __init__(self, app: ASGIApp, proxies: TrustedProxies) -> None:
        self._app, self._proxies = app, proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            peer, port = scope.get("client") or ("", 0)
            headers: Headers = scope["headers"]
            if self._proxies.trusts(peer):
                client = self._proxies.client(peer, _joined(headers, b"x-forwarded-for").decode("latin-1"))
                scope["client"] = (client, port if client == peer else 0)
                scheme = _last(headers, b"x-forwarded-proto")
                if scheme in (b"http", b"https"):
                    scope["scheme"] = scheme.decode()
                host = _last(headers, b"x-forwarded-host")
                if _HOST.fullmatch(host):
                    scope["headers"] = [(b"host", host), *(item for item in headers if item[0] != b"host")]
            else:
                scope["headers"] = [item for item in headers if item[0] not in _FORWARDED]
        await self._app(scope, receive, send)


def _joined(headers: Headers, name: bytes) -> bytes:
    return b",".join(value for key, value in headers if key == name)


def _last(headers: Headers, name: bytes) -> bytes:
    """What the nearest proxy says, where each adds to what it was sent."""
    return _joined(headers, name).rpartition(b",")[2].strip()
