"""A page of the shell: a scrolling column in the layout's margins, with its states."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QSizePolicy, QVBoxLayout, QWidget

from interview_desktop.ui.layout import BLEED, CONTENT_MAX, Layout, layout_for
from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.widgets.message import Message
from interview_desktop.ui.widgets.scroll import Pane
from interview_desktop.ui.widgets.text import Text

# What is there within this time shows no "Loading…" at all.
LOADING_AFTER_MS = 200
# The space above "Loading…" or a problem.
STATES_ABOVE = 16


class Page(QWidget):
    """Head and body. The head stays; the body is exchanged for "Loading…" or an error.

    Subclasses fill `head` and `body` and may override `fit`.

    Signals:
        retry: Try again was pressed.
    """

    retry = Signal()
    # The space above the body, in a high and in a short window.
    head_gap = (20, 16)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layout_now = layout_for(1280, 800)
        self._pane = Pane()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pane)
        self._column = self._pane.column
        self._column.setSpacing(0)
        # A widget of its own: what is put into it later is still read before the body.
        head = QWidget()
        head.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.head = QVBoxLayout(head)
        self.head.setSpacing(0)
        self.head.setContentsMargins(BLEED, 0, BLEED, 0)
        self._column.addWidget(head)
        self._loading = Text("Loading…", "body", "ink3")
        self._problem = Message("bad", "", "Try again")
        self._problem.acted.connect(self.retry)
        self.content = QWidget()
        self.content.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.body = QVBoxLayout(self.content)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self._states = QVBoxLayout()
        self._states.setSpacing(0)
        for part in (self._loading, self._problem):
            self._states.addWidget(part)
            part.hide()
        self._column.addLayout(self._states)
        self._column.addWidget(self.content)
        self.content.hide()
        self._column.addStretch(1)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(LOADING_AFTER_MS)
        self._patience.timeout.connect(lambda: self._show_states(loading=True))
        theme.changed.connect(self._fit)

    def show_loading(self) -> None:
        """Nothing for a moment, then "Loading…"; a body that is there stays."""
        self._show_states()
        if self.content.isHidden():
            self._patience.start()

    def show_error(self, sentence: str) -> None:
        """What went wrong, and Try again; a body that is there stays below it."""
        self._problem.tell("bad", sentence, "Try again")
        self._show_states(problem=True)

    def show_content(self) -> None:
        """The body is filled."""
        self.content.show()
        self._show_states()

    def _show_states(self, *, loading: bool = False, problem: bool = False) -> None:
        self._patience.stop()
        # Try again goes away with its message: the focus stays on the page.
        if not problem and self._problem.action().hasFocus():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._loading.setVisible(loading)
        self._problem.setVisible(problem)
        self._space_states()

    def _space_states(self) -> None:
        shown = not self._loading.isHidden() or not self._problem.isHidden()
        above = px(STATES_ABOVE) if shown else 0
        below = px(self.head_gap[self.layout_now.short]) if not self.content.isHidden() else 0
        self._states.setContentsMargins(BLEED, above, BLEED, below)

    def add(self, part: QWidget | QLayout) -> None:
        """Put something below the rest of the body, on the edge that words share."""
        row = QVBoxLayout()
        row.setSpacing(0)
        if isinstance(part, QWidget):
            row.addWidget(part)
        else:
            row.addLayout(part)
        row.setContentsMargins(BLEED, 0, BLEED, 0)
        self.body.addLayout(row)

    def fit(self, layout: Layout) -> None:
        """The window has another layout, or the text another size."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Margins and columns follow the window."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: Any) -> None:
        """The window may have changed while another page was shown."""
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        window = self.window()
        layout = layout_for(window.width(), window.height(), theme.scale)
        self.layout_now = layout
        side = px(layout.margin)
        spare = max(0, self.width() - 2 * side - px(CONTENT_MAX))
        # Rows reach further out by what their hover needs; everything else is set in by it.
        across = side + spare // 2 - BLEED
        self._column.setContentsMargins(across, px(layout.page_top), across, px(40))
        self._space_states()
        self.fit(layout)

    def changeEvent(self, event: QEvent) -> None:
        """Reparented into a window: its size is known now."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ParentChange:
            self._fit()


def clear(layout: QLayout) -> None:
    """Remove and delete everything in a layout, nested layouts included."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
            inner.deleteLater()
