"""Passwords: their rules and their hashes, two at once and off the event loop."""

from __future__ import annotations

import asyncio
import base64
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from server.errors import ApiError, bad_request

T = TypeVar("T")
MIN_PASSWORD = 10
MAX_PASSWORD = 1024
AT_ONCE = 2
# Each costs some 50 ms of a core: who comes after these is told to try again.
MAX_WAITING = 40
# OWASP's argon2id minimum: 19 MiB, two passes; the library's own default took six times as long.
_PASSES, _MEMORY_KIB, _LANES = 2, 19 * 1024, 1
_HASHER = PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)


class _Slots:
    """Two threads of their own: a crowd that signs in must not take those that read files.

    Thread: any event loop.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._places = threading.Semaphore(AT_ONCE + MAX_WAITING)

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work`.

        Raises:
            ApiError: 429 when too many wait.
        """
        if not self._places.acquire(blocking=False):
            raise ApiError(
                429, "Too many people sign in just now. Try again.", {"Retry-After": "3"}
            )
        future = self._pool.submit(work)
        # Also when the request is given up: its place is free once the thread is.
        future.add_done_callback(lambda _done: self._places.release())
        return await asyncio.wrap_future(future)


SLOTS = _Slots()


def _random(length: int) -> str:
    return base64.b64encode(secrets.token_bytes(length)).rstrip(b"=").decode()


# Checking against it takes as long as against a real one; no password is known that fits it.
_DUMMY_HASH = f"$argon2id$v=19$m={_MEMORY_KIB},t={_PASSES},p={_LANES}${_random(16)}${_random(32)}"


def check_password(password: str) -> None:
    """Whether a new password may be used.

    Raises:
        ApiError: 400.
    """
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise bad_request(f"The password needs {MIN_PASSWORD} to {MAX_PASSWORD} characters.")


async def hashed(password: str) -> str:
    """The hash to store.

    Raises:
        ApiError: 429 when too many wait.
    """
    return await SLOTS.run(lambda: _HASHER.hash(password))


async def verified(stored: str | None, password: str) -> tuple[bool, str | None]:
    """(right, a stronger hash to store). Without a stored hash it is wrong, as slowly.

    Raises:
        ApiError: 429 when too many wait.
    """
    return await SLOTS.run(lambda: _verify(stored or _DUMMY_HASH, password))


def _verify(stored: str, password: str) -> tuple[bool, str | None]:
    try:
        _HASHER.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False, None
    return True, _HASHER.hash(password) if _HASHER.check_needs_rehash(stored) else None
