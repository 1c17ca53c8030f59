"""The number check of the debrief: what was said, what is right, and the way there."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from interview_desktop.ui.theme import line, px, theme
from interview_desktop.ui.view_models.debrief import NumberCheck, Part
from interview_desktop.ui.view_models.room import clock
from interview_desktop.ui.view_models.waveform import spoken_time
from interview_desktop.ui.widgets.button import Button, paint_box
from interview_desktop.ui.widgets.text import Align, Text, text_width

# Between the columns; the figures take what the longest of them needs, the words the rest.
_GAP, _LEAST = 24, 64


class NumberSection(QWidget):
    """One number.

    Args:
        check: what is known of it.
        several: there is more than one, so it says which question it is of.

    Signals:
        hear: where it is heard, in milliseconds.
    """

    hear = Signal(int)

    def __init__(self, check: NumberCheck, *, several: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        heading = "Number check" + (f", question {check.question}" if several else "")
        top = QHBoxLayout()
        top.addWidget(Text(heading, "heading"), 1)
        if check.at_ms is not None:
            at_ms = check.at_ms
            hear = Button(f"Hear it, {clock(at_ms)}", "secondary", 32, "play")
            hear.setAccessibleName(f"Hear your number, at {spoken_time(at_ms)}")
            hear.clicked.connect(lambda: self.hear.emit(at_ms))
            top.addWidget(hear)
        column.addLayout(top)
        column.addSpacing(px(2))
        column.addWidget(Text(check.sentence, "body", "ink2", wrap=True))
        if check.error:
            column.addWidget(Text(check.error, "strong", "bad", wrap=True))
        if check.steps:
            column.addSpacing(px(12))
            texts = [text for part in check.steps for text in (part.shown, part.yours)]
            width = max([px(_LEAST), *(text_width(text, "tab") + 2 for text in texts)])
            column.addWidget(_Line(Part("", "Expected", "Yours"), "head", check, width))
            for part in check.steps:
                column.addWidget(_Line(part, "result" if part.yours else "step", check, width))


class _Line(QWidget):
    """What is said, what comes out, and what the candidate had."""

    def __init__(self, part: Part, kind: str, check: NumberCheck, width: int) -> None:
        super().__init__()
        self._ground = None
        wrong = check.verdict in ("named_error", "different")
        if kind == "result" and check.verdict != "none":
            self._ground = "bad_soft" if wrong else "ok_soft"
        words = ("small", "ink3") if kind == "head" else ("body", "ink2")
        figures = ("small", "ink3") if kind == "head" else ("tab", "ink")
        yours = figures if kind == "head" else ("tab", "bad" if wrong else "ok")
        self._head, self._width = kind == "head", width
        self._row = row = QHBoxLayout(self)
        say = Text(part.say, words[0], "ink" if kind == "result" else words[1], wrap=True)
        row.addWidget(say, 1, Qt.AlignmentFlag.AlignVCenter)
        self._cells: list[Text] = []
        cells = [("Expected", part.shown, figures)]
        if check.verdict != "none":
            cells.append(("Yours", part.yours, yours))
        for name, text, (style, color) in cells:
            cell = Text(text, style, color, align=Align.AlignRight)
            if kind != "head" and text:
                cell.setAccessibleName(f"{name}, {text}")
            row.addWidget(cell, 0, Qt.AlignmentFlag.AlignTop)
            self._cells.append(cell)
        self._follow()
        theme.changed.connect(self._follow)

    def _follow(self) -> None:
        self._row.setContentsMargins(px(12), px(1 if self._head else 6), px(12), px(6))
        self._row.setSpacing(px(_GAP))
        for cell in self._cells:
            cell.setFixedWidth(self._width)
            if not self._head:
                # On the base line of the words.
                cell.setFixedHeight(2 * line("body") - line("tab"))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground of the result."""
        if self._ground is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_box(painter, QRectF(self.rect()), self._ground, None, 6)
