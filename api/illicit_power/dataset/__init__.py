"""From source files to one compiled, immutable, content-addressed snapshot."""
