"""What the debrief keeps folded: the model outline, the usual mistakes, what to read."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.theme import line, px
from interview_desktop.ui.view_models.debrief import DebriefModel, Outline
from interview_desktop.ui.widgets.button import Pressable
from interview_desktop.ui.widgets.text import Rule, Text, draw_text

_CHEVRON = 18


class More(QWidget):
    """Folds under hairlines; each opens in its place."""

    def __init__(self, model: DebriefModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        outline = _column()
        for index, one in enumerate(model.outlines):
            if index:
                outline.addSpacing(px(16))
            _add_outline(outline, one)
        folds = [Fold("Model outline", outline)]
        if model.limiting_mistakes:
            mistakes = _column()
            mistakes.setSpacing(px(8))
            for sentence in model.limiting_mistakes:
                mistakes.addWidget(Text(sentence, "body", "ink2", wrap=True))
            folds.append(Fold("Mistakes that hold many back", mistakes))
        if model.read_more:
            more = _column()
            more.addWidget(Text(model.read_more, "body", "ink2", wrap=True))
            folds.append(Fold("What this case teaches", more))
        for fold in folds:
            column.addWidget(Rule())
            column.addWidget(fold)


class Fold(QWidget):
    """A heading that opens what lies below it."""

    def __init__(self, title: str, content: QVBoxLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.button = _Head(title)
        self.content = QWidget()
        self.content.setLayout(content)
        self.content.hide()
        self.button.toggled.connect(self.content.setVisible)
        column.addWidget(self.button)
        column.addWidget(self.content)


class _Head(Pressable):
    """Words and a chevron over the whole width."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._describe)
        self._describe(False)

    def sizeHint(self) -> QSize:
        """A row."""
        return QSize(px(200), line("label") + 2 * px(12))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The chevron points up while it is open."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - line("label")) / 2
        room = float(self.width() - px(_CHEVRON + 8))
        draw_text(painter, self.text(), "label", "ink", (0, top, room))
        color = "ink" if self.underMouse() else "ink2"
        painter.translate(self.width() - px(_CHEVRON) / 2 - 1, self.height() / 2)
        if self.isChecked():
            painter.rotate(180)
        half = px(_CHEVRON) / 2
        draw_icon(painter, "chevron-down", QRectF(-half, -half, 2 * half, 2 * half), color)

    def _describe(self, opened: bool) -> None:
        self.setAccessibleDescription("Expanded" if opened else "Collapsed")
        self.update()


def _column() -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, px(16))
    column.setSpacing(0)
    return column


def _add_outline(column: QVBoxLayout, outline: Outline) -> None:
    column.addWidget(Text(f"{outline.number}  {outline.name}", "strong", wrap=True))
    column.addSpacing(px(2))
    column.addWidget(Text(outline.text, "body", "ink2", wrap=True))
    if outline.points:
        column.addSpacing(px(8))
        column.addWidget(Text("A strong answer has", "label"))
    for point, because in outline.points:
        column.addSpacing(px(6))
        column.addWidget(Text(point, "body", "ink", wrap=True))
        column.addWidget(Text(because, "small", "ink2", wrap=True))
