from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Literal, URIRef

from illicit_power.dataset.source import Source
from illicit_power.dataset.turtle import TurtleError, parse
from tests.conftest import ROOT

EX = "http://example.org/"
TEXT = b"""@prefix e: <http://example.org/> .

e:a e:p 1 ;
    e:q [ e:r 2 ;
          e:s 3 ] .

e:b e:p 4 .
"""


def test_each_statement_knows_its_line() -> None:
    parsed = parse(Path("some.ttl"), TEXT)
    assert parsed.line_of(URIRef(EX + "a"), URIRef(EX + "p")) == 3
    assert parsed.line_of(URIRef(EX + "b")) == 7
    assert set(parsed.lines) == set(parsed.graph)
    (nested,) = parsed.graph.subjects(URIRef(EX + "s"), Literal(3))
    assert parsed.line_of(nested, URIRef(EX + "s")) == 5


def test_a_syntax_error_names_file_line_and_reason() -> None:
    with pytest.raises(TurtleError) as caught:
        parse(Path("some.ttl"), TEXT.replace(b"e:b e:p", b"x:b e:p"))
    assert (caught.value.path, caught.value.line) == (Path("some.ttl"), 7)
    assert "prefix x: has not been declared" in caught.value.reason
    assert caught.value.excerpt == "x:b e:p 4 ."


@pytest.mark.parametrize(
    "path", sorted((ROOT / "data").rglob("*.ttl")), ids=lambda path: str(path.relative_to(ROOT / "data"))
)
def test_broken_syntax_in_any_data_file_is_located(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    last_statement = max(number for number, line in enumerate(lines) if line.rstrip().endswith(b"."))
    lines[last_statement] = lines[last_statement].rstrip()[:-1] + b"; ;\n] .\n"
    with pytest.raises(TurtleError) as caught:
        parse(path, b"".join(lines))
    assert caught.value.path == path
    assert last_statement <= caught.value.line - 1 <= last_statement + 1


def test_every_source_file_is_parsed_to_the_same_graph_as_by_rdflib_alone(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    import rdflib
    from rdflib import Graph
    from rdflib.compare import isomorphic

    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)  # it rewrites a time in Z as one in +00:00
    for path in (source.vocabularies, source.cases[0] / "case.ttl"):
        assert isomorphic(parse(path).graph, Graph().parse(path))
