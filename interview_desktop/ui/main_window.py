"""The one window: pages, problems of the app above them, its first picture, and its end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from interview_desktop.config import APP_NAME

if TYPE_CHECKING:
    from interview_desktop.runtime.error_report import Problem
    from interview_desktop.ui.widgets.error_panel import ErrorPanel


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
        self.was_painted = False
        self.setWindowTitle(APP_NAME)
        self.setMinimumSize(1024, 640)
        self.resize(1280, 800)
        self.pages = QStackedWidget()
        self._opening: QWidget | None = None
        self._problem: ErrorPanel | None = None
        central = QWidget()
        self._column = QVBoxLayout(central)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.pages, 1)
        self.setCentralWidget(central)

    def show_opening(self, page: QWidget) -> None:
        """Show what stands there until the first page does."""
        self._opening, before = page, self._opening
        self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)
        self._drop(before)
        page.setFocus()

    def show_page(self, page: Any) -> None:
        """Show `page` instead of what was there; Home (the first page) stays alive."""
        self._opening, opening = None, self._opening
        if self.pages.indexOf(page) < 0:
            self.pages.addWidget(page)
        old = self.pages.currentWidget()
        self.pages.setCurrentWidget(page)
        page.setFocus()
        self._drop(opening)
        if old is not opening and old is not page and self.pages.indexOf(old) > 0:
            self._drop(old)

    def show_problem(self, problem: Problem, logs: Path) -> None:
        """Tell of a problem of the app itself, above whatever is shown; one panel at most."""
        # Imported here: the first picture has none.
        from interview_desktop.ui.widgets.error_panel import ErrorPanel  # noqa: PLC0415

        if self._problem is not None:
            self._problem.add(problem)
            return
        panel = ErrorPanel(problem, logs)
        panel.closed.connect(self._close_problem)
        self._problem = panel
        self._column.insertWidget(0, panel)
        panel.show()

    def _close_problem(self) -> None:
        panel, self._problem = self._problem, None
        if panel is None:
            return
        page = self.pages.currentWidget()
        if panel.isAncestorOf(self.focusWidget()) and page is not None:
            page.setFocus()
        self._column.removeWidget(panel)
        panel.hide()
        panel.deleteLater()

    def _drop(self, page: QWidget | None) -> None:
        if page is not None:
            self.pages.removeWidget(page)
            page.deleteLater()

    def showEvent(self, event: QShowEvent) -> None:
        """From now on there is a native window whose first picture can be seen."""
        super().showEvent(event)
        handle = self.windowHandle()
        if handle is not None and not self.was_painted:
            handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell once, when the native window has painted: its children may cover it wholly."""
        if event.type() is QEvent.Type.Paint and not self.was_painted:
            self.was_painted = True
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.painted.emit)
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Vanish at once; what must end in order ends without a window."""
        event.accept()
        self.closing.emit()
