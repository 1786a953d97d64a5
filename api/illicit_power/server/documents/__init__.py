"""Documents about things, the ontology and the dataset; downloads; the home page."""
