"""What a release has made public never vanishes: it is described, or its tombstone says what to use in its place."""

from __future__ import annotations

from illicit_power.dataset.compiled import Compiled
from illicit_power.dataset.problem import Problem
from illicit_power.dataset.releases import ReleaseRecord
from illicit_power.dataset.source import Source

_CURE = (
    "is a published address, and nothing describes it any more: restore it, or leave a tombstone in withdrawn.ttl of "
    'its case, {name} owl:deprecated true ; skos:changeNote "why"@en ; dcterms:isReplacedBy what-to-use .'
)


def check_published(source: Source, compiled: Compiled) -> list[Problem]:
    """Find addresses of earlier releases that the compiled dataset says nothing of.

    :raises InvalidSource: when the record of releases cannot be read
    """
    record = ReleaseRecord.of(source)
    described = {str(subject) for graph in compiled.graphs.values() for subject in graph.subjects()}
    compact = compiled.prefixes.compact
    return [
        Problem(record.published_file, line, compact(iri), _CURE.format(name=compact(iri)))
        for iri, (line, _) in record.published().items()
        if iri not in described
    ]
