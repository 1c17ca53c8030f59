"""What a coach asks a candidate to practise."""

from __future__ import annotations

from starlette.routing import Route


def routes() -> list[Route]:
    """The routes of this group."""
    return []
