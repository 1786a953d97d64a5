"""Addresses of what is served here, for those who are elsewhere."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request

from illicit_power.server.settings import ServerSettings


def public_address(request: Request, settings: ServerSettings, path: str) -> str:
    """An absolute address: persistent where the operator has one, else by the host that the request was sent to.

    :param path: under the root of this server, with a slash at its beginning
    """
    base = settings.published_at or str(request.base_url)
    return quote(base.rstrip("/") + path, safe=":/[]")
