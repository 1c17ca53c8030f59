"""The page of settings, beside the shell's sidebar."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from interview_desktop.domain.settings import Settings
from interview_desktop.ui.gallery.preflight import LOUDSPEAKERS, MICROPHONES
from interview_desktop.ui.gallery.sample import Sample
from interview_desktop.ui.gallery.sheet import (
    Sheet,
    disabled,
    focused,
    hovered,
    in_row,
    pressed,
)
from interview_desktop.ui.layout import layout_for
from interview_desktop.ui.theme import theme
from interview_desktop.ui.view_models.settings import AboutModel
from interview_desktop.ui.views.settings import SettingsView
from interview_desktop.ui.widgets.sidebar import Sidebar
from interview_desktop.ui.widgets.switch import Switch

ABOUT = AboutModel(
    "0.3.0",
    "~/.local/share/interview-practice",
    (
        ("PySide6, Qt", "LGPL 3"),
        ("aiortc, Starlette, httpx", "BSD 3-Clause"),
        ("livekit-rtc", "Apache 2.0"),
        ("NumPy", "BSD 3-Clause"),
        ("Inter", "SIL Open Font License 1.1"),
    ),
)


class _Shell(QWidget):
    """Sidebar and page as the window has them."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self._side = Sidebar()
        self._side.set_current("settings")
        self._side.set_privacy("On this laptop only", "No account")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side)
        row.addWidget(page, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The sidebar becomes a rail."""
        super().resizeEvent(event)
        self._side.set_compact(not layout_for(self.width(), self.height(), theme.scale).wide)


def settings_page(settings: Settings) -> SettingsView:
    """The page with sample data."""
    view = SettingsView()
    view.show_settings(settings)
    view.show_devices(MICROPHONES, LOUDSPEAKERS)
    view.show_about(ABOUT)
    return view


def _settings() -> QWidget:
    return _Shell(settings_page(Settings()))


def _licences() -> QWidget:
    page = settings_page(Settings(single_keys=False, microphone="gone", push_to_talk=True))
    page.unfold_licences()
    return _Shell(page)


def _switches() -> QWidget:
    sheet = Sheet("Switch")
    for name, on in (("Off", False), ("On", True)):
        states = (hovered, pressed, focused, disabled)
        made = [Switch(name, on), *(state(Switch(name, on)) for state in states)]
        sheet.section(name, in_row(*made, gap=32))
    return sheet.end()


def samples() -> list[Sample]:
    """The page, all of it in a high window, and in each layout."""
    return [
        Sample("switch", _switches, None),
        Sample("settings", _settings),
        Sample("settings-licences", _licences, (1280, 1280)),
        Sample("settings-1024", _settings, (1024, 640)),
        Sample("settings-720", _settings, (1280, 720)),
        Sample("settings-1920", _settings, (1920, 1080)),
        Sample("settings-150", _settings, (1280, 800), 1.5),
    ]
