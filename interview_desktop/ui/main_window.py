"""The one window: the shell with its sidebar, the focus screens over it, first picture, end."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QWidget

from interview_desktop.config import APP_NAME
from interview_desktop.ui.layout import layout_for
from interview_desktop.ui.theme import theme
from interview_desktop.ui.widgets.sidebar import Sidebar

Place = Literal["home", "cases", "sessions", "settings"]
MINIMUM = (1024, 640)
FIRST_SIZE = (1280, 800)


class MainWindow(QMainWindow):
    """The one window.

    Pages of the shell stay alive; a focus screen (preflight, room, session) covers the shell and is
    deleted when it is left.

    Signals:
        painted: it stands on the screen for the first time.
        chosen: a place of the sidebar was pressed.
        closing: the person closes it; it is hidden already.

    Thread: the window's thread.
    """

    painted = Signal()
    chosen = Signal(str)
    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._was_painted = False
        self.setWindowTitle(APP_NAME)
        self.setMinimumSize(*MINIMUM)
        self.resize(*FIRST_SIZE)
        self._shell = QWidget()
        row = QHBoxLayout(self._shell)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.sidebar = Sidebar()
        self.sidebar.chosen.connect(self.chosen)
        row.addWidget(self.sidebar)
        self._pages = QStackedWidget()
        row.addWidget(self._pages, 1)
        self._screens = QStackedWidget()
        self._screens.addWidget(self._shell)
        self.setCentralWidget(self._screens)
        theme.changed.connect(self._fit)

    @property
    def current(self) -> QWidget:
        """The page or focus screen that is seen."""
        screen = self._screens.currentWidget()
        page = self._pages.currentWidget() if screen is self._shell else screen
        return page or self._shell

    def show_place(self, place: Place, page: QWidget) -> None:
        """Show a page of the shell; a focus screen that stood over it is gone."""
        if self._pages.indexOf(page) < 0:
            self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        self.sidebar.set_current(place)
        self._leave(self._shell)
        page.setFocus()

    def show_screen(self, screen: QWidget) -> None:
        """Show a focus screen in place of what is seen."""
        self._screens.addWidget(screen)
        self._leave(screen)
        screen.setFocus()

    def _leave(self, for_what: QWidget) -> None:
        old = self._screens.currentWidget()
        self._screens.setCurrentWidget(for_what)
        if old is not None and old is not self._shell and old is not for_what:
            self._screens.removeWidget(old)
            old.deleteLater()

    def _fit(self) -> None:
        layout = layout_for(self.width(), self.height(), theme.scale)
        self.sidebar.set_compact(not layout.wide)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The sidebar folds where there is little room."""
        super().resizeEvent(event)
        self._fit()

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
