"""Labels read as English; that they do is checked of the whole dataset."""

from __future__ import annotations

import pytest
from rdflib import RDFS, Literal

from illicit_power.dataset.compiled import Compiled, compile_source
from illicit_power.dataset.source import Source
from illicit_power.model.iris import CLAIM, ENTITY, IPS, case_graph
from illicit_power.model.layers import Layer
from illicit_power.quality.labels import check_labels

SPLIT = CLAIM["example/guard-splinter-of-movement"]


def test_the_labels_of_the_real_dataset_read_as_english(compiled: Compiled) -> None:
    assert [str(problem) for problem in check_labels(compiled)] == []


@pytest.mark.parametrize(
    ("label", "complaint"),
    [
        ("Young Guard  splintered from Old Movement", "space"),
        ("Young Guard splintered from …", "cut short"),
        ("Young Guard splintered from ? (2007)", "name"),
        ("Young Guard splintered from entity:old-movement", "address"),
        ("Young Guard splintered from Old Movement (2007-03/..)", "date"),
        ("Young Guard splintered from Old Movement ([..2007])", "date"),
        ("Young Guard are a part of Old Movement", "agree"),
    ],
)
def test_a_label_that_does_not_is_found(example_source: Source, label: str, complaint: str) -> None:
    example = compile_source(example_source)
    example.graphs[case_graph("example", Layer.DERIVED)].set((SPLIT, RDFS.label, Literal(label, lang="en")))
    (problem,) = check_labels(example)
    assert complaint in problem.message


def test_a_plural_subject_has_a_plural_verb(example_source: Source) -> None:
    example = compile_source(example_source)
    example.graphs[case_graph("example", Layer.ENTITIES)].add((ENTITY["young-guard"], IPS.plural, Literal(True)))
    label = Literal("Young Guard is part of Old Movement", lang="en")
    example.graphs[case_graph("example", Layer.DERIVED)].set((SPLIT, RDFS.label, label))
    (problem,) = check_labels(example)
    assert "plural subject" in problem.message
