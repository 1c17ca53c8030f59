"""Secrets in a real Secret Service."""

from __future__ import annotations

import pytest

from interview_desktop.credentials.keyring_store import lasting_secret, open_store
from interview_desktop.credentials.store import MemoryStore

pytestmark = pytest.mark.keyring


def test_a_secret_is_written_read_and_forgotten() -> None:
    store = open_store()
    assert store.lasting
    made = lasting_secret(store, "test")
    assert lasting_secret(open_store(), "test") == made
    store.delete("test")
    store.delete("test")
    assert store.get("test") is None


def test_without_a_keyring_secrets_last_for_the_run() -> None:
    import keyring
    from keyring.backends import fail

    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    try:
        store = open_store()
    finally:
        keyring.set_keyring(before)
    assert isinstance(store, MemoryStore)
    assert lasting_secret(store, "test") == lasting_secret(store, "test")
