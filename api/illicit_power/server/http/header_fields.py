"""How long a header field of a request may be, of those that are read here."""

from __future__ import annotations

from typing import Final

MAX_FIELD_BYTES: Final = 8192
"""A longer field line is answered with 431 before it is read, as RFC 9110 (5.4) asks: a field that is larger than a
server wishes to process is refused, never ignored. Browsers and clients of SPARQL send a few hundred bytes of Accept;
eight thousand are room for the entity tags of a proxy, and for the cookies that other services of a host have set."""
