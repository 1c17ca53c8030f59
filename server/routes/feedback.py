"""Feedback on an interview, made by a job; and delivery metrics."""

from __future__ import annotations

from starlette.routing import Route


def routes() -> list[Route]:
    """The routes of this group."""
    return []
