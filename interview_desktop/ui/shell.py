"""The shell: the sidebar and the page that is chosen in it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from interview_desktop.ui.layout import layout_for
from interview_desktop.ui.theme import theme
from interview_desktop.ui.widgets.sidebar import Sidebar

Place = Literal["home", "cases", "sessions", "settings"]


class Shell(QWidget):
    """Pages beside the sidebar; they stay alive.

    Signals:
        chosen: a place of the sidebar was pressed.

    Thread: the window's thread.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.sidebar = Sidebar()
        self.sidebar.chosen.connect(self.chosen)
        row.addWidget(self.sidebar)
        self._pages = QStackedWidget()
        row.addWidget(self._pages, 1)
        theme.changed.connect(self._fit)

    @property
    def page(self) -> QWidget | None:
        """The page that is chosen."""
        return self._pages.currentWidget()

    def show_place(self, place: Place, page: QWidget) -> None:
        """Show a page."""
        if self._pages.indexOf(page) < 0:
            self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        self.sidebar.set_current(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The sidebar folds where there is little room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        window = self.window()
        layout = layout_for(window.width(), window.height(), theme.scale)
        self.sidebar.set_compact(not layout.wide)
