"""The one window: pages, problems of the app above them, its first picture, and its end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from interview_desktop.config import APP_NAME

if TYPE_CHECKING:
    from interview_desktop.runtime.error_report import Problem
    from interview_desktop.ui.shell import Place, Shell
    from interview_desktop.ui.widgets.error_panel import ErrorPanel
    from interview_desktop.ui.widgets.focus_ring import FocusRing
    from interview_desktop.ui.widgets.toast import Toast


class MainWindow(QMainWindow):
    """The one window.

    Once there is a shell it stays alive; a focus screen (preflight, room, session) covers it and is
    deleted when it is left.

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
        self._shell: Shell | None = None
        self._ring: FocusRing | None = None
        self._problem: ErrorPanel | None = None
        self._toast: Toast | None = None
        self._ended = False
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

    @property
    def current(self) -> QWidget | None:
        """The page or the focus screen that is seen."""
        screen = self.pages.currentWidget()
        return self._shell.page if self._shell is not None and screen is self._shell else screen

    def use_shell(self, shell: Shell) -> None:
        """Take the shell in; it is seen from the first `show_place` on."""
        # Imported here: the first picture has no focus.
        from interview_desktop.ui.widgets.focus_ring import FocusRing  # noqa: PLC0415

        self._shell = shell
        self._ring = FocusRing(self)
        self.pages.addWidget(shell)

    def show_place(self, place: Place, page: QWidget) -> None:
        """Show a page of the shell; what stood over it is gone."""
        assert self._shell is not None
        self._shell.show_place(place, page)
        self._show(self._shell)
        page.setFocus()

    def show_screen(self, screen: QWidget) -> None:
        """Show a focus screen in place of what is seen; nothing floats over it."""
        if self._toast is not None:
            self._toast.dismiss()
        self.pages.addWidget(screen)
        self._show(screen)
        screen.setFocus()

    def _show(self, page: QWidget) -> None:
        old = self.pages.currentWidget()
        self._opening = None
        self.pages.setCurrentWidget(page)
        if old is not None and old is not page and old is not self._shell:
            self._drop(old)

    def tell(self, done: str) -> None:
        """Say for a while what has just been done."""
        # Imported here: not needed before anything was done.
        from interview_desktop.ui.widgets.toast import Toast  # noqa: PLC0415

        toast = Toast.over(self, done, undo="")
        toast.closed.connect(self._toast_closed)
        self._toast = toast

    def _toast_closed(self) -> None:
        self._toast = None

    def come_forward(self) -> None:
        """Be seen, in the size that it has; not when it is closed already."""
        if self._ended:
            return
        # Imported here: the Qt namespace takes 17 ms, and the first picture does without it.
        from PySide6.QtCore import Qt  # noqa: PLC0415

        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

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
        self._ended = True
        self.closing.emit()
