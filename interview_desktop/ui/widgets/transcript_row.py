"""One row of the transcript, measured once per width and painted."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.theme import font, px, theme
from interview_desktop.ui.view_models.captions import TranscriptLine, hits
from interview_desktop.ui.view_models.room import clock
from interview_desktop.ui.widgets.wrapping import Wrapper, runs_from_right

LINE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_LINE, _ABOVE, _SIDE = 22, 5, 10
_TIME, _NAME, _MARK, _MARKS = 46, 82, 18, 38
# Below this width the name stands above the words instead of before them.
_NARROW = 400


class RowPainter(QStyledItemDelegate):
    """Paints rows; `current` is the row that sounds, `wanted` the search, `by_keys` whether
    the row with the focus is marked."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        self.current = -1
        self.wanted = ""
        self.by_keys = False
        self._wrapped: dict[str, list[str]] = {}
        self._room = 0.0
        self._narrow = False
        self.follow()

    def follow(self) -> None:
        """Another theme or text size: measure anew."""
        self._face = font("body")
        self._wrapper = Wrapper(self._face)
        self._wrapped.clear()
        self.fit()

    def fit(self) -> None:
        """The view has another width: wrap anew."""
        # The scroll bar's room is always kept free, so that its coming wraps nothing anew.
        width = self._view.width() - self._view.verticalScrollBar().sizeHint().width()
        self._narrow = width < px(_NARROW)
        taken = px(2 * _SIDE + _MARKS) + (0 if self._narrow else px(_TIME + _NAME))
        room = float(max(px(80), width - taken))
        if room != self._room:
            self._room = room
            self._wrapped.clear()

    def sizeHint(
        self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """As high as its lines at the view's width."""
        line: TranscriptLine = index.data(LINE_ROLE)
        count = len(self._lines(line.text))
        above = px(_LINE) if self._narrow else 0
        return QSize(0, count * px(_LINE) + above + 2 * px(_ABOVE))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Ground, time, name, words, marks."""
        line: TranscriptLine = index.data(LINE_ROLE)
        box = QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        current = index.row() == self.current
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, box, state, current=current)
        mine = line.speaker == "candidate"
        y = box.top() + px(_ABOVE)
        x = box.left() + px(_SIDE)
        when = font("small")
        when.setFeature(QFont.Tag("tnum"), 1)
        _put(painter, QRectF(x, y, px(_TIME), px(_LINE)), clock(line.start_ms), when,
             "accent" if current else "ink2")  # fmt: skip
        name = QFontMetricsF(font("label")).elidedText(
            line.name, Qt.TextElideMode.ElideRight, px(_NAME - 8)
        )
        at = QRectF(x + px(_TIME), y, px(_NAME), px(_LINE))
        _put(painter, at, name, font("label"), "accent" if mine else "ink2")
        self._words(painter, line, box, "ink" if mine or current else "ink2", current=current)
        side = px(_MARK)
        right = box.right() - px(_SIDE) - side + px(2)
        for mark in line.marks[::-1]:
            token = "warn" if mark == "hint" else "accent"
            spot = QRectF(right, y + (px(_LINE) - side) / 2 - 1, side, side)
            draw_icon(painter, mark, spot, token)
            right -= side + px(2)
        painter.restore()

    def _ground(
        self, painter: QPainter, box: QRectF, state: QStyle.StateFlag, *, current: bool
    ) -> None:
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = (
            bool(state & QStyle.StateFlag.State_HasFocus) and self.by_keys and self._view.hasFocus()
        )
        if current or hovered:
            dark = theme.color("canvas").lightnessF() < 0.5
            quiet = "surface" if dark else "sunken"
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft" if current else quiet))
            painter.drawRoundedRect(box, 10, 10)
        if focused:
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 9, 9)

    def _words(
        self, painter: QPainter, line: TranscriptLine, box: QRectF, token: str, *, current: bool
    ) -> None:
        narrow = self._narrow
        left = box.left() + px(_SIDE) + (0 if narrow else px(_TIME + _NAME))
        y = box.top() + px(_ABOVE) + (px(_LINE) if narrow else 0)
        painter.setFont(self._face)
        metrics = QFontMetricsF(self._face)
        baseline = (px(_LINE) - metrics.height()) / 2 + metrics.ascent()
        width = self._room
        for words in self._lines(line.text):
            x = left
            if runs_from_right(line.text):
                x = left + width - self._wrapper.width(words)
            elif self.wanted:
                self._hits(painter, words, QPointF(x, y), current=current)
            painter.setPen(theme.color(token))
            painter.drawText(QPointF(x, y + baseline), words)
            y += px(_LINE)

    def _hits(self, painter: QPainter, words: str, at: QPointF, *, current: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent_line" if current else "warn_soft"))
        for start, length in hits(words, self.wanted):
            left = self._wrapper.width(words[:start])
            right = self._wrapper.width(words[: start + length])
            spot = QRectF(at.x() + left - 1, at.y() + 2, right - left + 2, px(_LINE) - 4)
            painter.drawRoundedRect(spot, 3, 3)

    def _lines(self, text: str) -> list[str]:
        known = self._wrapped.get(text)
        if known is None:
            known = self._wrapped[text] = self._wrapper.lines(text, self._room)
        return known


def _put(painter: QPainter, box: QRectF, words: str, face: QFont, token: str) -> None:
    painter.setFont(face)
    painter.setPen(theme.color(token))
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
