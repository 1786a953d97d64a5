"""Entity tags (RFC 9110, 8.8.3), and requests with If-None-Match (13.1.2).

A strong entity tag stands for bytes. It is made of the bytes themselves, or of everything that they follow from.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Final

from fastapi import Request
from starlette.responses import Response

import illicit_power

_LIBRARIES: Final = ("fastapi", "jinja2", "pydantic", "pyoxigraph")
"""Those that write what is sent."""

_OPAQUE_TAG: Final = re.compile(r'"[^"]*"')
_OF_THE_CONTENT: Final = frozenset(["content-length", "content-type", "content-disposition"])


def digest_of_code(root: Path) -> str:
    """SHA-256 over the modules, queries and templates of a package, and the versions of the libraries that write."""
    digest = hashlib.sha256()
    for path in sorted(path for suffix in ("py", "rq", "html") for path in root.rglob(f"*.{suffix}")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\0".encode())
    return digest.hexdigest()


_CODE: Final = digest_of_code(Path(illicit_power.__file__).parent)


def entity_tag(*causes: object, weak: bool = False) -> str:
    """The entity tag, quotes included, of a representation that follows from something and the code of this server.

    :param causes: whatever the representation depends on beside that code, as JSON has it
    :param weak: whether its bytes may differ where these are the same
    """
    tag = f'"{hashlib.sha256(json.dumps([_CODE, *causes]).encode()).hexdigest()[:32]}"'
    return f"W/{tag}" if weak else tag


def tagged(request: Request, response: Response) -> Response:
    """A response with the strong entity tag of its bytes and their format; 304 Not Modified where the client has it."""
    digest = hashlib.sha256(response.headers["content-type"].encode() + b"\0" + bytes(response.body))
    tag = f'"{digest.hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    return not_modified(response.headers) if is_known(request, tag) else response


def is_known(request: Request, tag: str, *, exists: bool = True) -> bool:
    """Whether a client has the representation of an entity tag already: its If-None-Match, by weak comparison.

    :param exists: whether there certainly is a representation, which is all that ``*`` asks
    """
    known = request.headers.get("if-none-match", "")
    if known.strip() == "*":
        return exists
    return tag.removeprefix("W/") in _OPAQUE_TAG.findall(known)


def not_modified(headers: Mapping[str, str]) -> Response:
    """304 Not Modified (RFC 9110, 15.4.5).

    :param headers: those of the answer with the representation, of which that about its content are left out
    """
    kept = {name: value for name, value in headers.items() if name.lower() not in _OF_THE_CONTENT}
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=kept)
