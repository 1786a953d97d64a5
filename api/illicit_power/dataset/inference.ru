# What the ontology entails of the given statements. Run until nothing new appears.
# <urn:given> holds what is said, <urn:ontology> the ontology; <urn:entailed> receives what follows.

PREFIX owl:  <http://www.w3.org/2002/07/owl#>
PREFIX rdf:  <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

# A member of a class is a member of its superclasses.
INSERT { GRAPH <urn:entailed> { ?thing a ?superclass } }
USING <urn:given> USING <urn:entailed> USING NAMED <urn:ontology> USING NAMED <urn:given>
WHERE {
  ?thing a ?class .
  GRAPH <urn:ontology> { ?class rdfs:subClassOf+ ?superclass . FILTER isIRI(?superclass) }
  FILTER NOT EXISTS { GRAPH <urn:given> { ?thing a ?superclass } }
} ;

# What holds by a property holds by its superproperties.
INSERT { GRAPH <urn:entailed> { ?subject ?superproperty ?object } }
USING <urn:given> USING <urn:entailed> USING NAMED <urn:ontology> USING NAMED <urn:given>
WHERE {
  GRAPH <urn:ontology> { ?property rdfs:subPropertyOf+ ?superproperty }
  ?subject ?property ?object .
  FILTER NOT EXISTS { GRAPH <urn:given> { ?subject ?superproperty ?object } }
} ;

# A symmetric property holds both ways.
INSERT { GRAPH <urn:entailed> { ?object ?property ?subject } }
USING <urn:given> USING <urn:entailed> USING NAMED <urn:ontology> USING NAMED <urn:given>
WHERE {
  GRAPH <urn:ontology> { ?property a owl:SymmetricProperty }
  ?subject ?property ?object .
  FILTER NOT EXISTS { GRAPH <urn:given> { ?object ?property ?subject } }
} ;

# A transitive property holds over any number of steps.
INSERT { GRAPH <urn:entailed> { ?first ?property ?third } }
USING <urn:given> USING <urn:entailed> USING NAMED <urn:ontology> USING NAMED <urn:given>
WHERE {
  GRAPH <urn:ontology> { ?property a owl:TransitiveProperty }
  ?first ?property ?second .
  ?second ?property ?third .
  FILTER NOT EXISTS { GRAPH <urn:given> { ?first ?property ?third } }
} ;

# A class that is defined by having some value of a property has everything with such a value.
INSERT { GRAPH <urn:entailed> { ?thing a ?class } }
USING <urn:given> USING <urn:entailed> USING NAMED <urn:ontology> USING NAMED <urn:given>
WHERE {
  { SELECT DISTINCT ?class ?genus ?property ?valueClass WHERE { GRAPH <urn:ontology> {
      ?class owl:equivalentClass/owl:intersectionOf ?parts .
      ?parts rdf:rest*/rdf:first [ owl:onProperty ?property ; owl:someValuesFrom ?valueClass ] .
      ?parts rdf:rest*/rdf:first ?genus .
      FILTER isIRI(?genus) } } }
  ?thing ?property ?value ; a ?genus .
  ?value a ?valueClass .
}
