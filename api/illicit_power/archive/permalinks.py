"""Permanent links of queries: short addresses under ``/q/`` that follow from what was asked of which snapshot."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

_ID_CHARACTERS: Final = 16
_ID: Final = re.compile(rf"[a-z2-7]{{{_ID_CHARACTERS}}}")


@dataclass(frozen=True)
class AskedQuery:
    """A query and what it was asked of. Make one with :meth:`of`.

    :ivar text: SPARQL, its line breaks ``\\n``
    :ivar default_graphs: IRIs of the default graphs of the request, each once, sorted
    :ivar named_graphs: IRIs of the named graphs of the request, each once, sorted
    :ivar version: of the dataset
    """

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    version: str

    @classmethod
    def of(cls, text: str, default_graphs: Iterable[str], named_graphs: Iterable[str], version: str) -> AskedQuery:
        """The query in the one form that its permanent link is made of.

        Forms of web pages send every line break as CR LF (https://url.spec.whatwg.org/#urlencoded-serializing), so
        that line breaks are told apart neither in the link nor in what is kept.
        """
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return cls(text, tuple(sorted(set(default_graphs))), tuple(sorted(set(named_graphs))), version)

    @cached_property
    def id(self) -> str:
        """The last part of its permanent link: 80 bits of SHA-256 in base32 (RFC 4648, 6), in lower case."""
        content = [self.text, self.default_graphs, self.named_graphs, self.version]
        serialized = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(serialized.encode()).digest()
        return base64.b32encode(digest).decode().lower()[:_ID_CHARACTERS]

    @property
    def path(self) -> str:
        """Its permanent link on the server that keeps it."""
        return f"/q/{self.id}"


def is_id(text: str) -> bool:
    """Whether a text has the form of :attr:`AskedQuery.id`."""
    return _ID.fullmatch(text) is not None
