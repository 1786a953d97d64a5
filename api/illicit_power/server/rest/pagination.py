"""Pagination of lists: the size of a page, and the cursor at which the next one begins."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from illicit_power.model.iris import is_iri
from illicit_power.model.vocabularies import XSD

MAX_PAGE: Final = 200
DEFAULT_PAGE: Final = 50
_KEY_DATATYPES: Final = (str(XSD.string), str(XSD.integer), str(XSD.dateTime))


@dataclass(frozen=True)
class Cursor:
    """The last item of a page in some order, after which the next page begins."""

    sort: str
    key: Literal
    item: NamedNode

    def encode(self) -> str:
        """As it stands in an address."""
        parts = [self.sort, self.key.value, self.key.datatype.value, self.item.value]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """
        :raises ValueError: for what no page gave
        """
        try:
            padded = text + "=" * (-len(text) % 4)
            sort, key, datatype, item = map(str, json.loads(base64.b64decode(padded, b"-_", validate=True)))
            if datatype not in _KEY_DATATYPES or not is_iri(item):
                raise ValueError(text)
        except (UnicodeDecodeError, ValueError, TypeError):
            raise ValueError("not a cursor: follow the link next of the page before") from None
        return cls(sort, Literal(key, datatype=NamedNode(datatype)), NamedNode(item))
