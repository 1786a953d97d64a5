"""What follows from the claims: direct links, kinds, and the types and relations that the ontology entails."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

import pyoxigraph
from rdflib import OWL, RDF, RDFS, SKOS, Graph
from rdflib.term import Node

from illicit_power.dataset.rdflib_terms import add_to
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


def kinds(claims: Graph, entities: Graph, ontology: Graph) -> Graph:
    """The kinds that organizations are of because an asserted and unqualified claim says something of them.

    A claim qualifies for a kind by its class, by its role, or by its object or a concept broader than that. It is its
    subject that is of the kind; where the direct property is symmetric, its object as well.

    :param claims: claims with their stance written out
    :param entities: with the kinds that are written by hand
    :param ontology: says ``ips:qualifiesAs`` of classes of claims and of concepts, and what is disjoint with a kind
    :return: ``ips:qualifiesAs`` of each such claim, and the type of each organization, unless the ontology defines the
        kind, so that it follows by inference
    """
    found = Graph(bind_namespaces="none")
    grounds = set(ontology.subjects(IPS.qualifiesAs, None))
    for claim in set(claims.subjects(IPS.stance, _ASSERTED)) - set(claims.subjects(IPS.qualification, None)):
        class_ = next((type_ for type_ in claims.objects(claim, RDF.type) if (type_, None, None) in ontology), None)
        subject, object_ = claims.value(claim, IPS.subject), claims.value(claim, IPS.object)
        broader = set(ontology.transitive_objects(object_, SKOS.broader)) if object_ is not None else set()
        direct = ontology.value(class_, IPS.directProperty)
        ends = [subject, object_] if (direct, RDF.type, OWL.SymmetricProperty) in ontology else [subject]
        for ground in grounds & {class_, claims.value(claim, IPS.role), *broader}:
            for kind in ontology.objects(ground, IPS.qualifiesAs):
                for member in ends:
                    if member is not None and _may_be(member, kind, entities, ontology):
                        found.add((claim, IPS.qualifiesAs, kind))
                        if (kind, OWL.equivalentClass, None) not in ontology:
                            found.add((member, RDF.type, kind))
    return found


def _may_be(thing: Node, kind: Node, entities: Graph, ontology: Graph) -> bool:
    """Whether a thing is an organization, and of no kind that is disjoint with this one."""
    types = entities.objects(thing, RDF.type)
    classes = {wider for type_ in types for wider in ontology.transitive_objects(type_, RDFS.subClassOf)}
    disjoint = {*ontology.objects(kind, OWL.disjointWith), *ontology.subjects(OWL.disjointWith, kind)}
    return IPS.Organization in classes and not disjoint & classes


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
    quads = store.quads_for_pattern(None, None, None, _ENTAILED)
    return add_to(Graph(bind_namespaces="none"), (quad.triple for quad in quads))


def _n_triples(graph: Graph) -> bytes:
    return graph.serialize(format="nt", encoding="utf-8")
