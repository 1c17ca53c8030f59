"""Who looked, shared, signed in, deleted."""

from __future__ import annotations

from starlette.routing import Route


def routes() -> list[Route]:
    """The routes of this group."""
    return []
