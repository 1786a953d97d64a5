"""Answers SPARQL over a dataset. Queries run in killable worker processes, never in the caller's own."""
