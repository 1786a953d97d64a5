"""Illicit Power: linked open data about illicit power structures, with the source of every statement."""

__version__ = "0.1.0"
