"""Entity tags follow the bytes that they stand for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import illicit_power
from illicit_power.server.http.entity_tags import digest_of_code, entity_tag


@pytest.mark.parametrize("changed", ["server/templates/thing.html", "exports/queries/document.rq", "dataset/jsonld.py"])
def test_other_code_gives_other_tags(tmp_path: Path, changed: str) -> None:
    package = Path(illicit_power.__file__).parent
    copy = tmp_path / "copy"
    shutil.copytree(package, copy)
    assert digest_of_code(copy) == digest_of_code(package)
    with (copy / changed).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert digest_of_code(copy) != digest_of_code(package)


def test_a_tag_is_that_of_all_its_causes_and_says_whether_it_stands_for_bytes() -> None:
    tags = {entity_tag("a", "b"), entity_tag("ab"), entity_tag("a", "b", None), entity_tag("b", "a")}
    assert len(tags) == 4
    assert entity_tag("a", "b", weak=True) == f"W/{entity_tag('a', 'b')}"
