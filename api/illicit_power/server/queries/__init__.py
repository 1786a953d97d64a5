"""The stored queries of the server, a file each."""

from functools import partial

from illicit_power.model.stored_queries import read_query

stored_query = partial(read_query, __name__)
"""The text of a query by the name of its file."""
