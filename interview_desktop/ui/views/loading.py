"""The first picture of the window, before Home."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from interview_desktop.ui.theme import font, px, theme

TITLE = "Practise a case"
LOADING = "Loading…"


class LoadingView(QWidget):
    """The first picture: Home's own heading, and where its rows will be, that they load.

    Painted by itself: labels and layouts would load half of Qt before it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(LOADING)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Heading and "Loading…"."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.tokens.canvas))
        painter.setFont(font("display"))
        painter.setPen(QColor(theme.tokens.ink))
        top = px(40) + painter.fontMetrics().ascent()
        painter.drawText(px(48), top, TITLE)
        painter.setFont(font("body"))
        painter.setPen(QColor(theme.tokens.ink3))
        painter.drawText(px(48), top + px(56), LOADING)
