"""Buttons: primary, secondary, quiet, link, danger."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from interview_desktop.ui.theme import font, theme

Kind = Literal["primary", "secondary", "quiet", "link", "danger"]
_PADDING = {"primary": 14, "secondary": 14, "quiet": 10, "link": 0, "danger": 14}


class Button(QAbstractButton):
    """A painted button with every state; the keyboard works as on any button."""

    def __init__(
        self, text: str, kind: Kind = "secondary", height: int = 36, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._height = height
        self.setText(text)
        self.setFont(font("label"))
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """The text and its padding."""
        width = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return QSize(width + 2 * _PADDING[self._kind] + 2, self._height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill, border, text, focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, border, text = self._colors()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(border), 1) if border else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 8, 8)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            inner = theme.tokens.surface if self._kind == "primary" else theme.tokens.accent
            painter.setPen(QPen(QColor(inner), 2))
            painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), 6, 6)
        painter.setPen(QColor(text))
        painter.setFont(self.font())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())

    def _colors(self) -> tuple[str | None, str | None, str]:
        """(fill, border, text) of the present state."""
        tokens = theme.tokens
        if not self.isEnabled():
            return (
                (None if self._kind in ("quiet", "link") else tokens.hover),
                None,
                tokens.disabled,
            )
        hovered, pressed = self.underMouse(), self.isDown() or self.isChecked()
        match self._kind:
            case "primary":
                shades = tokens.accent_pressed if pressed else tokens.accent_hover
                return shades if hovered or pressed else tokens.accent, None, tokens.on_accent
            case "secondary":
                fill = tokens.press if pressed else tokens.hover if hovered else tokens.surface
                return fill, tokens.control if hovered else tokens.line2, tokens.ink
            case "danger":
                return tokens.bad_soft if hovered or pressed else None, None, tokens.bad
            case "link":
                return None, None, tokens.accent_hover if hovered else tokens.accent
            case _:
                soft = tokens.press if pressed else tokens.hover if hovered else None
                return soft, None, tokens.ink if hovered else tokens.ink2
