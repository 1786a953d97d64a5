"""What people take home: RDF dumps, tables, networks, and the descriptions of the dataset, made from one snapshot."""
