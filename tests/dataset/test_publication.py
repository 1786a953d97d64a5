"""What the publication says of itself is the same in every file that says it."""

from __future__ import annotations

import tomllib

from rdflib import DCTERMS, Graph, URIRef

from illicit_power.dataset.publication import CREATOR, KEYWORDS, LICENSE, LICENSE_NAME, SUMMARY, TITLE
from illicit_power.dataset.source import Source
from illicit_power.model.iris import BASE, ONTOLOGY
from tests.conftest import ROOT

CITATION = (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_citation_cff_agrees() -> None:
    said = {
        f'title: "{TITLE}"',
        f"license: [{LICENSE_NAME.replace(' ', '-')}, MIT]",
        f'    value: "{BASE}"',
        f'  - name: "{CREATOR}"',
        f"keywords: [{', '.join(KEYWORDS)}]",
    }
    assert said <= set(CITATION.splitlines())


def test_the_package_and_the_ontology_agree(source: Source) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["description"] == SUMMARY
    assert f"({LICENSE_NAME}): {LICENSE}\n" in (ROOT / "LICENSE-DATA").read_text(encoding="utf-8")
    assert Graph().parse(source.ontology).value(ONTOLOGY, DCTERMS.license) == URIRef(LICENSE)
