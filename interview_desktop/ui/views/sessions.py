"""Every interview so far, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from interview_desktop.ui.layout import Layout
from interview_desktop.ui.theme import px
from interview_desktop.ui.view_models.sessions import SessionItem
from interview_desktop.ui.widgets.empty_state import EmptyState
from interview_desktop.ui.widgets.page import Page, clear
from interview_desktop.ui.widgets.row import Row
from interview_desktop.ui.widgets.text import Text


class SessionsView(Page):
    """The list.

    Signals:
        opened: id of an interview whose session is wanted.
        resumed: id of one in progress that goes on.
        start: a first case is wanted.
    """

    opened = Signal(str)
    resumed = Signal(str)
    start = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Sessions")
        self.head.addWidget(Text("Sessions", "display"))
        self._gap = QWidget()
        self.head.addWidget(self._gap)
        self._empty = EmptyState(
            "sessions",
            "No sessions yet",
            "Your first interview will appear here, with its sound and its transcript.",
            "Start a case",
            "plus",
        )
        self._empty.acted.connect(self.start)
        self.add(self._empty)
        self._list = QWidget()
        self._rows = QVBoxLayout(self._list)
        self._rows.setSpacing(0)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self._list)

    def show_items(self, items: Sequence[SessionItem]) -> None:
        """Fill the page."""
        self._empty.setVisible(not items)
        self._list.setVisible(bool(items))
        clear(self._rows)
        for item in items:
            row = session_row(item)
            row.clicked.connect(lambda _=False, name=item.id: self.opened.emit(name))
            row.acted.connect(lambda name=item.id: self.resumed.emit(name))
            self._rows.addWidget(row)
            row.show()
        self.show_content()

    def fit(self, layout: Layout) -> None:
        """Less space above in a short window."""
        self._gap.setFixedHeight(px(0 if layout.short else 4))


def session_row(item: SessionItem) -> Row:
    """An interview as a row: press to open, hover or focus to resume what is in progress."""
    return Row(
        item.title,
        item.about,
        f"{item.when}\n{item.state}",
        chevron=True,
        action=f"Resume at question {item.question}" if item.in_progress else "",
        rule=True,
    )
