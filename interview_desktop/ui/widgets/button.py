"""Buttons: primary, secondary, quiet, link, danger; and the base of whatever can be pressed."""

from __future__ import annotations

import math
from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.theme import font, px, theme

Kind = Literal["primary", "secondary", "quiet", "link", "danger", "danger-quiet"]
ICON, GAP, RADIUS = 18, 7, 8
_PADDING = {"quiet": 10, "danger-quiet": 10, "link": 0}
# (fill, border, text) of a state; None is nothing. See the look's §6.
Colors = tuple[str | None, str | None, str]
_REST: dict[str, Colors] = {
    "primary": ("accent", None, "on_accent"),
    "secondary": ("surface", "line2", "ink"),
    "quiet": (None, None, "ink2"),
    "link": (None, None, "accent"),
    "danger": ("bad", None, "on_bad"),
    "danger-quiet": (None, None, "bad"),
}
_HOVER: dict[str, Colors] = {
    "primary": ("accent_hover", None, "on_accent"),
    "secondary": ("hover", "control", "ink"),
    "quiet": ("hover", None, "ink"),
    "link": (None, None, "accent_hover"),
    "danger": ("bad_hover", None, "on_bad"),
    "danger-quiet": ("bad_soft", None, "bad"),
}
_PRESSED: dict[str, Colors] = {
    "primary": ("accent_pressed", None, "on_accent"),
    "secondary": ("press", "control", "ink"),
    "quiet": ("press", None, "ink2"),
    "link": (None, None, "accent_pressed"),
    "danger": ("bad_pressed", None, "on_bad"),
    "danger-quiet": ("bad_soft", None, "bad"),
}


class Pressable(QAbstractButton):
    """What every painted control that can be pressed has in common.

    `focus_radius` is the radius of its shape; the window's focus ring goes around it.
    """

    focus_radius = RADIUS

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._named = False
        self.setText(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self._follow)

    def setText(self, text: str) -> None:
        """Change the words, and the accessible name unless it was given apart."""
        super().setText(text)
        if not self._named:
            super().setAccessibleName(text)
        self.updateGeometry()

    def setAccessibleName(self, name: str) -> None:
        """Give a name other than the words that are shown."""
        self._named = True
        super().setAccessibleName(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses too, on every system; where Space talks it is the only key that does."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self.click()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Hovered."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """No longer hovered."""
        super().leaveEvent(event)
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Nothing that can be pressed is squeezed."""
        return self.sizeHint()

    def _follow(self) -> None:
        self.updateGeometry()
        self.update()


class Button(Pressable):
    """A painted button with every state; the keyboard works as on any button.

    Args:
        text: a verb and its object.
        kind: "danger" is filled and stands only in a confirming step; "danger-quiet" before it.
        height: 28 in rows, 32, 36, 40 for a page's action, 44 for Start.
        icon: name of an icon before the words.
    """

    def __init__(
        self,
        text: str,
        kind: Kind = "secondary",
        height: int = 36,
        icon: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._kind: Kind = kind
        self._height = height
        self._icon = icon
        self._after: str | None = None
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_kind(self, kind: Kind) -> None:
        """Become a button of another kind."""
        self._kind = kind
        self._follow()

    def set_icon(self, icon: str | None) -> None:
        """Change the icon before the words."""
        self._icon = icon
        self._follow()

    def sizeHint(self) -> QSize:
        """The icon, the words and their padding."""
        width = self._content_width() + 2 * px(_PADDING.get(self._kind, 14))
        return QSize(math.ceil(width), px(self._height))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill, border, icon, words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, border, text = self._colors()
        box = QRectF(self.rect())
        paint_box(painter, box, fill, border, RADIUS)
        x = max(0.0, (self.width() - self._content_width()) / 2)
        for icon, before in ((self._icon, True), (self._after, False)):
            if icon is not None:
                size = px(ICON)
                left = x if before else x + self._content_width() - size
                draw_icon(painter, icon, QRectF(left, 0, size, self.height()), text)
        if self._icon is not None:
            x += px(ICON) + px(GAP)
        style = font("label")
        painter.setFont(style)
        painter.setPen(theme.color(text))
        width = QFontMetricsF(style).horizontalAdvance(self.text())
        place = QRectF(x, 0, width + 2, self.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._kind == "link" and self.isEnabled() and (self.underMouse() or self.isDown()):
            base = round(self.height() / 2 + QFontMetricsF(style).ascent() / 2 + px(2))
            painter.fillRect(QRectF(x, base, width, 1), theme.color(text))

    def _content_width(self) -> float:
        words = QFontMetricsF(font("label")).horizontalAdvance(self.text())
        icons = [icon for icon in (self._icon, self._after) if icon is not None]
        gap = px(GAP) if self.text() else 0
        return words + len(icons) * (px(ICON) + gap)

    def _colors(self) -> Colors:
        """(fill, border, text) of the present state."""
        if not self.isEnabled():
            filled = self._kind in ("primary", "danger")
            border = "line" if self._kind == "secondary" else None
            return "flat" if filled else None, border, "disabled"
        if self.isDown() or self.isChecked():
            return _PRESSED[self._kind]
        return (_HOVER if self.underMouse() else _REST)[self._kind]


class IconButton(Button):
    """An icon without a word; its name is its tooltip too."""

    def __init__(
        self,
        name: str,
        accessible_name: str,
        kind: Kind = "quiet",
        height: int = 36,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", kind, height, name, parent)
        self.set_name(accessible_name)

    def set_name(self, name: str) -> None:
        """Say what the press will do."""
        self.setAccessibleName(name)
        self.setToolTip(name)

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(px(self._height), px(self._height))

    def _content_width(self) -> float:
        return px(ICON)


def paint_box(
    painter: QPainter,
    box: QRectF,
    fill: str | None,
    border: str | None = None,
    radius: float = RADIUS,
    width: float = 1,
) -> None:
    """A rounded box in token colours, its border inside of `box`."""
    inset = width / 2 if border else 0
    painter.setPen(QPen(theme.color(border), width) if border else Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(fill) if fill else QColor(Qt.GlobalColor.transparent))
    inner = max(0.0, radius - inset)
    painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), inner, inner)
