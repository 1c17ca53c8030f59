"""The session as a list of moments: questions, thinking, hints, numbers; a press plays there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from interview_desktop.ui.layout import BLEED
from interview_desktop.ui.theme import line, px, theme
from interview_desktop.ui.view_models.review import Moment
from interview_desktop.ui.view_models.room import clock
from interview_desktop.ui.widgets.button import Pressable, paint_box
from interview_desktop.ui.widgets.page import clear
from interview_desktop.ui.widgets.scroll import Pane
from interview_desktop.ui.widgets.text import Text, draw_text

_TIME = 56


class Moments(QWidget):
    """Heading and rows.

    Signals:
        sought: a position in milliseconds.
    """

    sought = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        heading = Text("Questions", "heading")
        heading.setContentsMargins(0, 0, 0, 0)
        self._heading = heading
        top = QVBoxLayout()
        top.setContentsMargins(BLEED, 0, BLEED, 0)
        top.addWidget(heading)
        self._top = top
        column.addLayout(top)
        self._pane = Pane(margin=False)
        self._pane.column.setSpacing(0)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self._none = Text(
            "No question was reached, or what happened was not written down.",
            "small",
            "ink2",
            wrap=True,
        )
        none = QVBoxLayout()
        none.setContentsMargins(BLEED, 0, BLEED, 0)
        none.addWidget(self._none)
        self._none.hide()
        self._pane.column.addLayout(none)
        self._pane.column.addLayout(self._rows)
        self._pane.column.addStretch(1)
        column.addWidget(self._pane, 1)
        self._shown: tuple[Moment, ...] | None = None
        self._listed: list[MomentRow] = []
        self._gaps: list[QSpacerItem] = []
        theme.changed.connect(self._follow)
        self._follow()

    def show_moments(self, moments: Sequence[Moment]) -> None:
        """Fill the list; what has not changed stays."""
        if tuple(moments) == self._shown:
            return
        self._shown = tuple(moments)
        self._none.setVisible(not moments)
        clear(self._rows)
        self._gaps.clear()
        self._listed = []
        for index, moment in enumerate(moments):
            if moment.kind == "question" and index:
                gap = QSpacerItem(0, px(10))
                self._rows.addItem(gap)
                self._gaps.append(gap)
            row = MomentRow(moment)
            row.clicked.connect(lambda _=False, ms=moment.at_ms: self.sought.emit(ms))
            self._listed.append(row)
            self._rows.addWidget(row)

    def show_ready(self, *, ready: bool) -> None:
        """Whether there is sound to go to."""
        for row in self._listed:
            row.setEnabled(ready)

    def show_question(self, number: int | None) -> None:
        """Mark the question that sounds."""
        for row in self._listed:
            row.show_current(
                current=row.moment.kind == "question" and row.moment.question == number
            )

    def rows(self) -> list[MomentRow]:
        """The rows, in order."""
        return list(self._listed)

    def _follow(self) -> None:
        self._heading.setMinimumHeight(px(36))
        self._heading.setMaximumHeight(px(36))
        self._top.setContentsMargins(BLEED, 0, BLEED, px(8))
        self._pane.column.setContentsMargins(0, 0, 0, px(8))
        for gap in self._gaps:
            gap.changeSize(0, px(10))
        self._rows.invalidate()


class MomentRow(Pressable):
    """Time and words; a question is strong and has a hairline's room above."""

    focus_radius = 8

    def __init__(self, moment: Moment) -> None:
        super().__init__(moment.words)
        self.moment = moment
        self._current = False
        self.setAccessibleName(moment.spoken)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_current(self, *, current: bool) -> None:
        """It sounds now."""
        if current != self._current:
            self._current = current
            self.setAccessibleDescription("Current" if current else "")
            self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(px(200), line("body") + px(10))

    def minimumSizeHint(self) -> QSize:
        """The words may be elided."""
        return QSize(px(140), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, time, words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        usable = self.isEnabled()
        if self._current:
            paint_box(painter, QRectF(self.rect()), "accent_soft", None, self.focus_radius)
        elif usable and (self.isDown() or self.underMouse()):
            ground = "press" if self.isDown() else "row_hover"
            paint_box(painter, QRectF(self.rect()), ground, None, self.focus_radius)
        question = self.moment.kind == "question"
        time, words = ("accent", "ink" if question else "ink2") if usable else ("ink3", "ink2")
        top = (self.height() - line("tab")) / 2
        draw_text(painter, clock(self.moment.at_ms), "tab", time, (BLEED, top, px(_TIME)))
        style = "strong" if question else "body"
        left = BLEED + px(_TIME)
        top = (self.height() - line(style)) / 2
        room = max(px(40), self.width() - left - BLEED)
        shown = self.moment.words.replace(", ", "  ", 1) if question else self.moment.words
        draw_text(painter, shown, style, words, (left, top, room))
        painter.setPen(Qt.PenStyle.NoPen)
