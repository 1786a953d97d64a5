"""Client addresses: who asks, also where trusted proxies stand between."""

from __future__ import annotations

import re
from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

_WITH_PORT: Final = re.compile(r"\[(?P<v6>[^\]]+)\](?::\d+)?|(?P<v4>\d+(?:\.\d+){3}):\d+")


class TrustedProxies:
    """The proxies whose word is taken for who asks, and how."""

    def __init__(self, networks: Collection[IPv4Network | IPv6Network]) -> None:
        """
        :param networks: that they are in; a single one is a network of one address
        """
        self._networks = networks

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


def client_key(address: str) -> str:
    """Who is one client: an IPv4 address, or the /64 network of an IPv6 address, which is one subscriber's."""
    found = parse_address(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return str(found or address)
