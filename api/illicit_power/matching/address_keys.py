"""What the addresses of one thing have in common, in whatever form they are written."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from illicit_power.model.iris import ENTITY
from illicit_power.model.prefixes import Prefixes

_ADDRESSES: Final = (
    (r"(?:[a-z]+\.)?wikidata\.org/(?:entity|wiki)/(?:Special:EntityData/)?([QP]\d+).*", r"wikidata.org/entity/\1"),
    (r"(?:en\.)(?:m\.)?wikipedia\.org/wiki/(.+)", r"dbpedia.org/resource/\1"),
    (r"dbpedia\.org/(?:page|data|resource)/(.+?)(?:\.(?:ttl|json|rdf|nt|n3|jsonld))?", r"dbpedia.org/resource/\1"),
    (r"(?:sws\.)?geonames\.org/(\d+).*", r"sws.geonames.org/\1"),
    (r"(?:dx\.)?doi\.org/(.+)", r"doi.org/\1"),
    (r"doi:(.+)", r"doi.org/\1"),
    (r"(?:wd:)?(Q\d+)", r"wikidata.org/entity/\1"),
    (r"(?:urn:)?isbn:([\d-]+X?)", r"urn:isbn:\1"),
)
"""How addresses at well-known hosts say one thing, and the one by which links here go. English Wikipedia and DBpedia
name things alike. Each is matched without scheme and ``www.``."""

_IN_ADDRESSES = re.compile("[:/.]")
_SCHEME = re.compile(r"^https?://(www\.)?", re.IGNORECASE)


def address_key(address: str) -> str:
    """What is the same in all addresses of one thing: no scheme, no ``www.``, no final slash, no percent-encoding,
    and at well-known hosts the one form that links here use. Wikidata's identifiers may stand alone."""
    key = unquote(_SCHEME.sub("", address.strip())).rstrip("/")
    for pattern, canonical in _ADDRESSES:
        if match := re.fullmatch(pattern, key, re.IGNORECASE):
            key = match.expand(canonical)
            return key.replace("-", "") if key.startswith("urn:isbn:") else key.replace(" ", "_")
    return key


def asked_key(given: str, prefixes: Prefixes) -> str:
    """The key of what is asked for, which may also be a prefixed name or the last part of an IRI of ours:
    ``entity:basra``, ``basra``."""
    key = address_key(prefixes.expand(given.strip()))
    return key if _IN_ADDRESSES.search(key) else address_key(ENTITY[key])
