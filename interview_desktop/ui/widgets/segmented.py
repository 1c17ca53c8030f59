"""Two to five short options side by side, of which one holds."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QSizePolicy, QWidget

from interview_desktop.ui.theme import font, px, theme
from interview_desktop.ui.widgets.button import RADIUS, paint_box
from interview_desktop.ui.widgets.text import text_width

HEIGHT = 32
INSET = 2
PADDING, NARROW = 12, 5


class Segmented(QWidget):
    """Radio buttons in one track; one Tab stop, arrow keys move the choice.

    Args:
        name: what is chosen, the accessible name of the whole.
        options: (value, words) each.
        value: the one that holds at first; the first option when None.
        height: 32, or 36 beside fields.

    Signals:
        changed: the value that a person chose; not emitted by `set_value`.
    """

    changed = Signal(str)
    focus_radius = RADIUS

    def __init__(
        self,
        name: str,
        options: Sequence[tuple[str, str]],
        value: str | None = None,
        height: int = HEIGHT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._height = height
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        # Narrow: less space beside the words, where there is little room.
        self.padding = PADDING
        row = QHBoxLayout(self)
        row.setContentsMargins(INSET, INSET, INSET, INSET)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._segments: dict[str, _Segment] = {}
        for key, words in options:
            segment = _Segment(words, self)
            segment.setAccessibleDescription(name)
            self._segments[key] = segment
            self._group.addButton(segment)
            row.addWidget(segment)
        self._value = options[0][0] if value is None else value
        self._segments[self._value].setChecked(True)
        self._one_tab_stop()
        self._group.buttonToggled.connect(self._toggled)
        theme.changed.connect(self._follow)

    def value(self) -> str:
        """The option that holds."""
        return self._value

    def set_value(self, value: str) -> None:
        """Choose another option without telling."""
        self._value = value
        self._segments[value].setChecked(True)

    def segment(self, value: str) -> QRadioButton:
        """The radio button of an option."""
        return self._segments[value]

    def set_narrow(self, narrow: bool) -> None:
        """Less space beside the words, or as much as usual."""
        padding = NARROW if narrow else PADDING
        if padding != self.padding:
            self.padding = padding
            self._follow()

    def sizeHint(self) -> QSize:
        """As wide as its options."""
        width = sum(one.sizeHint().width() for one in self._segments.values())
        return QSize(width + 2 * INSET, px(self._height))

    def minimumSizeHint(self) -> QSize:
        """Never squeezed."""
        return self.sizeHint()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The track's edge belongs to the segment beside it."""
        for segment in self._segments.values():
            if segment.x() <= event.position().x() <= segment.geometry().right():
                segment.click()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The track."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        border = "line" if theme.dark or theme.contrast else None
        paint_box(painter, QRectF(self.rect()), "track", border)

    def _toggled(self, segment: QRadioButton, checked: bool) -> None:
        if not checked:
            return
        self._one_tab_stop()
        chosen = next(key for key, one in self._segments.items() if one is segment)
        if chosen != self._value:
            self._value = chosen
            self.changed.emit(chosen)

    def _one_tab_stop(self) -> None:
        # Qt does this only once one of them has had the focus.
        for segment in self._segments.values():
            here = segment.isChecked()
            policy = Qt.FocusPolicy.StrongFocus if here else Qt.FocusPolicy.ClickFocus
            segment.setFocusPolicy(policy)

    def _follow(self) -> None:
        for segment in self._segments.values():
            segment.updateGeometry()
        self.updateGeometry()
        self.update()


class _Segment(QRadioButton):
    """One option."""

    def __init__(self, text: str, track: Segmented) -> None:
        super().__init__(text, track)
        self.focus_target = self._track = track
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """The words with their padding; they are a little wider once chosen."""
        return QSize(
            math.ceil(text_width(self.text(), "label")) + 2 * px(self._track.padding), px(28)
        )

    def minimumSizeHint(self) -> QSize:
        """Never squeezed."""
        return self.sizeHint()

    def hitButton(self, at: QPoint) -> bool:
        """All of it can be pressed, not only where a radio button has its disc."""
        return self.rect().contains(at)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Hovered."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """No longer hovered."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The chosen one stands out of the track."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked():
            border = "line" if not theme.dark or theme.contrast else None
            paint_box(painter, QRectF(self.rect()), "chosen", border, RADIUS - INSET)
        color = "ink" if self.isChecked() or self.underMouse() else "ink2"
        painter.setPen(theme.color(color if self.isEnabled() else "disabled"))
        painter.setFont(font("label"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
