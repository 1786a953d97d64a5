"""Reconciliation: from names in a spreadsheet to the IRIs of this publication (Reconciliation Service API)."""
