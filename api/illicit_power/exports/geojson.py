"""Places as GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph

from illicit_power.engine.in_process import Row
from illicit_power.exports.columns import SEPARATOR
from illicit_power.exports.tables import table_named


def places(store: pyoxigraph.Store) -> bytes:
    """All places as features. One without recorded coordinates has no geometry (RFC 7946, 3.2)."""
    features = [_feature(row) for row in table_named("places").rows(store)]
    collection = {"type": "FeatureCollection", "features": features}
    return (json.dumps(collection, indent=1, ensure_ascii=False) + "\n").encode()


def _feature(row: Row) -> dict[str, Any]:
    longitude, latitude = row["longitude"], row["latitude"]
    located = longitude is not None and latitude is not None
    return {
        "type": "Feature",
        "id": row["iri"],
        "geometry": {"type": "Point", "coordinates": [float(str(longitude)), float(str(latitude))]}
        if located
        else None,
        "properties": {
            "slug": row["place_id"],
            "name": row["name"],
            "definition": row["definition"],
            "kinds": str(row["kinds"]).split(SEPARATOR),
            "where_prec": int(str(row["where_prec"])),
            "located_in": str(row["located_in"]).split(SEPARATOR) if row["located_in"] else [],
        },
    }
