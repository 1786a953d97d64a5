"""Reading BibTeX as LaTeX sets it."""

from __future__ import annotations

import re

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware

_BARE = re.compile(r"(?<!\\)[#$%&_]")
"""What stops LaTeX; the decoder is more lenient."""

_VERBATIM = ("doi", "url")


def read_entries(text: str) -> dict[str, dict[str, str]]:
    """The fields of each entry as plain text, by its key."""
    for entry in parse_string(text).entries:
        for field in entry.fields:
            assert field.key in _VERBATIM or not _BARE.search(field.value), field.value
    library = parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    return {entry.key: {field.key: field.value for field in entry.fields} for entry in library.entries}
