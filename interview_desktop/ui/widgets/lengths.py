"""The lengths of Thinking: 30, 60, 90 seconds or open."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from interview_desktop.ui.theme import font, px, theme

LENGTHS: tuple[int | None, ...] = (30, 60, 90, None)


def length_words(seconds: int | None) -> str:
    """A length in short: "60 s", "open"."""
    return "open" if seconds is None else f"{seconds}\u00a0s"


class Lengths(QWidget):
    """A segmented control of four; arrow keys move.

    Signals:
        chosen: seconds, or None for open.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Length of thinking")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._segments: dict[int | None, _Segment] = {}
        for seconds in LENGTHS:
            segment = _Segment(seconds)
            segment.clicked.connect(lambda _=False, seconds=seconds: self.chosen.emit(seconds))
            self._group.addButton(segment)
            self._segments[seconds] = segment
            row.addWidget(segment)
        self.show_chosen(60)
        theme.changed.connect(self.update)

    def show_chosen(self, seconds: int | None) -> None:
        """Mark a length without telling it."""
        if seconds in self._segments:
            self._segments[seconds].setChecked(True)
            for length, segment in self._segments.items():
                # One stop of the Tab key, as in any group.
                segment.setFocusPolicy(
                    Qt.FocusPolicy.StrongFocus if length == seconds else Qt.FocusPolicy.ClickFocus
                )
            self.setFocusProxy(self._segments[seconds])

    def hasFocus(self) -> bool:
        """Whether one of the segments has the focus."""
        return any(segment.hasFocus() for segment in self._segments.values())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The track."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dark = theme.color("canvas").lightnessF() < 0.5
        painter.setPen(QPen(theme.color("line"), 1) if dark else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("surface" if dark else "hover"))
        half = 0.5 if dark else 0.0
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 8, 8)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move and choose."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        now = next((one for one, seg in self._segments.items() if seg.isChecked()), 60)
        following = LENGTHS[max(0, min(len(LENGTHS) - 1, LENGTHS.index(now) + step))]
        segment = self._segments[following]
        segment.setFocus(Qt.FocusReason.TabFocusReason)
        segment.click()


class _Segment(QAbstractButton):
    def __init__(self, seconds: int | None) -> None:
        super().__init__()
        self.setText("Open" if seconds is None else str(seconds))
        self.setAccessibleName("Open" if seconds is None else f"{seconds} seconds")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """At least 40 px wide, as every target of the room."""
        width = round(QFontMetricsF(font("label")).horizontalAdvance(self.text()))
        return QSize(max(px(40), width + 2 * px(14)), px(28))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows are the group's."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The chosen one stands out."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dark = theme.color("canvas").lightnessF() < 0.5
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen if dark else QPen(theme.color("line2"), 1))
            painter.setBrush(theme.color("press" if dark else "surface"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        strong = self.isChecked() or self.underMouse()
        ink = "disabled" if not self.isEnabled() else "ink" if strong else "ink2"
        painter.setPen(theme.color(ink))
        painter.setFont(font("label"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
