"""Queries that are kept with their answers, under permanent links, so that they can be cited."""
