"""The debrief's table: each question's time against its target, thinking, hints."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from interview_desktop.ui.theme import line, px, theme
from interview_desktop.ui.view_models.debrief import QuestionRow
from interview_desktop.ui.widgets.text import Align, draw_text, text_width

_NAME, _BAR, _LEAST_BAR, _TIME, _THINKING, _HINTS = 176, 152, 56, 124, 84, 132
_PADDING, _GAP, _NOTE_GAP = 10, 10, 8


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where each column begins, for a width in logical pixels."""

    width: int

    @property
    def bar_width(self) -> int:
        """The bar gives way first."""
        rest = self.width - px(_NAME + _TIME + _THINKING + _HINTS)
        return max(px(_LEAST_BAR), min(px(_BAR), rest))

    @property
    def bar(self) -> int:
        """The time's bar."""
        return px(_NAME)

    @property
    def time(self) -> int:
        """The time in figures."""
        return self.bar + self.bar_width + px(_GAP)

    @property
    def thinking(self) -> int:
        """Time of thinking."""
        return self.bar + self.bar_width + px(_TIME)

    @property
    def hints(self) -> int:
        """Hints."""
        return self.thinking + px(_THINKING)

    @property
    def hints_width(self) -> int:
        """What is left for them."""
        return max(px(40), self.width - self.hints)


class QuestionTable(QWidget):
    """Heads and one row a question."""

    def __init__(self, rows: tuple[QuestionRow, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Time, thinking and hints by question")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(_Heads())
        for index, row in enumerate(rows):
            column.addWidget(_Row(row, last=index == len(rows) - 1))


class _Heads(QWidget):
    """The names of the columns."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """One line and the hairline below."""
        return QSize(px(_NAME + _LEAST_BAR + _TIME + _THINKING + _HINTS), line("small") + px(10))

    def minimumSizeHint(self) -> QSize:
        """Never less."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Names over a strong hairline."""
        painter = QPainter(self)
        at = _Columns(self.width())
        heads = (
            (0, "Question"), (at.bar, "Time, mark is the target"), (at.thinking, "Thinking"),
            (at.hints, "Hints"),
        )  # fmt: skip
        for x, words in heads:
            room = float((at.thinking if x == at.bar else self.width()) - x - px(4))
            fits = text_width(words, "small") <= room
            draw_text(painter, words if fits else "Time", "small", "ink3", (x, 0, room))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.color("line2"))


class _Row(QLabel):
    """One question; a screen reader hears it as one sentence."""

    def __init__(self, row: QuestionRow, *, last: bool) -> None:
        super().__init__(row.spoken)
        self._shown = row
        self._last = last
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setToolTip(row.short)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.updateGeometry)

    def hasHeightForWidth(self) -> bool:
        """What a hint costs goes below it where there is no room beside."""
        return True

    def heightForWidth(self, width: int) -> int:
        """One line or two."""
        lines = line("body") + (0 if self._beside(width) else line("small"))
        return lines + 2 * px(_PADDING) + 1

    def sizeHint(self) -> QSize:
        """At a usual width."""
        width = px(_NAME + _BAR + _TIME + _THINKING + _HINTS)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """The narrowest bar."""
        width = px(_NAME + _LEAST_BAR + _TIME + _THINKING + _HINTS)
        return QSize(width, self.heightForWidth(width))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Number, name, bar with its mark, figures, hints."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row, at = self._shown, _Columns(self.width())
        beside = self._beside(self.width())
        top = float(px(_PADDING))
        draw_text(painter, str(row.number), "body", "ink3", (0, top, px(20)))
        draw_text(painter, row.name, "strong", "ink", (px(20), top, at.bar - px(28)))
        self._bar(painter, QRectF(at.bar, top, at.bar_width, line("body")))
        # All on one base line.
        figures = top + line("body") - line("tab")
        color = "warn" if row.over else "ink"
        room = float(px(_TIME))
        draw_text(painter, row.time, "tab", color, (at.time, figures, room))
        after = at.time + text_width(row.time, "tab") + px(8)
        draw_text(painter, row.target, "tab", "ink3", (after, figures, room))
        draw_text(painter, row.thinking, "tab", "ink2", (at.thinking, figures, px(_THINKING)))
        draw_text(painter, row.hints, "body", "ink", (at.hints, top, at.hints_width))
        if row.hints_note:
            small = line("body") - line("small")
            if beside:
                x = at.hints + text_width(row.hints, "body") + px(_NOTE_GAP)
                place = (float(x), top + small, float(self.width() - x))
            else:
                place = (float(at.hints), top + line("body"), float(at.hints_width))
            draw_text(painter, row.hints_note, "small", "ink2", place, align=Align.AlignLeft)
        if not self._last:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.fillRect(0, self.height() - 1, self.width(), 1, theme.color("line"))

    def _bar(self, painter: QPainter, box: QRectF) -> None:
        row = self._shown
        thick = px(6)
        track = QRectF(box.left(), box.center().y() - thick / 2, box.width(), thick)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("hover"))
        painter.drawRoundedRect(track, thick / 2, thick / 2)
        if row.filled > 0:
            filled = QRectF(track)
            filled.setWidth(max(thick, track.width() * min(1.0, row.filled)))
            painter.setBrush(theme.color("warn" if row.over else "data"))
            painter.drawRoundedRect(filled, thick / 2, thick / 2)
        x = round(track.left() + (track.width() - 2) * min(1.0, row.mark))
        tall = px(16)
        painter.fillRect(
            QRectF(x - 1, round(box.center().y() - tall / 2), 4, tall), theme.color("canvas")
        )
        painter.fillRect(QRectF(x, round(box.center().y() - tall / 2), 2, tall), theme.color("ink"))

    def _beside(self, width: int) -> bool:
        row = self._shown
        wanted = text_width(row.hints, "body") + px(_NOTE_GAP) + text_width(row.hints_note, "small")
        return not row.hints_note or wanted + 2 <= _Columns(width).hints_width
