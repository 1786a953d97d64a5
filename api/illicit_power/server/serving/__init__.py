"""Which dataset is served, and how a new one takes its place."""
