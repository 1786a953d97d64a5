"""Help with queries that do not parse, or find nothing."""
