"""Answers of the reconciliation service that take long enough to be worked out in a process of their own.

Each is a function of an index and of what a client sent, with a result that can be pickled; see
:class:`illicit_power.server.reconciliation.pool.ReconciliationPool`.
"""

from __future__ import annotations

from illicit_power.matching.index import Index
from illicit_power.matching.scoring import Candidate, Matcher, Question
from illicit_power.matching.suggestions import suggest_entities
from illicit_power.server.reconciliation import protocol
from illicit_power.server.reconciliation.protocol import Json


def match_02(index: Index, batch: str) -> bytes:
    """The result batch for a query batch of version 0.2.

    :raises BadBatch: see :func:`illicit_power.server.reconciliation.protocol.read_batch_02`
    """
    questions = protocol.read_batch_02(batch, index)
    matcher = Matcher(index)
    results = {key: matcher.candidates(question) for key, question in questions.items()}
    return protocol.to_json(protocol.write_results_02(results, index))


def match_10(index: Index, batch: str) -> bytes:
    """The result batch for a query batch of version 1.0-draft.

    :raises BadBatch: see :func:`illicit_power.server.reconciliation.protocol.read_batch_10`
    """
    questions = protocol.read_batch_10(batch, index)
    matcher = Matcher(index)
    return protocol.to_json(protocol.write_results_10(map(matcher.candidates, questions), index))


def extend_02(index: Index, query: str) -> bytes:
    """The response of version 0.2 to a data extension query.

    :raises BadBatch: see :func:`illicit_power.server.reconciliation.protocol.read_extension`
    """
    return protocol.to_json(protocol.write_extension_02(protocol.read_extension(query, index), index))


def extend_10(index: Index, query: str) -> bytes:
    """The response of version 1.0-draft to a data extension query.

    :raises BadBatch: see :func:`illicit_power.server.reconciliation.protocol.read_extension`
    """
    return protocol.to_json(protocol.write_extension_10(protocol.read_extension(query, index), index))


def find(index: Index, name: str) -> list[tuple[Candidate, list[Json]]]:
    """The candidates for a name, each with its kinds."""
    found = Matcher(index).candidates(Question(name))
    return [(candidate, protocol.own_types(candidate.entity, index)) for candidate in found]


def suggest(index: Index, prefix: str, type_: str | None) -> list[Json]:
    """The entities that a prefix fits, as auto-completion shows them."""
    found = suggest_entities(index, prefix, index.type(type_) if type_ else None)
    return [protocol.write_suggested_entity(entity, index) for entity in found]
