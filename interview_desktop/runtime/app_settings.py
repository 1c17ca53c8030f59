"""The settings as the window knows them: a value, a way to change it, a signal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from interview_desktop.domain.settings import Settings
from interview_desktop.runtime.settings_file import SettingsFile


class AppSettings(QObject):
    """The settings in force.

    Signals:
        changed: the new Settings; every view follows it at once.
        noted: a sentence for the person, when a change could not be kept.
        _troubled: the same sentence on its way from the writing thread.

    Thread: the window's thread.
    """

    changed = Signal(object)
    noted = Signal(str)
    _troubled = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = SettingsFile(folder, self._troubled.emit)
        # A slot of an object of this thread: what another thread emits is queued.
        self._troubled.connect(self._tell)

    @property
    def value(self) -> Settings:
        """The settings now."""
        return self._file.settings

    @property
    def note(self) -> str:
        """What the person should know about the settings file, found at the start; or empty."""
        return self._file.note

    def change(self, **values: Any) -> None:
        """Change some fields, such as `change(appearance="dark")`; kept in the background.

        Raises:
            TypeError: there is no such field.
        """
        before = self.value
        self._file.change(replace(before, **values))
        if self.value != before:
            self.changed.emit(self.value)

    def close(self) -> None:
        """Keep the last change, within a limit. Idempotent."""
        self._file.close()

    @Slot(str)
    def _tell(self, sentence: str) -> None:
        self.noted.emit(sentence)
