"""What follows from the claims: direct links, and the types and relations that the ontology entails."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

import pyoxigraph
from rdflib import OWL, RDF, Graph
from rdflib.term import Node

from illicit_power.model.iris import IPS, VOCABULARY

_ASSERTED = VOCABULARY["stance/asserted"]
_IMPLICIT = VOCABULARY["explicitness/implicit"]
_RULES = "inference.ru"
_ENTAILED = pyoxigraph.NamedNode("urn:entailed")
_GIVEN = pyoxigraph.NamedNode("urn:given")


def direct_links(claims: Graph, ontology: Graph) -> tuple[Graph, Graph]:
    """The direct triples of all relation claims that are asserted and not qualified.

    The property is that of the claim's role, where the role has one, else that of its class.

    :param claims: claims with their stance, and the explicitness of their evidence, written out
    :param ontology: says the ``ips:directProperty`` of classes of claims and of roles
    :return: the links that some evidence states, and those that rest on the reader's inference alone
    """
    stated, inferred = Graph(bind_namespaces="none"), Graph(bind_namespaces="none")
    for class_, property_ in ontology.subject_objects(IPS.directProperty):
        for claim in claims.subjects(RDF.type, class_):
            if (claim, IPS.stance, _ASSERTED) not in claims or (claim, IPS.qualification, None) in claims:
                continue
            of_role = ontology.value(claims.value(claim, IPS.role), IPS.directProperty)
            subject, object_ = claims.value(claim, IPS.subject), claims.value(claim, IPS.object)
            if subject is not None and object_ is not None:
                links = stated if _is_stated(claim, claims) else inferred
                links.add((subject, of_role or property_, object_))
    return stated, inferred - stated


def _is_stated(claim: Node, claims: Graph) -> bool:
    evidence = list(claims.objects(claim, IPS.evidence))
    return not evidence or any((place, IPS.explicitness, _IMPLICIT) not in claims for place in evidence)


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
    entailed = Graph(bind_namespaces="none")
    quads = store.quads_for_pattern(None, None, None, _ENTAILED)
    triples = pyoxigraph.serialize((quad.triple for quad in quads), format=pyoxigraph.RdfFormat.N_TRIPLES)
    entailed.parse(data=triples, format="nt")
    return entailed


def _n_triples(graph: Graph) -> bytes:
    return graph.serialize(format="nt", encoding="utf-8")
