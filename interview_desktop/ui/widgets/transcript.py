"""The transcript of Review: every line one press from its sound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from interview_desktop.ui.theme import theme
from interview_desktop.ui.view_models.captions import TranscriptLine, hits, line_at
from interview_desktop.ui.view_models.waveform import spoken_time
from interview_desktop.ui.widgets.transcript_row import LINE_ROLE, RowPainter

_MARK_WORDS = {"hint": "hint", "comment": "comment"}
_MOVES = {
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
    Qt.Key.Key_Home, Qt.Key.Key_End,
}  # fmt: skip
_BY_KEYS = {
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
}
_Index = QModelIndex | QPersistentModelIndex


class TranscriptModel(QAbstractListModel):
    """The lines that match the search; all of them while nothing is searched."""

    def __init__(self) -> None:
        super().__init__()
        self._all: tuple[TranscriptLine, ...] = ()
        self._lines: list[TranscriptLine] = []
        self._starts: list[int] = []
        self.wanted = ""

    def show_lines(self, lines: Sequence[TranscriptLine]) -> None:
        """Other lines."""
        self._all = tuple(lines)
        self.search(self.wanted)

    def search(self, wanted: str) -> int:
        """Keep the lines with `wanted`; returns how often it stands there."""
        self.beginResetModel()
        self.wanted = wanted.strip()
        found = [(line, len(hits(line.text, self.wanted))) for line in self._all]
        self._lines = [line for line, count in found if count or not self.wanted]
        self._starts = [line.start_ms for line in self._lines]
        self.endResetModel()
        return sum(count for _, count in found)

    def line(self, row: int) -> TranscriptLine:
        """A line by its row."""
        return self._lines[row]

    def row_at(self, ms: int) -> int:
        """The row that sounds at a position, -1 when none does."""
        row = line_at(self._starts, ms)
        # While a search hides lines, a shown one is current only during its own words.
        if row >= 0 and self.wanted and ms >= max(self._lines[row].end_ms, self._starts[row] + 1):
            return -1
        return row

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many lines."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The line, its words, and its sentence for a screen reader."""
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        if role == LINE_ROLE:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return line.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            marks = "".join(f", {_MARK_WORDS[mark]}" for mark in line.marks)
            return f"{line.name} at {spoken_time(line.start_ms)}{marks}: {line.text}"
        return None


class Transcript(QListView):
    """Time, speaker, words; the line that sounds is marked and kept in view.

    It follows the sound until the person scrolls, and again once they come back to the line that
    sounds or press one.

    Signals:
        played: the beginning of a line in milliseconds; it was pressed.
        found: how often the search stands in the transcript, after each change of either.
    """

    played = Signal(int)
    found = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = TranscriptModel()
        self._rows = RowPainter(self)
        self._following = True
        self._position_ms = -1
        self.setModel(self._model)
        self.setItemDelegate(self._rows)
        self.setAccessibleName("Transcript")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._play)
        self.verticalScrollBar().sliderPressed.connect(self._let_go)
        self.verticalScrollBar().sliderReleased.connect(self._scrolled_by_person)
        theme.changed.connect(self._follow_theme)

    # -- showing ----------------------------------------------------------------

    def show_lines(self, lines: Sequence[TranscriptLine]) -> None:
        """The session's lines, oldest first."""
        self._model.show_lines(lines)
        self._after_reset()
        self.found.emit(self._model.search(self._model.wanted) if self._model.wanted else 0)

    def search(self, wanted: str) -> int:
        """Show only lines with `wanted`; returns how often it stands there, 0 for no search."""
        count = self._model.search(wanted)
        self._rows.wanted = self._model.wanted
        self._after_reset()
        self.found.emit(count)
        return count

    def show_position(self, ms: int) -> None:
        """Mark the line that sounds; polled 30 times a second."""
        self._position_ms = ms
        row = self._model.row_at(ms)
        if row == self._rows.current:
            return
        before, self._rows.current = self._rows.current, row
        for one in (before, row):
            if 0 <= one < self._model.rowCount():
                self.update(self._model.index(one))
        if self._following:
            self._show_current()

    def current_row(self) -> int:
        """The row that is marked, -1 for none."""
        return self._rows.current

    def following(self) -> bool:
        """Whether the line that sounds is kept in view."""
        return self._following

    def follow(self) -> None:
        """Keep the line that sounds in view again."""
        self._following = True
        self._show_current()

    # -- input ----------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter plays, arrows move; Space and letters are the screen's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._play(self.currentIndex())
        elif event.key() in _MOVES:
            self._let_go()
            self._rows.by_keys = True
            if not self.currentIndex().isValid() and self._rows.current >= 0:
                # The first move starts at the line that sounds, not at the top.
                self.setCurrentIndex(self._model.index(self._rows.current))
            super().keyPressEvent(event)
            self._scrolled_by_person()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Reached by keyboard: the row that it stands on is marked."""
        self._rows.by_keys = event.reason() in _BY_KEYS
        super().focusInEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press needs no mark."""
        self._rows.by_keys = False
        super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The person scrolls: stop following until they are back."""
        self._let_go()
        super().wheelEvent(event)
        self._scrolled_by_person()

    def viewportEvent(self, event: QEvent) -> bool:
        """Leave takes the hover away."""
        if event.type() is QEvent.Type.Leave:
            self.viewport().update()
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines wrap anew; the line that sounds stays in view."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._rows.fit()
            self.scheduleDelayedItemsLayout()
        if self._following:
            self._show_current()

    # -- inside ----------------------------------------------------------------

    def _play(self, index: QModelIndex) -> None:
        if index.isValid():
            self._following = True
            self.played.emit(self._model.line(index.row()).start_ms)

    def _let_go(self) -> None:
        self._following = False

    def _scrolled_by_person(self) -> None:
        """Back at the line that sounds: follow again."""
        row = self._rows.current
        if row >= 0:
            box = self.visualRect(self._model.index(row))
            self._following = box.intersects(self.viewport().rect())

    def _show_current(self) -> None:
        if self._rows.current >= 0:
            index = self._model.index(self._rows.current)
            box, seen = self.visualRect(index), self.viewport().rect()
            # Only when it leaves, and then to where the next ones are seen too.
            if not seen.contains(box):
                self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _after_reset(self) -> None:
        self._rows.current = -1
        self.show_position(self._position_ms)

    def _follow_theme(self) -> None:
        self._rows.follow()
        self.doItemsLayout()
        self.viewport().update()
