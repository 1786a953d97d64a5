"""Links to other datasets: each becomes a direct triple, and certain ones do not contradict each other."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from rdflib import OWL, RDF, SKOS

from illicit_power.dataset.compiled import Compiled
from illicit_power.model.iris import case_graph
from illicit_power.model.layers import Layer


def test_each_mapping_becomes_a_direct_triple(compiled: Compiled) -> None:
    links = compiled.graphs[case_graph("jam", Layer.LINKS)]
    mappings = list(links.subjects(RDF.type, OWL.Axiom))
    assert mappings
    for mapping in mappings:
        parts = (OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget)
        source, property_, target = (links.value(mapping, part) for part in parts)
        assert (source, property_, target) in links


def test_what_is_certain_is_one_to_one_within_each_dataset(compiled: Compiled) -> None:
    links = compiled.graphs[case_graph("jam", Layer.LINKS)]
    certain = list(links.subject_objects(SKOS.exactMatch))
    sources = Counter((source, urlsplit(str(target)).hostname) for source, target in certain)
    targets = Counter(target for _, target in certain)
    assert [pair for pair, count in sources.items() if count > 1] == []
    assert [target for target, count in targets.items() if count > 1] == []
