"""Small line marks inside painted widgets: bulb, comment, check, hourglass, arrow."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

_GRID = 20.0


def _bulb() -> QPainterPath:
    path = QPainterPath(QPointF(7.6, 13.6))
    path.cubicTo(7.6, 11.6, 5.2, 10.6, 5.2, 7.4)
    path.cubicTo(5.2, 4.6, 7.3, 2.6, 10, 2.6)
    path.cubicTo(12.7, 2.6, 14.8, 4.6, 14.8, 7.4)
    path.cubicTo(14.8, 10.6, 12.4, 11.6, 12.4, 13.6)
    path.closeSubpath()
    path.moveTo(8.2, 16.8)
    path.lineTo(11.8, 16.8)
    return path


def _comment() -> QPainterPath:
    path = QPainterPath(QPointF(4.6, 3.6))
    path.lineTo(15.4, 3.6)
    path.quadTo(17, 3.6, 17, 5.2)
    path.lineTo(17, 12)
    path.quadTo(17, 13.6, 15.4, 13.6)
    path.lineTo(8.6, 13.6)
    path.lineTo(5.4, 16.8)
    path.lineTo(5.4, 13.6)
    path.lineTo(4.6, 13.6)
    path.quadTo(3, 13.6, 3, 12)
    path.lineTo(3, 5.2)
    path.quadTo(3, 3.6, 4.6, 3.6)
    return path


def _check() -> QPainterPath:
    path = QPainterPath(QPointF(4.2, 10.6))
    path.lineTo(8.2, 14.4)
    path.lineTo(15.8, 6)
    return path


def _hourglass() -> QPainterPath:
    path = QPainterPath(QPointF(5, 3))
    path.lineTo(15, 3)
    path.moveTo(5, 17)
    path.lineTo(15, 17)
    path.moveTo(6.4, 3)
    path.cubicTo(6.4, 7.6, 10, 8, 10, 10)
    path.cubicTo(10, 12, 6.4, 12.4, 6.4, 17)
    path.moveTo(13.6, 3)
    path.cubicTo(13.6, 7.6, 10, 8, 10, 10)
    path.cubicTo(10, 12, 13.6, 12.4, 13.6, 17)
    return path


def _chevron() -> QPainterPath:
    path = QPainterPath(QPointF(4, 7))
    path.lineTo(10, 13)
    path.lineTo(16, 7)
    return path


_PATHS: dict[str, Callable[[], QPainterPath]] = {
    "hint": _bulb,
    "comment": _comment,
    "check": _check,
    "think": _hourglass,
    "chevron": _chevron,
}


def paint_mark(
    painter: QPainter, name: str, box: QRectF, color: QColor, stroke: float = 1.5
) -> None:
    """Paint a mark into a square box; `stroke` is in logical pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    unit = box.width() / _GRID
    painter.translate(box.topLeft())
    painter.scale(unit, unit)
    pen = QPen(color, stroke / unit)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_PATHS[name]())
    painter.restore()
