"""Errors that become an HTTP answer: `{"detail": "<one readable sentence>"}`."""

from __future__ import annotations


class ApiError(Exception):
    """An answer other than the wished one.

    Args:
        status: the HTTP status code.
        detail: one readable sentence; never a stack, a query or a secret.
        headers: further headers of the answer.
    """

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}


def bad_request(detail: str) -> ApiError:
    """400: the request cannot be understood or breaks a rule."""
    return ApiError(400, detail)


def unauthorized(
    detail: str = "Sign in first: the access token is missing or not valid.",
) -> ApiError:
    """401 with the challenge that RFC 6750 asks for."""
    return ApiError(401, detail, {"WWW-Authenticate": "Bearer"})


def forbidden(detail: str) -> ApiError:
    """403: known, but not allowed."""
    return ApiError(403, detail)


def not_found(detail: str = "There is nothing here.") -> ApiError:
    """404: it does not exist, or not for this user."""
    return ApiError(404, detail)


def conflict(detail: str) -> ApiError:
    """409: it does not fit the present state."""
    return ApiError(409, detail)
