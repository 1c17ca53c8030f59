"""Chart or table: two quiet words, one of them chosen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QWidget

from interview_desktop.ui.theme import font, px, theme

# As far above and below what is painted it can be pressed: 40 in all, as everything in the room.
REACH = 8


class ChartOrTable(QWidget):
    """Two options in one track; Tab reaches the chosen one, arrow keys change it.

    Signals:
        table_chosen: whether the table is to be shown.
    """

    table_chosen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Show the exhibit as")
        self.chart, self.table = _Option("Chart"), _Option("Table")
        self.chart.setChecked(True)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 2, 0)
        row.setSpacing(0)
        for option in (self.chart, self.table):
            self._group.addButton(option)
            row.addWidget(option)
        self.table.toggled.connect(self._one_tab_stop)
        self.table.toggled.connect(self.table_chosen)
        self._one_tab_stop()
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The track."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dark = is_dark()
        painter.setPen(QPen(theme.color("line"), 1) if dark else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("surface" if dark else "hover"))
        half = 0.5 if dark else 0
        reach = px(REACH) - 2 + half
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, reach, -half, -reach), 8, 8)

    def _one_tab_stop(self) -> None:
        # Qt does this only once one of them has had the focus.
        for option in (self.chart, self.table):
            here = option.isChecked()
            policy = Qt.FocusPolicy.StrongFocus if here else Qt.FocusPolicy.ClickFocus
            option.setFocusPolicy(policy)


def is_dark() -> bool:
    """Whether the dark scheme is in force."""
    return theme.color("canvas").lightness() < 128


class _Option(QRadioButton):
    """One word; painted raised when chosen."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self._follow)
        self._follow()

    def sizeHint(self) -> QSize:
        """The word and its padding, and what can be pressed above and below them."""
        width = QFontMetricsF(font("label")).horizontalAdvance(self.text())
        return QSize(round(width) + px(24), px(24 + 2 * REACH))

    def minimumSizeHint(self) -> QSize:
        """Never smaller."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """The whole option is for pressing, not only its words."""
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill, focus, word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        reach = px(REACH)
        box = QRectF(self.rect()).adjusted(0.5, 0.5 + reach, -0.5, -0.5 - reach)
        chosen = self.isChecked()
        if chosen:
            dark = is_dark()
            painter.setPen(Qt.PenStyle.NoPen if dark else QPen(theme.color("line2"), 1))
            painter.setBrush(theme.color("press" if dark else "surface"))
            painter.drawRoundedRect(box, 6, 6)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setFont(font("label"))
        painter.setPen(theme.color("ink" if chosen or self.underMouse() else "ink2"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())

    def _follow(self) -> None:
        self.setFont(font("label"))
        self.updateGeometry()
        self.update()
