"""What the upload needs to know of a recorded part."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class PartFiles(Protocol):
    """One part: two files of equal length on one time line."""

    @property
    def id(self) -> str:
        """The part's UUID."""

    @property
    def started_at(self) -> str:
        """ISO 8601 in UTC."""

    @property
    def duration_ms(self) -> int:
        """Length of both tracks."""

    @property
    def candidate(self) -> Path:
        """The candidate's track."""

    @property
    def interviewer(self) -> Path:
        """The interviewer's track."""
