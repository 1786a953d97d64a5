"""The schema.org description of the dataset, for search engines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from markupsafe import Markup


def structured_data(downloads: Path | None) -> Markup | None:
    """The schema.org description of the dataset, ready to stand in a script element; None where there is none."""
    if downloads is None:
        return None
    described: dict[str, Any] = json.loads((downloads / "schema-org.jsonld").read_text(encoding="utf-8"))
    # No "<" can end the element before its time (HTML, section 4.12.1.3).
    return Markup(json.dumps(described, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704
