"""What the server or the way to it may answer, in sentences for the person."""

from __future__ import annotations

from interview_desktop.errors import AppError


class ApiError(AppError):
    """The server said no, or said nothing that can be used."""


class Unreachable(ApiError):
    """No answer: no network, a server that is down, a time-out."""


class Unauthorized(ApiError):
    """The sign-in is missing or over."""


class NotFound(ApiError):
    """It does not exist, or not for this user."""


class Conflict(ApiError):
    """It does not fit the present state, or has changed meanwhile."""


class DamagedOnTheWay(ApiError):
    """A piece of a recording did not arrive as it was sent."""


class RateLimited(ApiError):
    """Too many requests."""


class Refused(ApiError):
    """The request was not accepted."""


class ServerFailed(ApiError):
    """The server has a problem of its own."""


class UnexpectedAnswer(ApiError):
    """The answer is not what the contract says."""

    def __init__(self) -> None:
        super().__init__(
            "The server gave an answer that could not be understood.",
            "Check that app and server have the same version.",
        )


def error_for(status: int, detail: str) -> ApiError:
    """The error for an answer that is no success."""
    detail = detail or f"The server answered with status {status}."
    kinds: dict[int, tuple[type[ApiError], str]] = {
        401: (Unauthorized, "Sign in again."),
        403: (Refused, ""),
        404: (NotFound, ""),
        409: (Conflict, ""),
        412: (Conflict, ""),
        429: (RateLimited, "Wait a moment."),
        460: (DamagedOnTheWay, ""),
    }
    if status in kinds:
        kind, next_step = kinds[status]
        return kind(detail, next_step)
    if status >= 500:
        return ServerFailed(detail, "Try again in a moment.")
    return Refused(detail)
