"""The embedded engine: one process that has the dataset, and killable workers forked from it."""
