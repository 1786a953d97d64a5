"""The formats of the facade."""

from __future__ import annotations

from typing import Final

from illicit_power.engine.formats import CSV
from illicit_power.server.http.graphs import LINKED_JSON, PLAIN_JSON

JSON_FORMATS: Final = (PLAIN_JSON, LINKED_JSON)
"""Of everything."""

LIST_FORMATS: Final = (*JSON_FORMATS, CSV)
"""Of lists."""
