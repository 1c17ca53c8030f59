"""Secrets in a real Secret Service."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordSetError

from interview_desktop.credentials import keyring_store
from interview_desktop.credentials.keyring_store import KeyringStore, lasting_secret, open_store
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
    from keyring.backends import fail

    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    try:
        store = open_store()
    finally:
        keyring.set_keyring(before)
    assert isinstance(store, MemoryStore)
    assert lasting_secret(store, "test") == lasting_secret(store, "test")


class StubbornKeyring(KeyringBackend):
    """Stands in for a system keyring that works until something happens."""

    priority = 0.1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[str, str] = {}
        self.error: Exception | None = None
        self.prompt: threading.Event | None = None

    def _use(self) -> None:
        if self.prompt is not None:
            assert self.prompt.wait(20)
        if self.error is not None:
            raise self.error

    def get_password(self, service: str, username: str) -> str | None:
        self._use()
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._use()
        self.kept[username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._use()
        del self.kept[username]


@pytest.fixture
def stubborn() -> Iterator[StubbornKeyring]:
    with _chosen(StubbornKeyring()) as backend:
        yield backend


@contextlib.contextmanager
def _chosen(backend: StubbornKeyring) -> Iterator[StubbornKeyring]:
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield backend
    finally:
        keyring.set_keyring(before)


@pytest.mark.parametrize(
    "error", [KeyringLocked("locked"), PasswordSetError("refused"), OSError("no bus"), KeyError(1)]
)
def test_a_keyring_that_fails_later_costs_a_sign_in_and_no_more(
    stubborn: StubbornKeyring, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    store = open_store()
    assert isinstance(store, KeyringStore)
    stubborn.error = error
    caplog.set_level("INFO")
    made = lasting_secret(store, "test")
    assert len(made) == 64
    assert type(error).__name__ in caplog.text
    assert made not in caplog.text
    stubborn.error = None
    kept = lasting_secret(store, "test")
    assert lasting_secret(store, "test") == kept != made


@pytest.mark.parametrize("kept", ["", "short", "x" * 64, "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_a_secret_that_is_none_any_more_is_made_anew(stubborn: StubbornKeyring, kept: str) -> None:
    stubborn.kept["test"] = kept
    made = lasting_secret(KeyringStore(), "test")
    assert made != kept
    assert stubborn.kept["test"] == made


def test_a_prompt_that_nobody_answers_does_not_keep_the_app_from_starting(
    stubborn: StubbornKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring_store, "PROBE_LIMIT_S", 0.05)
    stubborn.prompt = threading.Event()
    assert isinstance(open_store(), MemoryStore)
    stubborn.prompt.set()
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join(20)
