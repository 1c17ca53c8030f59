"""An exhibit: bars with their figures, or a table; read aloud as sentence and table."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from interview_desktop.domain.interview import Exhibit
from interview_desktop.ui.theme import font, theme

_HEAD, _ROW, _BAR = 56, 40, 14


class ExhibitChart(QWidget):
    """Paints one exhibit. A bar chart draws a bar a figure, everything else is a table."""

    def __init__(self, exhibit: Exhibit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.exhibit = exhibit
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        rows = ". ".join(" ".join(map(str, row)) for row in exhibit.rows)
        self.setAccessibleName(exhibit.title)
        self.setAccessibleDescription(f"{exhibit.spoken} {'; '.join(exhibit.columns)}. {rows}.")
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A row each, taller for bars."""
        return QSize(392, _HEAD + self._row_height() * len(self.exhibit.rows) + 8)

    def minimumSizeHint(self) -> QSize:
        """Never squeezed below its rows."""
        return QSize(240, self.sizeHint().height())

    def _row_height(self) -> int:
        series = len(self.exhibit.columns) - 1
        return max(_ROW, series * (_BAR + 6) + 16) if self.exhibit.kind == "bar" else _ROW

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Heads, hairlines, figures."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.exhibit.kind == "bar":
            self._bars(painter)
        else:
            self._table(painter)

    def _columns(self) -> list[QRectF]:
        count = len(self.exhibit.columns)
        label = max(72.0, self.width() * 0.2)
        rest = (self.width() - label) / (count - 1)
        return [QRectF(0, 0, label, _HEAD)] + [
            QRectF(label + index * rest, 0, rest, _HEAD) for index in range(count - 1)
        ]

    def _table(self, painter: QPainter) -> None:
        tokens = theme.tokens
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        painter.setFont(font("caption"))
        painter.setPen(QColor(tokens.ink3))
        boxes = self._columns()
        for index, (box, head) in enumerate(zip(boxes, self.exhibit.columns, strict=True)):
            flags = (left if index == 0 else right) | Qt.TextFlag.TextWordWrap
            painter.drawText(box.adjusted(6 if index else 0, 0, 0, -6), flags, head)
        for number, row in enumerate(self.exhibit.rows):
            top = _HEAD + number * _ROW
            painter.fillRect(QRectF(0, top, self.width(), 1), QColor(tokens.line))
            for index, (box, cell) in enumerate(zip(boxes, row, strict=True)):
                painter.setFont(font("body" if index == 0 else "label"))
                painter.setPen(QColor(tokens.ink))
                side = Qt.AlignmentFlag.AlignLeft if index == 0 else Qt.AlignmentFlag.AlignRight
                cell_box = QRectF(box.x(), top, box.width(), _ROW)
                painter.drawText(cell_box, side | Qt.AlignmentFlag.AlignVCenter, _shown(cell))

    def _bars(self, painter: QPainter) -> None:
        tokens = theme.tokens
        exhibit = self.exhibit
        figures = [
            float(cell) for row in exhibit.rows for cell in row[1:] if not isinstance(cell, str)
        ]
        top_value = max([*figures, 1e-9])
        label = 72.0
        room = self.width() - label - 52
        shades = (tokens.line2, tokens.data, tokens.they, tokens.control)
        painter.setFont(font("caption"))
        x = 0.0
        for name, shade in zip(exhibit.columns[1:], shades, strict=False):
            painter.fillRect(QRectF(x, 26, 10, 10), QColor(shade))
            painter.setPen(QColor(tokens.ink2))
            width = painter.fontMetrics().horizontalAdvance(name)
            painter.drawText(QRectF(x + 16, 20, width + 4, 22), Qt.AlignmentFlag.AlignVCenter, name)
            x += width + 40
        height = self._row_height()
        for number, row in enumerate(exhibit.rows):
            top = _HEAD + number * height
            painter.fillRect(QRectF(0, top, self.width(), 1), QColor(tokens.line))
            painter.setFont(font("label"))
            painter.setPen(QColor(tokens.ink))
            vcenter = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, top, label, height), vcenter, str(row[0]))
            for index, cell in enumerate(row[1:]):
                if isinstance(cell, str):
                    continue
                y = top + 8 + index * (_BAR + 6)
                bar = max(2.0, room * float(cell) / top_value)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(shades[index % len(shades)]))
                painter.drawRoundedRect(QRectF(label, y, bar, _BAR), 2, 2)
                painter.setPen(QColor(tokens.ink))
                place = QRectF(label + bar + 8, y - 3, 48, _BAR + 6)
                painter.drawText(place, vcenter, _shown(cell))


def _shown(cell: str | float) -> str:
    return cell if isinstance(cell, str) else f"{cell:,.10g}"
