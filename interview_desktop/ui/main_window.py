"""The one window: pages, its first picture, and its end."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget

from interview_desktop.config import APP_NAME
from interview_desktop.ui.widgets.focus_ring import FocusRing


class MainWindow(QMainWindow):
    """The one window.

    Signals:
        painted: it stands on the screen for the first time.
        closing: the person closes it; it is hidden already.
    """

    painted = Signal()
    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._was_painted = False
        self.setWindowTitle(APP_NAME)
        self.setMinimumSize(1024, 640)
        self.resize(1280, 800)
        self.pages = QStackedWidget()
        self.setCentralWidget(self.pages)
        FocusRing(self)

    def show_page(self, page: Any) -> None:
        """Show `page` instead of what was there; Home (the first page) stays alive."""
        old = self.pages.currentWidget()
        if self.pages.indexOf(page) < 0:
            self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)
        page.setFocus()
        if old is not None and old is not page and self.pages.indexOf(old) > 0:
            self.pages.removeWidget(old)
            old.deleteLater()

    def showEvent(self, event: QShowEvent) -> None:
        """From now on there is a native window whose first picture can be seen."""
        super().showEvent(event)
        handle = self.windowHandle()
        if handle is not None and not self._was_painted:
            handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell once, when the native window has painted: its children may cover it wholly."""
        if event.type() is QEvent.Type.Paint and not self._was_painted:
            self._was_painted = True
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.painted.emit)
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Vanish at once; what must end in order ends without a window."""
        event.accept()
        self.closing.emit()
