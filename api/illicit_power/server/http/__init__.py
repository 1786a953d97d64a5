"""HTTP as every route needs it: content negotiation, entity tags, bodies, parameters, links, problems, pages."""
