"""The real application on a real socket in a thread: settings, users and clock at hand."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from server.app import build_app
from server.cases import Case, load_cases, speech_ready
from server.config import ASSETS, Secrets, Settings
from server.services.context import Context
from server.services.tokens import access_token
from server.serving import Server, listen, make_server
from server.signing import KeyRing
from server.storage import users
from server.storage.engine import Database
from server.storage.files import RecordingFiles
from server.storage.migrate import migrate
from server.storage.users import UserRow

START_TIMEOUT_S = 20.0
SIGNING_KEY = "5" * 64
LOCAL_SECRET = "6" * 64


@dataclass
class Clock:
    """Whole seconds since 1970, set by the test."""

    now: int = field(default_factory=lambda: int(time.time()))

    def __call__(self) -> int:
        """The time."""
        return self.now


@dataclass(frozen=True)
class ThreadServer:
    """A server that answers on `url`."""

    url: str
    context: Context = field(repr=False)
    clock: Clock

    @property
    def address(self) -> tuple[str, int]:
        """For raw sockets."""
        host, port = self.url.removeprefix("http://").rsplit(":", 1)
        return host, int(port)

    def recording_path(self, recording_id: str) -> Path:
        """Where the bytes of a recording lie."""
        assert isinstance(self.context.files, RecordingFiles)
        return self.context.files.path(recording_id)

    @contextlib.contextmanager
    def user(self, role: str = "candidate") -> Iterator[httpx.Client]:
        """Signed in as somebody new, however far the test moves the clock."""
        user_id = str(uuid.uuid4())
        row = UserRow(user_id, f"{user_id}@example.org", role, None, self.clock.now)
        asyncio.run(self.context.database.write(lambda connection: users.add(connection, row)))

        def bearer() -> str:
            return f"Bearer {access_token(self.context, user_id)['access_token']}"

        first = bearer()

        def sign_in_again(request: httpx.Request) -> None:
            # Only in place of the first token: a test may send another of its own.
            if request.headers.get("Authorization") == first:
                request.headers["Authorization"] = bearer()

        with httpx.Client(
            base_url=f"{self.url}/api/v1",
            headers={"Authorization": first},
            event_hooks={"request": [sign_in_again]},
            timeout=10,
            trust_env=False,
            verify=False,  # plain http: reading the certificates of the system takes its time
        ) as client:
            yield client


@cache
def cases() -> tuple[dict[str, Case], dict[str, bool]]:
    """The shipped cases, and which of them can be spoken."""
    loaded = dict(load_cases(ASSETS / "cases"))
    return loaded, {slug: speech_ready(case, ASSETS / "speech") for slug, case in loaded.items()}


@contextlib.contextmanager
def server_in_thread(
    folder: Path,
    keys: KeyRing | None = None,
    /,
    *,
    turn_secret: str | None = None,
    **settings: Any,
) -> Iterator[ThreadServer]:
    """Serve until the block ends. The clock stands still unless the test moves it."""
    metrics_token: str | None = settings.pop("metrics_token", None)
    chosen = Settings(data_dir=folder, **settings)
    # A server that others could reach is tested on loopback all the same.
    listener = listen("127.0.0.1", 0)
    with listener:
        port = listener.getsockname()[1]
        database = Database(folder / "interviews.sqlite3")
        migrate(database.writer)
        loaded, ready = cases()
        clock = Clock()
        ring = keys or KeyRing((SIGNING_KEY,))
        secrets = Secrets(LOCAL_SECRET, ring, None, turn_secret, metrics_token)
        files = RecordingFiles(chosen.recordings_dir)
        context = Context(chosen, secrets, database, files, dict(loaded), ready, clock)
        server = make_server(build_app(context, port), chosen, port)
        thread = threading.Thread(
            target=lambda: asyncio.run(server.serve(sockets=[listener])), name="server"
        )
        thread.start()
        try:
            _wait_until_started(server, thread)
            yield ThreadServer(f"http://127.0.0.1:{port}", context, clock)
        finally:
            server.should_exit = True
            thread.join(START_TIMEOUT_S)
            assert not thread.is_alive(), "the server did not end"


def _wait_until_started(server: Server, thread: threading.Thread) -> None:
    until_s = time.monotonic() + START_TIMEOUT_S
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < until_s, "the server did not start in time"
        time.sleep(0.01)
