"""Passwords: their rules and their hashes, two at once and off the event loop."""

from __future__ import annotations

import asyncio
import base64
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
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


class Slots:
    """Two threads of their own: a crowd that signs in must not take those that read files.

    Args:
        waiting: how many may wait beside those whose turn it is.

    Thread: any.
    """

    def __init__(self, waiting: int = MAX_WAITING) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._places = threading.Semaphore(AT_ONCE + waiting)

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Do `work` when it is its turn.

        Raises:
            ApiError: 429 when too many wait.
        """
        if not self._places.acquire(blocking=False):
            detail = "Too many people are signing in just now. Try again in some seconds."
            raise ApiError(429, detail, {"Retry-After": "3"})
        future = self._pool.submit(self._in_place, work)
        future.add_done_callback(self._give_up)
        return future

    def _in_place(self, work: Callable[[], T]) -> T:
        try:
            return work()
        finally:
            self._places.release()

    def _give_up(self, done: Future[T]) -> None:
        # A request that ended before its turn: its work never begins.
        if done.cancelled():
            self._places.release()


SLOTS = Slots()


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
    return await asyncio.wrap_future(SLOTS.submit(lambda: _HASHER.hash(password)))


async def verified(stored: str | None, password: str) -> tuple[bool, str | None]:
    """(right, a stronger hash to store). Without a stored hash it is wrong, as slowly.

    Raises:
        ApiError: 429 when too many wait.
    """
    hashed_before = stored or _DUMMY_HASH
    return await asyncio.wrap_future(SLOTS.submit(lambda: _verify(hashed_before, password)))


def _verify(stored: str, password: str) -> tuple[bool, str | None]:
    try:
        _HASHER.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False, None
    return True, _HASHER.hash(password) if _HASHER.check_needs_rehash(stored) else None
