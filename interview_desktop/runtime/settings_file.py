"""The settings on disk: read once at the start, written off the window's thread."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from interview_desktop.domain.settings import (
    MAX_BYTES,
    Reading,
    Settings,
    read_settings,
    write_settings,
)

FILE_NAME = "settings.json"
# A window that is dragged to another size changes 60 times a second.
COALESCE_S = 0.3
CLOSE_LIMIT_S = 3.0
MAX_KEPT_ASIDE = 9

DAMAGED = "Some settings could not be read and are back at their defaults. The old file is kept."
UNREADABLE = "The settings could not be read. Defaults are used, and changes last for this run."
NEWER = (
    "These settings belong to a newer version of the app."
    " They are left as they are; changes last for this run."
)
UNWRITABLE = "The settings cannot be written to this disk. Changes last for this run."


class SettingsFile:
    """Keeps the settings of one data folder.

    `note` is a sentence for the person about what was found at the start, or empty. After the
    first failed write `on_trouble(sentence)` is called once, from the writing thread.

    Thread: `settings`, `change` and `close` on one thread (the window's); nothing there waits for
    the disk but the first reading and, within a limit, `close`.
    """

    def __init__(self, folder: Path, on_trouble: Callable[[str], None] = lambda _: None) -> None:
        self._path = folder / FILE_NAME
        self._on_trouble = on_trouble
        self._changed = threading.Condition()
        self._pending: Settings | None = None
        self._closing = False
        self._writer: threading.Thread | None = None
        self._told = False
        reading, self.note, self._lasting = _read(self._path)
        self.settings = reading.settings
        self._unknown: Mapping[str, Any] = reading.unknown
        if reading.damaged and self._lasting:
            # What was valid in the damaged file must not wait for the next change.
            self._write_soon()

    def change(self, settings: Settings) -> None:
        """Use `settings` from now on, and keep them where they can be kept."""
        if settings == self.settings:
            return
        self.settings = settings
        if self._lasting:
            self._write_soon()

    def _write_soon(self) -> None:
        with self._changed:
            self._pending = self.settings
            self._changed.notify()
        if self._writer is None:
            self._writer = threading.Thread(target=self._write_on, name="settings", daemon=True)
            self._writer.start()

    def close(self) -> None:
        """Write what is not written yet, within a limit. Idempotent."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._writer is not None:
            self._writer.join(CLOSE_LIMIT_S)
            self._writer = None

    def _write_on(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending is not None or self._closing)
                # What comes soon after goes into the same write.
                self._changed.wait_for(lambda: self._closing, COALESCE_S)
                settings, self._pending = self._pending, None
                last = self._closing
            if settings is not None:
                self._write(settings)
            if last:
                return

    def _write(self, settings: Settings) -> None:
        try:
            replace_file(self._path, write_settings(settings, self._unknown))
        except OSError:
            if not self._told:
                self._told = True
                self._on_trouble(UNWRITABLE)


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` at `path` so that a power cut leaves the old or the new, never a mixture.

    Raises:
        OSError: it cannot be written; the old file is as it was.
    """
    temporary = path.with_name(f".{path.name}.new")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
        with open(os.open(temporary, flags, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _read(path: Path) -> tuple[Reading, str, bool]:
    """(what was understood, a note for the person, whether changes may be written)."""
    try:
        # A pipe or a device in its place must not hold the window back.
        if path.exists() and not path.is_file():
            return Reading(), UNREADABLE, False
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return Reading(), "", True
    except OSError:
        return Reading(), UNREADABLE, False
    reading = read_settings(content)
    if reading.newer:
        return reading, NEWER, False
    if reading.damaged:
        # Where no copy can be kept the damaged file is the only one: it is not overwritten.
        kept = _keep_aside(path)
        return reading, DAMAGED if kept else UNREADABLE, kept
    return reading, "", True


def _keep_aside(path: Path) -> bool:
    """Give the damaged file a second name, never over an older one while there is room."""
    names = [
        path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")
        for number in range(1, MAX_KEPT_ASIDE + 1)
    ]
    free = next((name for name in names if not name.exists()), names[-1])
    try:
        with contextlib.suppress(FileNotFoundError):
            free.unlink()
        try:
            # The file stays where it is until a good one replaces it: a cut loses neither.
            os.link(path, free)
        except OSError:
            os.replace(path, free)
    except OSError:
        return False
    return True
