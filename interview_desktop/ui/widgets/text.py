"""Text in a style and a token colour."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from interview_desktop.ui.theme import font, theme


class Text(QLabel):
    """A label that follows the theme; wraps where it is told to."""

    def __init__(
        self,
        text: str = "",
        style: str = "body",
        color: str = "ink",
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._color = color
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(style))
        self.setWordWrap(wrap)
        self._follow()
        theme.changed.connect(self._follow)

    def set_color(self, color: str) -> None:
        """Change to another token colour."""
        if color != self._color:
            self._color = color
            self._follow()

    def _follow(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, theme.color(self._color))
        self.setPalette(palette)


class Rule(QWidget):
    """A hairline."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One logical pixel."""
        QPainter(self).fillRect(self.rect(), QColor(theme.tokens.line))


class Panel(QWidget):
    """A plain area in a token colour."""

    def __init__(self, color: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._color = color

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill."""
        QPainter(self).fillRect(self.rect(), theme.color(self._color))
