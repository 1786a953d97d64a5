"""Kept queries under ``/q/``."""
