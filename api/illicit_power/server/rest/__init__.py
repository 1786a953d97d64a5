"""The REST facade, for whoever does not write SPARQL. Each answer is one bound query to the engine."""

from illicit_power.server.rest.routes import router

__all__ = ["router"]
