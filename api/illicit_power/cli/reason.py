"""``illicit-power reason``: whether ontology and data can all be true."""

from __future__ import annotations

import argparse
from importlib.util import find_spec

from illicit_power.cli.extras import EXTRAS
from illicit_power.cli.printing import step
from illicit_power.cli.sources import add_source, source_of
from illicit_power.dataset.compiled import compile_source
from illicit_power.model.iris import IPS
from illicit_power.quality.reasoning import classify


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source(parser)


def run(options: argparse.Namespace) -> int:
    for module in EXTRAS["reasoning"]:
        if not find_spec(module):
            raise ModuleNotFoundError(name=module)

    compiled = compile_source(source_of(options), step)
    with step("Reasoning with HermiT"):
        found = classify(compiled)
    print("consistent" if found.consistent else "INCONSISTENT: ontology and data cannot all be true")
    for class_ in found.unsatisfiable:
        print(f"unsatisfiable: {class_}")
    for member in found.types.get(str(IPS.SplinterGroup), []):
        print(f"splinter group: {member}")
    return 0 if found.consistent and not found.unsatisfiable else 1
