"""To be written: the work of a job of this kind."""

from __future__ import annotations

from server.errors import ApiError
from server.services.context import Context
from server.storage.jobs import JobRow


async def make(context: Context, job: JobRow) -> None:
    """The work."""
    raise ApiError(500, "This server cannot do that yet.")
