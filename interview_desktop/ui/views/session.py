"""A session after its interview: Debrief, Review and Notes as tabs of one focus screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, runtime_checkable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.segmented import Segmented
from interview_desktop.ui.widgets.text import Text
from interview_desktop.ui.widgets.top_bar import TopBar

Tab = Literal["debrief", "review", "notes"]
WORDS: dict[Tab, str] = {"debrief": "Debrief", "review": "Review", "notes": "Notes"}


@runtime_checkable
class TakesKeys(Protocol):
    """A pane with single keys, which hold wherever the focus is on the screen."""

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what the key says; False leaves it to others."""


class SessionView(QWidget):
    """Top bar with the tabs; each pane is made by the listener when its tab is first chosen.

    `chosen` is also emitted for the first tab: by `open`, once the listener is connected. Ctrl+1
    to Ctrl+3 choose, arrows move inside the tabs.

    Args:
        title: of the case.
        second: the small line below it.
        tabs: which there are, in order.
        resume_at: an interview that is not completed goes on at this question.

    Signals:
        back: leave.
        chosen: the key of a tab whose pane is wanted now.
        resume: go on with the interview.
    """

    back = Signal()
    chosen = Signal(str)
    resume = Signal()

    def __init__(
        self,
        title: str,
        second: str = "",
        tabs: Sequence[Tab] = ("debrief", "review", "notes"),
        resume_at: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(f"Session, {title}")
        self._tabs = tuple(tabs)
        self._panes: dict[str, QWidget] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.bar = TopBar(title, second)
        self.bar.back.connect(self.back)
        self.switch = Segmented("View", [(tab, WORDS[tab]) for tab in tabs], height=36)
        self.switch.changed.connect(self._choose)
        self.bar.set_center(self.switch)
        if resume_at is not None:
            button = Button(f"Resume at question {resume_at}", "secondary", 36, "play")
            button.clicked.connect(self.resume)
            self.bar.add_right(button)
        column.addWidget(self.bar)
        self._stack = QStackedWidget()
        # Where a pane is not there yet.
        self._empty = Text("", "body")
        self._stack.addWidget(self._empty)
        column.addWidget(self._stack, 1)
        for number, tab in enumerate(tabs, 1):
            keys = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            keys.activated.connect(lambda tab=tab: self.open(tab))

    def open(self, tab: str) -> None:
        """Show a tab, as if it had been chosen; what there is not is not opened."""
        if tab in self._tabs:
            self.switch.set_value(tab)
            self._choose(tab)

    def tab(self) -> str:
        """The tab that is shown."""
        return self.switch.value()

    def pane(self, key: str) -> QWidget | None:
        """The pane of a tab, None until it was set."""
        return self._panes.get(key)

    def set_pane(self, key: str, widget: QWidget) -> None:
        """Give a tab its pane, which this owns from now on; instead of one that it may have."""
        old = self._panes.pop(key, None)
        if old is not None:
            self._stack.removeWidget(old)
            old.deleteLater()
        self._panes[key] = widget
        self._stack.addWidget(widget)
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key that nothing has used: the pane's single keys hold on the whole screen."""
        pane = self._panes.get(self.tab())
        if isinstance(pane, TakesKeys) and pane.take_key(event):
            event.accept()
        else:
            super().keyPressEvent(event)

    def _choose(self, tab: str) -> None:
        self._show()
        self.chosen.emit(tab)

    def _show(self) -> None:
        self._stack.setCurrentWidget(self._panes.get(self.tab(), self._empty))
