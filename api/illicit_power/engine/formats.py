"""The formats that answers can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pyoxigraph import RdfFormat

Kind = Literal["solutions", "boolean", "graph"]
"""What a query gives: SELECT gives solutions, ASK a boolean, CONSTRUCT and DESCRIBE a graph."""


@dataclass(frozen=True)
class ResultFormat:
    """A serialization.

    :ivar name: short name, used as file suffix and as the value of ``format=``
    :ivar media_type: the Content-Type of an answer
    :ivar other_media_types: further types by which a client may ask for it
    :ivar other_names: further names for ``format=``, as clients in use send them
    :ivar text: whether the Content-Type carries ``charset=utf-8``
    """

    name: str
    media_type: str
    other_media_types: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    text: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """All that ``format=`` may call it, its media types included."""
        return (self.name, *self.other_names, self.media_type, *self.other_media_types)

    @property
    def content_type(self) -> str:
        return f"{self.media_type}; charset=utf-8" if self.text else self.media_type

    @property
    def rdf_format(self) -> RdfFormat:
        """What the serializer and the parser call a format for graphs.

        :raises ValueError: when it is none
        """
        found = RdfFormat.from_media_type(self.media_type)
        if found is None:
            raise ValueError(f"{self.media_type} is no format for graphs")
        return found


JSON: Final = ResultFormat("json", "application/sparql-results+json", ("application/json",))
XML: Final = ResultFormat("xml", "application/sparql-results+xml", ("application/xml", "text/xml"))
CSV: Final = ResultFormat("csv", "text/csv", text=True)
TSV: Final = ResultFormat("tsv", "text/tab-separated-values", text=True)

TURTLE: Final = ResultFormat(
    "ttl",
    "text/turtle",
    ("application/x-turtle", "application/turtle", "text/rdf+n3", "text/n3"),
    ("turtle", "n3"),
    text=True,
)
"""Also for whoever asks for Notation3, of which it is a part."""

JSON_LD: Final = ResultFormat("jsonld", "application/ld+json", ("application/json",), ("json-ld", "json"))
N_TRIPLES: Final = ResultFormat("nt", "application/n-triples", ("text/plain",), ("ntriples", "n-triples"))
N_QUADS: Final = ResultFormat("nq", "application/n-quads", (), ("nquads", "n-quads"))
TRIG: Final = ResultFormat("trig", "application/trig", ("application/x-trig",), text=True)
RDF_XML: Final = ResultFormat("rdf", "application/rdf+xml", ("application/xml", "text/xml"), ("rdf+xml", "xml"))

SOLUTIONS_FORMATS: Final = (JSON, XML, CSV, TSV)
"""For SELECT. The first is the default."""

BOOLEAN_FORMATS: Final = (JSON, XML)
"""For ASK, which has no CSV or TSV form. The first is the default."""

GRAPH_FORMATS: Final = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML, TRIG, N_QUADS)
"""For CONSTRUCT and DESCRIBE. The first is the default."""

FORMATS: Final[dict[Kind, tuple[ResultFormat, ...]]] = {
    "solutions": SOLUTIONS_FORMATS,
    "boolean": BOOLEAN_FORMATS,
    "graph": GRAPH_FORMATS,
}
