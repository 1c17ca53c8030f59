"""Health and metrics for whoever runs the server."""

from __future__ import annotations

from starlette.routing import Route


def routes() -> list[Route]:
    """The routes of this group."""
    return []
