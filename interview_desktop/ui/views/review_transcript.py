"""The transcript's pane in Review: heading, search, lines, and what stands where none are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.view_models.captions import TranscriptLine
from interview_desktop.ui.widgets.button import IconButton
from interview_desktop.ui.widgets.empty_state import EmptyState
from interview_desktop.ui.widgets.field import Field
from interview_desktop.ui.widgets.late_text import LateText
from interview_desktop.ui.widgets.message import Message
from interview_desktop.ui.widgets.scroll import FADE, Fade, Pane
from interview_desktop.ui.widgets.text import Text
from interview_desktop.ui.widgets.transcript import Transcript

ROUGH = "Press a line to hear it. Your own words are a rough draft."
ROUGH_SILENT = "Your own words are a rough draft."


class TranscriptPane(QWidget):
    """Lines with their search.

    Signals:
        played: the beginning of a line in milliseconds.
        retry: Try again was pressed.
        left: the search was left.
    """

    played = Signal(int)
    retry = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[TranscriptLine, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        self._rough = Text(ROUGH, "small", "ink3", wrap=True)
        column.addWidget(self._rough)
        self._gap = QWidget()
        column.addWidget(self._gap)
        self._stack = QStackedWidget()
        self.lines = Transcript()
        self.lines.played.connect(self.played)
        self.lines.found.connect(self._show_found)
        self._above = Fade(self.lines, "canvas", upwards=True)
        self._below = Fade(self.lines, "canvas", upwards=False)
        self.lines.verticalScrollBar().rangeChanged.connect(self._show_more)
        self.lines.verticalScrollBar().valueChanged.connect(self._show_more)
        self._loading = LateText("Loading…")
        self._problem = Message("bad", "", "Try again")
        self._problem.acted.connect(self.retry)
        self._problem.hide()
        self._none = EmptyState("sessions", "", "")
        self._nothing_found = EmptyState("search", "", "", "Clear the search", kind="secondary")
        self._nothing_found.acted.connect(self.end_search)
        # In the order of _PLACES.
        self._stack.addWidget(self.lines)
        self._stack.addWidget(_in_column(0, self._loading, self._problem))
        self._stack.addWidget(_in_column(2, self._none))
        self._stack.addWidget(_in_column(2, self._nothing_found))
        column.addWidget(self._stack, 1)
        self._has_sound = True
        theme.changed.connect(self._follow)
        self._follow()
        self.show_loading()

    def _head(self) -> QHBoxLayout:
        top = QHBoxLayout()
        top.setSpacing(px(8))
        self._heading = Text("Transcript", "heading")
        self._count = Text("", "small", "ink2")
        self.field = Field("Search the transcript", "Search", icon="search", clears=False)
        self.field.changed.connect(self._search)
        self.field.submitted.connect(lambda _: self.lines.setFocus(_BY_KEY))
        self.field.left.connect(self.end_search)
        self.field.hide()
        self.glass = IconButton("search", "Search the transcript")
        self.glass.setToolTip("Search the transcript (/)")
        self.glass.clicked.connect(self.begin_search)
        top.addWidget(self._heading)
        top.addStretch(1)
        for part in (self._count, self.field, self.glass):
            top.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        return top

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The fade keeps to the edge."""
        super().resizeEvent(event)
        self._show_more()

    def show_loading(self) -> None:
        """The transcript is awaited."""
        self._problem.hide()
        self._show("waiting")
        self._loading.begin()

    def show_error(self, sentence: str) -> None:
        """It could not be read: why, and Try again."""
        self._loading.end()
        self._problem.tell("bad", sentence, "Try again")
        self._problem.show()
        self._show("waiting")

    def show_lines(self, lines: Sequence[TranscriptLine]) -> None:
        """The lines, which may be none."""
        self._loading.end()
        self._problem.hide()
        if tuple(lines) != self._lines:
            # The same ones stay where the person has scrolled to.
            self._lines = tuple(lines)
            self.lines.show_lines(self._lines)
        self._settle()

    def show_has_sound(self, *, there: bool) -> None:
        """Whether a line can be heard."""
        self._has_sound = there
        self._rough.setText(ROUGH if there else ROUGH_SILENT)
        self._name_none()

    def all_lines(self) -> tuple[TranscriptLine, ...]:
        """Every line, whatever is searched."""
        return self._lines

    def searching(self) -> bool:
        """Whether the search is open."""
        return self.field.isVisibleTo(self)

    def begin_search(self) -> None:
        """Open the search, or go to it."""
        if self._lines:
            self.glass.hide()
            self.field.show()
            self.field.edit.selectAll()
            self.field.setFocus(_BY_KEY)

    def end_search(self) -> None:
        """All lines again; the focus goes to them."""
        if self.searching():
            self.field.set_text("")
            self.field.hide()
            self.glass.show()
            self.lines.setFocus(_BY_KEY)
            self.left.emit()

    def _search(self, wanted: str) -> None:
        self.lines.search(wanted)

    def _show_found(self, count: int) -> None:
        wanted = self.field.text().strip()
        self._count.setText(f"{count} found" if wanted and count else "")
        if self._lines:
            if wanted and not count:
                self._nothing_found.tell(f"Nothing says ‘{wanted[:40]}’", "Try another word.")
                self._show("nothing found")
            else:
                self._show("lines")

    def _settle(self) -> None:
        self.glass.setEnabled(bool(self._lines))
        self._rough.setVisible(bool(self._lines))
        if self._lines:
            self._show_found(self.lines.search(self.field.text()))
        else:
            self._name_none()
            self._show("none")

    def _name_none(self) -> None:
        sentence = "No words were kept. The sound is here all the same."
        if not self._has_sound:
            sentence = "Neither words nor sound were kept of this session."
        self._none.tell("No transcript", sentence)

    def _show(self, what: str) -> None:
        self._stack.setCurrentIndex(_PLACES.index(what))
        if what == "waiting":
            self._rough.hide()
            self.glass.setEnabled(False)

    def _show_more(self) -> None:
        bar, view = self.lines.verticalScrollBar(), self.lines.viewport().geometry()
        above = min(FADE, bar.value() - bar.minimum())
        below = min(FADE, bar.maximum() - bar.value())
        self._above.setGeometry(view.x(), view.y(), view.width(), above)
        self._below.setGeometry(view.x(), view.bottom() + 1 - below, view.width(), below)
        self._above.setVisible(above > 0)
        self._below.setVisible(below > 0)

    def _follow(self) -> None:
        self._heading.setMinimumHeight(px(36))
        self._heading.setMaximumHeight(px(36))
        self.field.setFixedWidth(px(220))
        self._gap.setFixedHeight(px(8))


_PLACES = ("lines", "waiting", "none", "nothing found")
_BY_KEY = Qt.FocusReason.ShortcutFocusReason


def _in_column(above: int, *widgets: QWidget) -> QWidget:
    area = Pane()
    column = area.column
    column.setContentsMargins(0, 0, 0, 0)
    column.addStretch(above)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch(above + 1)
    return area
