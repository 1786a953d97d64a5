"""HTTP as every route needs it: negotiation, entity tags, bodies, parameters, links, problem documents, pages."""
