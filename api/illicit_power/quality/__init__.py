"""Is the dataset right? SHACL shapes, terms, OWL reasoning, competency queries."""
