"""What the sheets of the gallery are made with: sections, and controls held in a state."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.widgets.text import Rule, Text

SIDE = 132
_TOP = Qt.AlignmentFlag.AlignTop
AnyWidget = TypeVar("AnyWidget", bound=QWidget)
AnyButton = TypeVar("AnyButton", bound=QAbstractButton)


class Sheet(QWidget):
    """A titled sheet of sections, each a name at the left and its content; rings on top."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(56, 40, 56, 40)
        self._column.setSpacing(0)
        self._column.addWidget(Text(title, "title"))
        self._column.addSpacing(22)

    def section(self, name: str, content: QLayout | QWidget) -> None:
        """Append a section under a hairline."""
        self._column.addWidget(Rule())
        self._column.addSpacing(22)
        row = QHBoxLayout()
        row.setSpacing(0)
        words = Text(name, "small", "ink2", wrap=True)
        words.setFixedWidth(SIDE)
        row.addWidget(words, 0, _TOP)
        if isinstance(content, QWidget):
            row.addWidget(content, 1)
        else:
            row.addLayout(content, 1)
        self._column.addLayout(row)
        self._column.addSpacing(22)

    def end(self) -> Sheet:
        """The rest of the page stays empty."""
        self._column.addStretch(1)
        return self


class RingAround(QObject):
    """The focus ring around a control that has no focus, for a picture of that state."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._ring: _StillRing | None = None
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep around it."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Move, QEvent.Type.Resize):
            parent = self._widget.parentWidget()
            if parent is not None:
                if self._ring is None:
                    self._ring = _StillRing(parent, float(getattr(watched, "focus_radius", 8)))
                self._ring.setGeometry(self._widget.geometry().adjusted(-4, -4, 4, 4))
                self._ring.show()
                self._ring.raise_()
        return False


class _StillRing(QWidget):
    def __init__(self, parent: QWidget, radius: float) -> None:
        super().__init__(parent)
        self._radius = radius + 3
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("accent"), 2))
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, self._radius, self._radius)


def hovered(widget: AnyWidget) -> AnyWidget:
    """As under the mouse."""
    widget.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    return widget


def pressed(button: AnyButton) -> AnyButton:
    """As held down."""
    button.setDown(True)
    return hovered(button)


def focused(widget: AnyWidget) -> AnyWidget:
    """As reached by Tab."""
    RingAround(widget)
    return widget


def as_if_focused(widget: QWidget) -> None:
    """Let a widget say that it has the focus, which a picture's window never gets."""
    setattr(widget, "hasFocus", lambda: True)  # noqa: B010


def disabled(widget: AnyWidget) -> AnyWidget:
    """As it is when it cannot be used."""
    widget.setEnabled(False)
    return widget


def in_row(*widgets: QWidget, gap: int = 16) -> QHBoxLayout:
    """Side by side from the left, tops aligned."""
    row = QHBoxLayout()
    row.setSpacing(gap)
    for widget in widgets:
        row.addWidget(widget, 0, _TOP)
    row.addStretch(1)
    return row


def wide(widget: AnyWidget, width: int) -> AnyWidget:
    """Of a fixed width, at text size 100 %."""
    widget.setFixedWidth(px(width))
    return widget
