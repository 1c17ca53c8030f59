"""What every secret store offers, and the one that forgets at the end."""

from __future__ import annotations

from typing import Protocol


class SecretStore(Protocol):
    """Named secrets of this app.

    Thread: the calls may block for seconds (an unlock prompt); never on the window's thread or
    the event loop.
    """

    @property
    def lasting(self) -> bool:
        """Whether a secret survives the end of the app."""

    def get(self, name: str) -> str | None:
        """The secret `name`, or None."""

    def set(self, name: str, secret: str) -> None:
        """Keep `secret` under `name`, replacing an older one."""

    def delete(self, name: str) -> None:
        """Forget `name`; nothing happens if it is not there."""


class MemoryStore:
    """Secrets for this run only: used where the system has no working keyring."""

    lasting = False

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        """The secret `name`, or None."""
        return self._secrets.get(name)

    def set(self, name: str, secret: str) -> None:
        """Keep `secret` until the app ends."""
        self._secrets[name] = secret

    def delete(self, name: str) -> None:
        """Forget `name`."""
        self._secrets.pop(name, None)
