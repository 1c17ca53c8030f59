"""A candidate's leave for one coach to look."""

from __future__ import annotations

from starlette.routing import Route


def routes() -> list[Route]:
    """The routes of this group."""
    return []
