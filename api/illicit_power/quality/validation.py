"""All checks of the dataset, in the order in which their messages help most."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import Graph

from illicit_power.dataset.compiled import Compiled, Step, compile_source, silent
from illicit_power.dataset.problem import InvalidSource, Problem
from illicit_power.dataset.source import Source
from illicit_power.quality.labels import check_labels
from illicit_power.quality.lives import check_lives
from illicit_power.quality.published import check_published
from illicit_power.quality.shacl import check_shapes
from illicit_power.quality.terms import check_terms


@dataclass(frozen=True)
class Validated:
    """A compiled dataset and what its checks found.

    :ivar report: the SHACL validation report; None where misspelled terms made it pointless
    """

    compiled: Compiled
    problems: list[Problem]
    report: Graph | None


def compile_and_check(source: Source, step: Step = silent) -> Validated:
    """Compile a source and check the result. Misspelled terms end the checks: they would be reported twice.

    :raises InvalidSource: when it cannot even be compiled
    """
    compiled = compile_source(source, step)
    with step("Checking terms"):
        problems = check_terms(source, compiled)
    if problems:
        return Validated(compiled, problems, None)
    with step("Validating against the shapes"):
        shacl = check_shapes(source, compiled)
    problems = check_published(source, compiled) + shacl.problems
    if not problems:
        with step("Reading labels and lives"):
            problems = check_labels(compiled) + check_lives(compiled)
    return Validated(compiled, problems, shacl.graph)


def compile_valid(source: Source, step: Step = silent) -> Compiled:
    """Compile a source.

    :raises InvalidSource: when it cannot be compiled, or breaks a rule
    """
    validated = compile_and_check(source, step)
    if validated.problems:
        raise InvalidSource(validated.problems)
    return validated.compiled
