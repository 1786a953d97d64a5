"""What follows from the claims: direct links, and the types and relations that the ontology entails."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

import pyoxigraph
from rdflib import OWL, RDF, Graph

from illicit_power.dataset.rdflib_terms import add_to
from illicit_power.model.iris import IPS, VOCABULARY

_RULES = "inference.ru"
_ENTAILED = pyoxigraph.NamedNode("urn:entailed")
_GIVEN = pyoxigraph.NamedNode("urn:given")


def direct_links(claims: Graph, ontology: Graph) -> Graph:
    """The direct triples of all relation claims whose stance is asserted.

    :param claims: claims with their stance written out
    :param ontology: says the ``ips:directProperty`` of each class of claims
    """
    links = Graph(bind_namespaces="none")
    asserted = VOCABULARY["stance/asserted"]
    for class_, property_ in ontology.subject_objects(IPS.directProperty):
        for claim in claims.subjects(None, class_):
            if (claim, IPS.stance, asserted) in claims:
                for subject in claims.objects(claim, IPS.subject):
                    for object_ in claims.objects(claim, IPS.object):
                        links.add((subject, property_, object_))
    return links


def direct_matches(links: Graph) -> Graph:
    """The direct triple of each annotated link to another dataset (SSSOM, https://mapping-commons.github.io/sssom/).

    :param links: mappings as OWL axioms, with the entity, the matching property and the thing it is matched with
    """
    matches = Graph(bind_namespaces="none")
    for mapping in links.subjects(RDF.type, OWL.Axiom):
        for entity in links.objects(mapping, OWL.annotatedSource):
            for property_ in links.objects(mapping, OWL.annotatedProperty):
                for target in links.objects(mapping, OWL.annotatedTarget):
                    matches.add((entity, property_, target))
    return matches


def infer(graphs: Iterable[Graph], ontology: Graph) -> Graph:
    """What the ontology entails of some graphs, and they do not say themselves.

    Covers superclasses, superproperties, symmetric and transitive properties, and classes defined by
    an existential restriction, by the rules in ``inference.ru``. Full OWL 2 DL reasoning checks the same result
    in :mod:`illicit_power.quality.reasoning`.
    """
    store = pyoxigraph.Store()
    for graph in graphs:
        store.load(_n_triples(graph), format=pyoxigraph.RdfFormat.N_TRIPLES, to_graph=_GIVEN)
    store.load(
        _n_triples(ontology), format=pyoxigraph.RdfFormat.N_TRIPLES, to_graph=pyoxigraph.NamedNode("urn:ontology")
    )
    rules = files(__package__).joinpath(_RULES).read_text(encoding="utf-8")
    size = -1
    while size != (size := len(list(store.quads_for_pattern(None, None, None, _ENTAILED)))):
        store.update(rules)
    quads = store.quads_for_pattern(None, None, None, _ENTAILED)
    return add_to(Graph(bind_namespaces="none"), (quad.triple for quad in quads))


def _n_triples(graph: Graph) -> bytes:
    return graph.serialize(format="nt", encoding="utf-8")
