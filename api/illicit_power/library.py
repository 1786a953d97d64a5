"""The dataset in Python: SPARQL in this process, RDFLib graphs, and tables as pandas or polars frames.

The data are those of the installed package, which has them compiled; the package's own tests have validated them. In a
checkout they are compiled on first use, which takes some seconds, and kept in the user's cache folder
(``$ILLICIT_POWER_CACHE`` names another). Queries run in memory without limits: a costly one is ended with the interrupt
key.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Literal

import pyoxigraph
import rdflib
from platformdirs import user_cache_path

from illicit_power.dataset.compiled import compile_source
from illicit_power.dataset.documents import serialize
from illicit_power.dataset.rdflib_terms import add_to
from illicit_power.dataset.releases import ReleaseRecord
from illicit_power.dataset.snapshot import Snapshot, SnapshotStore
from illicit_power.dataset.source import Source
from illicit_power.engine import in_process as answers
from illicit_power.engine.formats import GRAPH_FORMATS
from illicit_power.engine.help.syntax_errors import explain_syntax_error
from illicit_power.engine.in_process import Value
from illicit_power.exports.bibliography import dataset_entry
from illicit_power.exports.documents import document_of
from illicit_power.exports.tables import TABLES, Datatype, table_named
from illicit_power.exports.versions import Version
from illicit_power.matching.index import Index, build_index
from illicit_power.matching.queries import stored_query as matching_query
from illicit_power.matching.scoring import Matcher, Question
from illicit_power.model.iris import ENTITY

Frame = Literal["rows", "pandas", "polars"]
"""How rows are given: as a list of dictionaries, or as a data frame of a library that has to be installed."""

_FRAME_TYPES: Final[dict[Frame, dict[Datatype, str]]] = {
    "pandas": {
        "string": "string",
        "anyURI": "string",
        "integer": "Int64",
        "decimal": "Float64",
        "boolean": "boolean",
        "date": "datetime64[s]",
    },
    "polars": {
        "string": "String",
        "anyURI": "String",
        "integer": "Int64",
        "decimal": "Float64",
        "boolean": "Boolean",
        "date": "Date",
    },
}

_MAIN_CLASSES: Final = ("Organization", "Person", "Place", "Event")


def select(query: str, frame: Frame = "rows") -> Any:
    """The solutions of a SELECT query over the union of all named graphs.

    :param query: SPARQL 1.1; the prefixes of the publication need no declaration
    :param frame: ``rows`` for a list of dictionaries, ``pandas`` or ``polars`` for a data frame
    :return: for each variable an IRI as a string, a literal as the Python value of its type, or None
    :raises SyntaxError: when it is not SPARQL; it tells what is wrong, the line (from 1), the column and the way out
    :raises ValueError: when it is another kind of query
    :raises ModuleNotFoundError: when the library of the frame is not installed
    """
    with _explained_mistakes(query):
        variables, rows = answers.solve(_store(), _prologue() + query)
    if frame == "rows":
        return rows
    return _library(frame).DataFrame({name: [row[name] for row in rows] for name in variables})


def ask(query: str) -> bool:
    """The answer of an ASK query over the union of all named graphs.

    :raises SyntaxError: when it is not SPARQL; it tells what is wrong, the line (from 1), the column and the way out
    :raises ValueError: when it is another kind of query
    """
    with _explained_mistakes(query):
        answer = _store().query(_prologue() + query, use_default_graph_as_union=True)
    if not isinstance(answer, pyoxigraph.QueryBoolean):
        raise ValueError("this is not an ASK query: use select() for SELECT, construct() for CONSTRUCT and DESCRIBE")
    return bool(answer)


def construct(query: str) -> rdflib.Graph:
    """The graph that a CONSTRUCT or DESCRIBE query gives, over the union of all named graphs.

    :raises SyntaxError: when it is not SPARQL; it tells what is wrong, the line (from 1), the column and the way out
    :raises ValueError: when it is another kind of query
    """
    with _explained_mistakes(query):
        answer = _store().query(_prologue() + query, use_default_graph_as_union=True)
    if not isinstance(answer, pyoxigraph.QueryTriples):
        raise ValueError("this gives no graph: use select() for SELECT, ask() for ASK")
    graph = rdflib.Graph(bind_namespaces="none")
    _snapshot().prefixes.bind_to(graph)
    return add_to(graph, answer)


def rdflib_dataset() -> rdflib.Dataset:
    """The whole dataset with its named graphs, free to change: each call reads it anew, in some seconds.

    Its default graph is the union of the named ones.
    """
    whole = rdflib.Dataset(default_union=True)
    _snapshot().prefixes.bind_to(whole)
    for quad in pyoxigraph.parse(path=str(_snapshot().quads), format=pyoxigraph.RdfFormat.N_QUADS):
        assert isinstance(quad.graph_name, pyoxigraph.NamedNode), "a snapshot has named graphs only"
        add_to(whole.graph(quad.graph_name.value), [quad.triple])
    return whole


def match(name: str, kind: str | None = None, limit: int = 5) -> list[dict[str, Any]]:
    """The entities that a name can stand for, best first, as the reconciliation service finds them.

    :param name: in any spelling or script; the IRI of an entity, or of what it is linked to, will do
    :param kind: a class that they must belong to: ``Person``, ``ips:Person`` or its IRI
    :param limit: the most that are wanted
    :return: for each its ``iri``, ``name`` and ``description``, its ``score`` from 0 to 100, and ``match``, whether it
        is the clear winner
    :raises ValueError: when there is no such class
    """
    if limit < 1:
        raise ValueError(f"a limit of {limit} leaves nothing: take 1 or more")
    index = _index()
    type_ = index.type(kind) if kind else None
    if kind and not type_:
        near = get_close_matches(kind, [id_.partition(":")[2] for id_ in index.types])
        raise ValueError(f"there is no class {kind}: use {' or '.join(near or _MAIN_CLASSES)}")
    question = Question(name, types=[type_] if type_ else [], limit=limit)
    return [
        {
            "iri": str(ENTITY) + candidate.entity.id,
            "name": candidate.entity.name,
            "description": candidate.entity.description,
            "score": round(candidate.score, 1),
            "match": candidate.match,
        }
        for candidate in Matcher(index).candidates(question)
    ]


def describe(thing: str, format: str = "ttl") -> str:
    """The document of a thing, as the server gives it: what is said of it, its claims with their evidence, its links.

    :param thing: its IRI, its prefixed name (``entity:basra``), or the last part of an entity's IRI (``basra``)
    :param format: ``ttl``, ``jsonld``, ``nt``, ``rdf``, ``trig`` or ``nq``
    :raises LookupError: when there is no such thing, with the nearest; or it has been withdrawn
    :raises ValueError: when there is no such format
    """
    wanted = next((known for known in GRAPH_FORMATS if format in known.names), None)
    if wanted is None:
        raise ValueError(f"there is no format {format}: use {', '.join(known.name for known in GRAPH_FORMATS)}")
    prefixes = _snapshot().prefixes
    iri = prefixes.expand(thing) if ":" in thing else str(ENTITY) + thing
    return serialize(document_of(_store(), iri), wanted.rdf_format, prefixes, iri).decode()


def cite() -> str:
    """A BibTeX entry for the dataset, in the version that is installed. Cite the source of a claim along with it."""
    manifest = _snapshot().manifest
    version = Version(manifest.version, manifest.sha256, tuple(ReleaseRecord.of(Source.default()).releases()))
    return dataset_entry(version, datetime.now(UTC).date())


def tables() -> dict[str, str]:
    """The names of the tables, each with what one of its rows is."""
    return {table.name: table.unit for table in TABLES}


def table(name: str, frame: Frame = "pandas") -> Any:
    """A table, with the columns and types that its codebook declares. It holds what the CSV file of that name holds.

    :param name: one of :func:`tables`
    :param frame: ``pandas`` or ``polars`` for a data frame, ``rows`` for a list of dictionaries
    :raises ValueError: when there is no table of that name
    :raises ModuleNotFoundError: when the library of the frame is not installed
    """
    wanted = table_named(name)
    rows = wanted.rows(_store())
    if frame == "rows":
        return rows
    library = _library(frame)
    cells = {column.name: [_float(row[column.name]) for row in rows] for column in wanted.columns}
    types = {column.name: _FRAME_TYPES[frame][column.cell_datatype] for column in wanted.columns}
    if frame == "pandas":
        return library.DataFrame(cells).astype(types)
    return library.DataFrame(cells, schema={name: getattr(library, type_) for name, type_ in types.items()})


@cache
def _snapshot() -> Snapshot:
    source = Source.default()
    packaged = SnapshotStore.packaged(source)
    if packaged and (snapshot := packaged.current()):
        return snapshot
    folder = os.environ.get("ILLICIT_POWER_CACHE")
    store = SnapshotStore(Path(folder) if folder else user_cache_path("illicit-power"))
    digest = source.digest()
    current = store.current()
    if current and store.is_built_from(digest):
        return current
    return store.publish(compile_source(source), digest)


@cache
def _store() -> pyoxigraph.Store:
    return answers.load(_snapshot().quads)


@cache
def _index() -> Index:
    entity_rows, term_rows = (answers.terms(_store(), matching_query(name)) for name in ("entities", "terms"))
    return build_index(entity_rows, term_rows, _snapshot().prefixes)


def _prologue() -> str:
    """One line before each query, so that it need not declare the prefixes of the publication."""
    prefixes = _snapshot().prefixes
    return " ".join(map(prefixes.declaration, prefixes)) + "\n"


@contextmanager
def _explained_mistakes(query: str) -> Iterator[None]:
    """Syntax errors of a query that comes after the prologue, with the place where Python shows it."""
    try:
        yield
    except SyntaxError as error:
        fault = explain_syntax_error(_prologue() + query, str(error), _snapshot().prefixes)
        if not fault.line:
            raise SyntaxError(fault.message) from None
        line = fault.line - 1
        text = re.split(r"\r\n|\r|\n", query)[line - 1]
        raise SyntaxError(fault.message, ("<query>", line, fault.column, text)) from None


def _float(value: Value | None) -> Value | None:
    return float(value) if isinstance(value, Decimal) else value


def _library(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise ModuleNotFoundError(f"{name} is not installed: pip install {name}, or ask for frame='rows'") from None
