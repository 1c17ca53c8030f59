"""The theme as a new start leaves it, and the whole app, for every test of a window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interview_desktop.config import app_paths
from interview_desktop.ui.theme import install, theme

if TYPE_CHECKING:
    from tests.helpers.whole_window import WholeWindow


@pytest.fixture(autouse=True)
def _nothing_stays(qapp: QApplication) -> Iterator[None]:
    """No widget outlives its test: whatever is left would follow every later change of theme."""
    yield
    for widget in qapp.topLevelWidgets():
        widget.hide()
        widget.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def look(qapp: QApplication) -> Iterator[None]:
    """The look in force, light and at 100 %."""
    install(qapp)
    theme.choose("light")
    yield
    theme.set_scale(1.0)
    theme.choose("system")


@pytest.fixture
def app(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[WholeWindow]:
    """The app from its first picture on, with an empty data folder; closed in order."""
    from interview_desktop.desktop import Desktop
    from tests.helpers.whole_window import WholeWindow

    install(qapp)
    # Not handed to qtbot, which would delete the window before the app has closed in order.
    desktop = Desktop(app_paths(tmp_path / "data"))
    closed: list[bool] = []
    desktop.closed.connect(lambda: closed.append(True))
    desktop.window.show()
    qtbot.waitExposed(desktop.window)
    yield WholeWindow(desktop, qtbot, tmp_path / "data")
    desktop.window.close()
    qtbot.waitUntil(lambda: bool(closed), timeout=25_000)
    desktop.window.deleteLater()
