"""Health checks, metrics and the log, for those who run the server."""
