"""Citation audit: does every evidence point to a place that exists, and that speaks of what the claim is about?

Needs the reader's own copy of the source as plain text, and a page map: a table of the line on which each page begins.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDF, SKOS, Graph, Literal
from rdflib.term import Node

from illicit_power.dataset.compiled import Compiled
from illicit_power.dataset.problem import Problem
from illicit_power.model.iris import IPS, QUERIES_GRAPH, SHAPES_GRAPH

Place = tuple[int, int]
"""A page, and a paragraph on it."""

_FOOTNOTE = re.compile(r"\d{1,3}\s+[^\W\d_“\"]*[“\"A-Z]")
_NUMBERED_HEADING = re.compile(r"\d{1,2}\. [A-Z]")
_HEADING_WORDS = 12
_NUMBERED_HEADING_WORDS = 25
_UNCLAIMED = "no claim has evidence here: write what it says, or as ips:withoutClaim of the case why there is nothing"
_SHORTEST_WORD = 4
_STEM_LETTERS = 5
_ENDS_A_SENTENCE = re.compile(r"[.:;?!”\"’)] ?\d*$")


@dataclass(frozen=True)
class SourceText:
    """A source cut into pages and paragraphs.

    :ivar pages: the whole text of each page, with headings and footnotes
    :ivar paragraphs: the text of each paragraph, by its place
    """

    pages: Mapping[int, str]
    paragraphs: Mapping[Place, str]

    @classmethod
    def read(cls, text: Path, page_map: Path) -> SourceText:
        """Cut a text into pages and paragraphs.

        Paragraphs are set off by blank lines. Headings, page numbers and footnotes are not counted.

        :param text: the source, UTF-8
        :param page_map: a line for each page: the number of the line on which it begins, a tab, the page number
        :raises ValueError: when the page map is not such a table, or points past the end of the text
        """
        lines = text.read_text(encoding="utf-8").splitlines()
        starts = _read_page_map(page_map, len(lines))
        pages: dict[int, str] = {}
        paragraphs: dict[Place, str] = {}
        for (start, page), (end, _) in zip(starts, [*starts[1:], (len(lines) + 1, 0)], strict=True):
            content = "\n".join(lines[start - 1 : end - 1]).replace("\f", "")
            pages[page] = _joined(content)
            for number, paragraph in enumerate(_paragraphs(content), 1):
                paragraphs[page, number] = paragraph
        return cls(pages, paragraphs)


@dataclass(frozen=True)
class Audit:
    """What the audit found.

    :ivar problems: evidence that does not stand up, and paragraphs that nothing is claimed of
    :ivar claims: the number of claims with evidence in each paragraph
    :ivar explained: why nothing is claimed of a paragraph
    :ivar evidence: how many pieces of evidence were checked
    """

    problems: list[Problem]
    claims: dict[Place, int]
    explained: dict[Place, str]
    evidence: int


def audit(compiled: Compiled, source: Node, text: SourceText) -> Audit:
    """Check all evidence in a source against its text.

    :param source: the work that the text is a copy of; evidence in other works is passed over
    """
    graph = compiled.union(leave_out=(SHAPES_GRAPH, QUERIES_GRAPH))
    problems: list[Problem] = []
    claims: defaultdict[Place, set[Node]] = defaultdict(set)
    pages = {page: _normal(content) for page, content in text.pages.items()}
    checked = 0
    for evidence in sorted(graph.subjects(IPS.inSource, source), key=str):
        checked += 1
        claim = graph.value(None, IPS.evidence, evidence)
        assert claim is not None, "the shapes give every evidence a claim"
        place = (_integer(graph, evidence, IPS.page), _integer(graph, evidence, IPS.paragraph))
        claims[place].add(claim)
        for complaint in _complaints(graph, evidence, claim, place, text, pages):
            problems.append(Problem(*compiled.locate(evidence), compiled.label(claim), complaint))
    explained = _explained(graph, source)
    for place in text.paragraphs:
        if not claims[place] and place not in explained:
            problems.append(Problem(None, None, f"p. {place[0]}, ¶ {place[1]}", _UNCLAIMED))
    return Audit(problems, {place: len(found) for place, found in claims.items()}, explained, checked)


def coverage_table(text: SourceText, found: Audit) -> str:
    """Claims per page and paragraph, for reading."""
    rows = []
    for page in text.pages:
        paragraphs = [place for place in text.paragraphs if place[0] == page]
        counts = [found.claims.get(place, 0) for place in paragraphs]
        cells = "  ".join(f"¶{place[1]} {count}" for place, count in zip(paragraphs, counts, strict=True))
        rows.append(f"p. {page:>4}  {sum(counts):>5}  {cells}")
        rows += [f"{'':15}¶{place[1]}: {found.explained[place]}" for place in paragraphs if place in found.explained]
    return "\n".join([f"{'page':>7}  claims  by paragraph", *rows])


def _complaints(
    graph: Graph, evidence: Node, claim: Node, place: Place, text: SourceText, pages: Mapping[int, str]
) -> Iterator[str]:
    page, paragraph = place
    if page not in pages:
        yield f"page {page} is not in the text, which has {min(pages)} to {max(pages)}: correct ips:page"
        return
    if place not in text.paragraphs:
        last = max(number for number_page, number in text.paragraphs if number_page == page)
        yield f"page {page} has {last} paragraphs, not {paragraph}: correct ips:paragraph"
        return
    for note in graph.objects(evidence, IPS.footnote):
        if not _has_note(text.paragraphs[place], str(note)):
            yield f"note {note} does not stand in p. {page}, ¶ {paragraph}: correct ips:footnote"
    if (evidence, IPS.namedOtherwise, None) in graph:
        return
    things = [thing for thing in graph.objects(claim, IPS.about) if (thing, RDF.type, IPS.Entity) in graph]
    names = {str(name) for thing in things for name in graph.objects(thing, SKOS.prefLabel | SKOS.altLabel)}
    if not any(_stands_on(name, pages[page]) for name in names):
        yield (
            f"page {page} has none of the names of what the claim is about ({', '.join(sorted(names)[:6])}): "
            "correct the page, add the name as skos:altLabel, or say how the page puts it in ips:namedOtherwise"
        )


def _stands_on(name: str, page: str) -> bool:
    """Whether a name stands on a page: as it is, or, for one that describes, by half of its words and at least two.

    Words are compared by their first letters, so that "arrest of" is found in "was arrested".
    """
    normal = _normal(name).strip()
    if f" {normal} " in page:
        return True
    stems = {word[:_STEM_LETTERS] for word in normal.split() if len(word) >= _SHORTEST_WORD}
    found = sum(f" {stem}" in page for stem in stems)
    return found >= max(2, len(stems) / 2)


def _has_note(paragraph: str, number: str) -> bool:
    """Whether a note's number follows a word or a punctuation mark, as superscripts do in plain text."""
    return re.search(rf"(?:[^\s\d$,\-–]|[”\"’)] ){number}(?![\d,%]\d|\d)", paragraph) is not None


def _explained(graph: Graph, source: Node) -> dict[Place, str]:
    explained = {}
    for case in graph.subjects(IPS.source, source):
        for node in graph.objects(case, IPS.withoutClaim):
            place = (_integer(graph, node, IPS.page), _integer(graph, node, IPS.paragraph))
            explained[place] = str(graph.value(node, SKOS.editorialNote))
    return explained


def _read_page_map(path: Path, line_count: int) -> list[tuple[int, int]]:
    starts = []
    for number, row in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not row.strip() or row.startswith("#"):
            continue
        cells = row.split("\t")
        if len(cells) != 2 or not all(cell.strip().isdigit() for cell in cells):
            raise ValueError(f"{path}:{number}: expected the line a page begins on, a tab, and the page number")
        starts.append((int(cells[0]), int(cells[1])))
    if not starts or starts != sorted(starts) or max(Counter(page for _, page in starts).values()) > 1:
        raise ValueError(f"{path}: the pages must be there once each, in order")
    if starts[-1][0] > line_count:
        raise ValueError(
            f"{path}: page {starts[-1][1]} begins on line {starts[-1][0]}; the text has {line_count} lines"
        )
    return starts


def _paragraphs(page: str) -> Iterator[str]:
    """The paragraphs of a page. Footnotes stand at its end; a short block that ends in mid-sentence is a heading,
    unless it is the last one and runs over to the next page."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", page)]
    notes_begin = next((number for number, block in enumerate(blocks) if _FOOTNOTE.match(block)), len(blocks))
    prose = [block for block in blocks[:notes_begin] if block and not block.isdigit()]
    for number, block in enumerate(prose, 1):
        if not _is_heading(block, last=number == len(prose)):
            yield _joined(block)


def _joined(text: str) -> str:
    """A text without the hyphens at the ends of its lines."""
    return re.sub(r"(?<=\w)-\s*\n\s*", "", text)


def _is_heading(block: str, last: bool) -> bool:
    words = len(block.split())
    if _NUMBERED_HEADING.match(block):
        return words <= _NUMBERED_HEADING_WORDS
    return not last and words <= _HEADING_WORDS and not _ENDS_A_SENTENCE.search(block)


def _normal(text: str) -> str:
    """A text in the form in which names are compared: lower case, no accents, one kind of apostrophe and space."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    words = re.sub(r"[\W_]+", " ", plain.lower())
    return f" {words} "


def _integer(graph: Graph, subject: Node, property_: Node) -> int:
    value = graph.value(subject, property_)
    return int(value) if isinstance(value, Literal) else 0
