"""The HTTP face: SPARQL endpoint, documents for IRIs, REST facade, pages."""
