"""Icons: drawn as SVG, tinted with a token, kept per name, size, colour and pixel ratio."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPixmap

from interview_desktop.ui.icon_drawings import DRAWINGS
from interview_desktop.ui.theme import theme

NAMES = frozenset(DRAWINGS)
# Up to this size the stroke is a little stronger, or it would look thinner than the text.
SMALL = 16


def icon_pixmap(name: str, size: int, color: str, ratio: float | None = None) -> QPixmap:
    """An icon in a token's colour.

    Args:
        name: one of `NAMES`.
        size: edge in logical pixels.
        color: name of a token.
        ratio: pixels of the screen to a logical one; the application's when None.
    """
    if ratio is None:
        ratio = QGuiApplication.instance().devicePixelRatio()  # type: ignore[union-attr]
    return _drawn(name, size, theme.color(color).name(), ratio)


def draw_icon(painter: QPainter, name: str, box: QRectF, color: str) -> None:
    """Paint an icon into the middle of a square or larger box, as sharp as the device allows."""
    size = round(min(box.width(), box.height()))
    device = painter.device()
    ratio = device.devicePixelRatio() if device is not None else 1.0
    at = QPointF(box.center().x() - size / 2, box.center().y() - size / 2)
    # On whole pixels of the device, or the lines blur.
    at = QPointF(round(at.x() * ratio) / ratio, round(at.y() * ratio) / ratio)
    painter.drawPixmap(at, icon_pixmap(name, size, color, ratio))


@lru_cache(maxsize=256)
def _drawn(name: str, size: int, color: str, ratio: float) -> QPixmap:
    # Imported with the first icon: text alone does without it.
    from PySide6.QtSvg import QSvgRenderer  # noqa: PLC0415

    stroke = 1.7 if size <= SMALL else 1.5
    drawing = DRAWINGS[name].replace("currentColor", color)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20">'
        f'<g fill="none" stroke="{color}" stroke-width="{stroke}"'
        f' stroke-linecap="round" stroke-linejoin="round">{drawing}</g></svg>'
    )
    edge = max(1, round(size * ratio))
    pixmap = QPixmap(edge, edge)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg.encode())).render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
