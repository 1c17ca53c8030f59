"""How often a password or a code may be tried."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from server.errors import ApiError

WINDOW_S = 900
# How many failures each kind of key may have in the window. The last one, for everybody together,
# also bounds what is remembered.
LIMITS = {"account": 10, "client": 100, "server": 1000}


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """One try that has not succeeded yet."""

    keys: tuple[tuple[str, str], ...]
    at: int


class Attempts:
    """Counts the failures of each account and of each client in this process.

    A try counts as failed from its beginning, so that a hundred at once are not one. An account
    is the address that was given, whether there is such an account or not.

    Thread: the event loop.
    """

    def __init__(self) -> None:
        self._failed: deque[Attempt] = deque()
        self._counts: Counter[tuple[str, str]] = Counter()

    @contextmanager
    def trying(self, now: int, *, client: str, account: str | None = None) -> Iterator[None]:
        """Count one try; only a block that ends in 401 or 403 leaves it counted.

        One that ends well takes the earlier failures of its account back too.

        Raises:
            ApiError: 429 with Retry-After, where there were too many.
        """
        attempt = self._begin(now, client, account)
        try:
            yield
        except ApiError as error:
            if error.status not in (401, 403):
                self._take_back(attempt, and_of=None)
            raise
        except OSError:
            self._take_back(attempt, and_of=None)
            raise
        self._take_back(attempt, and_of=account)

    def _begin(self, now: int, client: str, account: str | None) -> Attempt:
        while self._failed and self._failed[0].at <= now - WINDOW_S:
            self._forget(self._failed.popleft())
        keys = [("client", client), ("server", "")]
        if account is not None:
            keys.append(("account", account))
        waits_s = [self._oldest(key) + WINDOW_S - now for key in keys if self._full(key)]
        if waits_s:
            wait_s = max(waits_s)
            raise ApiError(
                429,
                f"There were too many failed attempts. Try again in {wait_s} seconds.",
                {"Retry-After": str(wait_s)},
            )
        attempt = Attempt(tuple(keys), now)
        self._failed.append(attempt)
        self._counts.update(keys)
        return attempt

    def _take_back(self, attempt: Attempt, and_of: str | None) -> None:
        kept = deque[Attempt]()
        for one in self._failed:
            if one is attempt or ("account", and_of) in one.keys:
                self._forget(one)
            else:
                kept.append(one)
        self._failed = kept

    def _full(self, key: tuple[str, str]) -> bool:
        return self._counts[key] >= LIMITS[key[0]]

    def _oldest(self, key: tuple[str, str]) -> int:
        return next(one.at for one in self._failed if key in one.keys)

    def _forget(self, attempt: Attempt) -> None:
        self._counts.subtract(attempt.keys)
        for key in attempt.keys:
            if self._counts[key] <= 0:
                del self._counts[key]
