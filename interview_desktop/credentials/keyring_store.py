"""Secrets in the system's keyring, chosen only after a real write has worked."""

from __future__ import annotations

import contextlib
import logging
import re
import secrets
import threading

from interview_desktop.credentials.store import MemoryStore, SecretStore

logger = logging.getLogger(__name__)

SERVICE = "interview-practice"
_PROBE = "probe"
# Long enough to type a password, short enough to wait for at a first start.
PROBE_LIMIT_S = 30.0


class KeyringStore:
    """The system's keyring (Secret Service, Keychain, Credential Locker).

    Thread: any one at a time; calls may wait for the person to unlock the keyring.
    """

    lasting = True

    def get(self, name: str) -> str | None:
        """The secret `name`, or None."""
        import keyring  # noqa: PLC0415  (0.1 s; never before the first paint)

        return keyring.get_password(SERVICE, name)

    def set(self, name: str, secret: str) -> None:
        """Keep `secret` in the keyring."""
        import keyring  # noqa: PLC0415

        keyring.set_password(SERVICE, name, secret)

    def delete(self, name: str) -> None:
        """Remove `name` from the keyring."""
        import keyring  # noqa: PLC0415
        from keyring.errors import PasswordDeleteError  # noqa: PLC0415

        with contextlib.suppress(PasswordDeleteError):
            keyring.delete_password(SERVICE, name)


def open_store() -> SecretStore:
    """The keyring if a write, a read and a delete really work, else memory.

    A backend object proves nothing: a locked Secret Service without a display is found and
    chosen, and fails only at the first write.

    Thread: may block; not the window's thread, not the event loop.
    """
    found: list[SecretStore] = []
    # A prompt that nobody answers, or that nobody can see, must not keep the app from starting.
    probe = threading.Thread(target=lambda: found.append(_probed()), name="keyring", daemon=True)
    probe.start()
    probe.join(PROBE_LIMIT_S)
    if not found:
        logger.info("The keyring did not answer in time")
    return found[0] if found else MemoryStore()


def _probed() -> SecretStore:
    from keyring.errors import KeyringError  # noqa: PLC0415

    store = KeyringStore()
    value = secrets.token_hex(8)
    # The backends let through errors of their own transport (D-Bus, COM) beside KeyringError.
    try:
        store.set(_PROBE, value)
        works = store.get(_PROBE) == value
        store.delete(_PROBE)
    except KeyringError as error:
        logger.info("No working keyring: %s", type(error).__name__)
        return MemoryStore()
    except Exception as error:  # noqa: BLE001
        logger.info("The keyring failed: %s", type(error).__name__)
        return MemoryStore()
    return store if works else MemoryStore()


def lasting_secret(store: SecretStore, name: str) -> str:
    """The 256-bit secret `name` in hex, made on first use and kept where the store can keep it.

    A store that fails meanwhile (a keyring that was locked again) costs a new sign-in, no more.
    """
    made = secrets.token_hex(32)
    try:
        known = store.get(name)
        # What is no such secret any more would keep the server from starting, every time.
        if known and re.fullmatch("[0-9a-f]{64}", known):
            return known
        store.set(name, made)
    except Exception as error:  # noqa: BLE001  (the backends let errors of their transport through)
        logger.info("A secret could not be kept: %s", type(error).__name__)
    return made
