"""Every interview so far, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from interview_desktop.ui.layout import Layout
from interview_desktop.ui.theme import px
from interview_desktop.ui.view_models.sessions import SessionItem
from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.empty_state import EmptyState
from interview_desktop.ui.widgets.page import Page
from interview_desktop.ui.widgets.row import Row
from interview_desktop.ui.widgets.text import Text

# Thousands of rows at once would stop the window: so many at first, and with each "Show more".
AT_FIRST, MORE = 40, 60


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
        self._more = Button("Show more", "secondary", 36)
        self._more.clicked.connect(self._show_more)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._more)
        self._foot.addStretch(1)
        self.add(self._foot)
        self._items: tuple[SessionItem, ...] = ()
        self._made: list[Row] = []
        self._wanted = AT_FIRST

    def show_items(self, items: Sequence[SessionItem]) -> None:
        """Fill the page; a row that has not changed stays, and keeps the focus."""
        kept = 0
        for old, new in zip(self._items[: len(self._made)], items, strict=False):
            if old != new:
                break
            kept += 1
        place = self._focused()
        self._items = tuple(items)
        self._empty.setVisible(not items)
        self._list.setVisible(bool(items))
        for row in self._made[kept:]:
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        del self._made[kept:]
        self._make_rows()
        if place >= kept:
            # To what stands there now, or to the last one.
            heir = self._made[min(place, len(self._made) - 1)] if self._made else self
            heir.setFocus(Qt.FocusReason.OtherFocusReason)
        self.show_content()

    def fit(self, layout: Layout) -> None:
        """The empty state keeps away from the title."""
        self._empty.setContentsMargins(0, px(20 if layout.short else 40), 0, 0)
        self._foot.setContentsMargins(0, px(16), 0, 0)

    def _focused(self) -> int:
        """The place of the row that has the focus, or its action; -1 without one."""
        focus = self.window().focusWidget()
        if focus is not None:
            for place, row in enumerate(self._made):
                if row.isAncestorOf(focus):
                    return place
        return -1

    def _show_more(self) -> None:
        first = len(self._made)
        self._wanted += MORE
        self._make_rows()
        self._made[first].setFocus(Qt.FocusReason.TabFocusReason)

    def _make_rows(self) -> None:
        shown = self._items[: self._wanted]
        for item in shown[len(self._made) :]:
            row = session_row(item, rule=item is not self._items[-1])
            row.clicked.connect(lambda _=False, name=item.id: self.opened.emit(name))
            row.acted.connect(lambda name=item.id: self.resumed.emit(name))
            self._rows.addWidget(row)
            row.show()
            self._made.append(row)
        left = len(self._items) - len(shown)
        self._more.setText(f"Show {min(left, MORE)} more")
        self._more.setVisible(left > 0)


def session_row(item: SessionItem, *, rule: bool = True) -> Row:
    """An interview as a row: press to open, hover or focus to resume what is in progress."""
    return Row(
        item.title,
        item.about,
        f"{item.when}\n{item.state}",
        chevron=True,
        action=f"Resume at question {item.question}" if item.in_progress else "",
        rule=rule,
    )
