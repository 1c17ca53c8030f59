"""Why a call does not come about."""

from __future__ import annotations

from interview_desktop.errors import AppError


class CallError(AppError):
    """The call could not be set up."""
