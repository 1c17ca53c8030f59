"""The app's real window in a process without pytest, driven by clicks."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from interview_desktop.config import app_paths
from interview_desktop.desktop import Desktop
from interview_desktop.ui import theme
from interview_desktop.ui.views.room import RoomView
from tests.helpers.window import button, has_button

CARD = "From the stockroom"
LIMIT_S = 60.0
POLL_MS = 5


class LiveWindow:
    """Home, then a room at each `start`.

    Thread: the main thread.
    """

    def __init__(self, desktop: Desktop) -> None:
        self.desktop = desktop

    @staticmethod
    def now_s() -> float:
        """Monotonic seconds."""
        return time.monotonic()

    def until(self, condition: Callable[[], bool]) -> None:
        """Let the window live until `condition`; a minute at most."""
        limit_s = time.monotonic() + LIMIT_S
        while not condition():
            if time.monotonic() > limit_s:
                raise TimeoutError("the window did not come so far within a minute")
            loop = QEventLoop()
            QTimer.singleShot(POLL_MS, loop.quit)
            loop.exec()

    def press(self, page: QWidget, name: str) -> float:
        """Press a button; returns when, in monotonic seconds."""
        pressed_s = time.monotonic()
        QTest.mouseClick(button(page, name), Qt.MouseButton.LeftButton)
        return pressed_s

    def cases(self) -> QWidget:
        """The library, once the card can be pressed."""
        self.until(lambda: bool(self.desktop.pages.cases))
        self.desktop.pages.show("cases")
        page = self.desktop.window.current
        assert page is not None
        self.until(lambda: has_button(page, CARD))
        return page

    def start(self) -> tuple[RoomView, float]:
        """Press the case; returns its room and when it was pressed."""
        cases = self.cases()
        pressed_s = self.press(cases, CARD)
        self.until(lambda: isinstance(self.desktop.window.current, RoomView))
        room = self.desktop.window.current
        assert isinstance(room, RoomView)
        return room, pressed_s

    def leave(self, room: RoomView) -> None:
        """End the interview and come back to Home."""
        self.press(room, "End")
        self.press(room, "End interview")
        self.until(lambda: self.desktop.window.current is self.desktop.pages.home)


@contextlib.contextmanager
def live_window(work: Path) -> Iterator[LiveWindow]:
    """Show the window with an empty data folder; it is closed in order."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.install(application)
    application.setQuitOnLastWindowClosed(False)
    desktop = Desktop(app_paths(work / "data"))
    # The check has tests of its own.
    desktop.settings.change(preflight_skip=True)
    desktop.window.show()
    window = LiveWindow(desktop)
    closed: list[bool] = []
    desktop.closed.connect(lambda: closed.append(True))
    try:
        yield window
    finally:
        desktop.window.close()
        window.until(lambda: bool(closed))
