"""Request bodies, read as far as their size and their media type allow."""

from __future__ import annotations

from collections.abc import Collection
from email.message import Message
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

from fastapi import Request
from starlette.exceptions import HTTPException

FORM: Final = "application/x-www-form-urlencoded"

_MAX_READ_BYTES: Final = 32_000_000
"""So much is read and dropped of a body that is too large, for a client that listens only once it has sent all."""
_MAX_PARAMETERS: Final = 1000
_NOT_ENCODED: Final = "identity"


def media_type(request: Request, expected: Collection[str], advice: str, headers: dict[str, str] | None = None) -> str:
    """The media type of a body, which is text in UTF-8.

    :param advice: what to send instead of another one
    :param headers: of the refusal
    :raises HTTPException: 415 for any other, and for one that is compressed (RFC 9110, 15.5.16)
    """
    coding = request.headers.get("content-encoding", _NOT_ENCODED)
    if coding.strip().lower() != _NOT_ENCODED:
        detail = f"Send the body as it is: Content-Encoding: {coding[:100]} is not read here."
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, {"Accept-Encoding": _NOT_ENCODED})
    header = Message()
    header["Content-Type"] = request.headers.get("content-type", "")
    found, charset = header.get_content_type(), header.get_param("charset", "utf-8")
    if "content-type" not in request.headers or found not in expected:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, advice, headers)
    if not isinstance(charset, str) or charset.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the body in UTF-8; no other charset is read.")
    return found


async def text(request: Request, max_bytes: int, advice: str = "") -> str:
    """A body as text.

    :param advice: what to do with a larger one
    :raises HTTPException: 400 where it is not UTF-8, 413 where it is larger
    """
    body, received = bytearray(), 0
    async for piece in request.stream():
        received += len(piece)
        if received <= max_bytes:
            body += piece
        elif received > _MAX_READ_BYTES:
            break
    if received > max_bytes:
        detail = f"A body may have {max_bytes:,} bytes here. {advice}".rstrip()
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "The body is not UTF-8.") from None


def parameters(encoded: str) -> dict[str, list[str]]:
    """The parameters of an address or a form, by name.

    :raises HTTPException: 400 where they are not encoded as such, or too many
    """
    try:
        return parse_qs(encoded, keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS)
    except ValueError as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"The parameters are not percent-encoded UTF-8: {error}") from None
