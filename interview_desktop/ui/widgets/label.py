"""A short remark in a soft pill; it cannot be pressed."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from interview_desktop.ui.theme import font, px, theme
from interview_desktop.ui.widgets.button import paint_box
from interview_desktop.ui.widgets.text import text_width

LabelKind = Literal["plain", "accent", "ok", "warn", "bad"]
HEIGHT = 24
PADDING = 10
# (ground, words)
COLORS: dict[str, tuple[str, str]] = {
    "plain": ("hover", "ink2"),
    "accent": ("accent_soft", "accent"),
    "ok": ("ok_soft", "ok"),
    "warn": ("warn_soft", "warn"),
    "bad": ("bad_soft", "bad"),
}


class Label(QLabel):
    """A pill with a word or two: "In progress", "Due Sunday"."""

    def __init__(self, text: str, kind: LabelKind = "plain", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._kind: LabelKind = kind
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._follow)

    def set_kind(self, kind: LabelKind) -> None:
        """Change what it means."""
        self._kind = kind
        self.update()

    def sizeHint(self) -> QSize:
        """The words and their padding."""
        return label_size(self.text())

    def minimumSizeHint(self) -> QSize:
        """Never squeezed."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The pill."""
        painter = QPainter(self)
        paint_label(painter, QRectF(self.rect()), self.text(), self._kind)

    def _follow(self) -> None:
        self.updateGeometry()
        self.update()


def label_size(text: str) -> QSize:
    """The size of a pill with these words."""
    return QSize(text_width(text, "caption_strong") + 2 * px(PADDING), px(HEIGHT))


def paint_label(painter: QPainter, box: QRectF, text: str, kind: LabelKind) -> None:
    """Paint a pill, for controls that are painted as one."""
    ground, words = COLORS[kind]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_box(painter, box, ground, None, box.height() / 2)
    painter.setFont(font("caption_strong"))
    painter.setPen(theme.color(words))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
