"""Reading BibTeX as LaTeX sets it."""

from __future__ import annotations

import re

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware

_BARE = re.compile(r"(?<!\\)[#$%&_]")
"""What stops LaTeX; the decoder lets some of it pass."""

_VERBATIM = ("doi", "url")


def read_entry(text: str) -> dict[str, str]:
    """The type, key and fields of the one entry of a text, as LaTeX shows them; pylatexenc takes its circumflex for
    another character of that name."""
    (written,) = parse_string(text).entries
    for field in written.fields:
        assert field.key in _VERBATIM or not _BARE.search(field.value), field.value
    library = parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    (found,) = library.entries
    return {
        "type": found.entry_type,
        "key": found.key,
        **{field.key: field.value.replace("ˆ", "^") for field in found.fields},
    }
