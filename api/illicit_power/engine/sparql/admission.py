"""Refuse a query that asks for what is not offered, before it is run, in words that tell the way out.

It is a courtesy: what really keeps a query in is the jail of the worker that runs it.
"""

from __future__ import annotations

from collections.abc import Collection

from illicit_power.engine.errors import QueryRefused
from illicit_power.engine.sparql.outline import MAX_BASE_CHARACTERS, MAX_RELATIVE_IRIS, Outline, outline

MAX_QUERY_CHARACTERS = 100_000
MAX_NESTING = 100


def admit(text: str, endpoints: Collection[str] = ()) -> Outline:
    """Let a query pass, or refuse it.

    :param endpoints: the SPARQL endpoints that SERVICE may reach
    :raises QueryRefused: when it is an update, too long, nested too deeply, has too many relative IRIs, or calls an
        endpoint that is not listed
    """
    if len(text) > MAX_QUERY_CHARACTERS:
        raise QueryRefused(
            f"The query has {len(text):,} characters; {MAX_QUERY_CHARACTERS:,} is the most. "
            "Pass long lists of values in several queries."
        )
    found = outline(text)
    if found.is_update:
        raise QueryRefused(
            "This endpoint is read-only: it takes queries (SELECT, ASK, CONSTRUCT, DESCRIBE), no updates."
        )
    if found.depth > MAX_NESTING:
        raise QueryRefused(f"Brackets are nested more than {MAX_NESTING} deep. Flatten the query.")
    if not found.is_resolvable:
        raise QueryRefused(
            f"A base or prefix may have {MAX_BASE_CHARACTERS:,} characters, and the prologue, FROM and SERVICE "
            f"{MAX_RELATIVE_IRIS:,} relative IRIs. Write IRIs as absolute ones."
        )
    if any(service not in endpoints for service in found.services):
        raise QueryRefused(_no_service(endpoints))
    return found


def _no_service(endpoints: Collection[str]) -> str:
    if endpoints:
        listed = ", ".join(f"<{endpoint}>" for endpoint in sorted(endpoints))
        return f"SERVICE reaches only the endpoints listed here, each named by its IRI: {listed}."
    return (
        "SERVICE is not offered: queries here reach no other endpoint. "
        "Ask the other endpoint yourself, and bring its answer in with VALUES."
    )
