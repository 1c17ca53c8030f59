"""Puts a picture on a canvas of pyqtgraph. Imported when the first chart is shown, not before."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsRectItem,
    QGraphicsSimpleTextItem,
    QGraphicsView,
    QWidget,
)

from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.widgets.exhibit.picture import (
    Bar,
    Curve,
    Look,
    Picture,
    metrics,
    style_font,
)

_CORNER, _OUTLINE = 2.5, 1.5


class Canvas:
    """A view with one plot whose coordinates are the logical pixels of the picture.

    Bars and hairlines so stand on whole pixels, and are sharp at every pixel ratio.

    Thread: the window's thread.
    """

    def __init__(self, parent: QWidget) -> None:
        self.view = pg.GraphicsView(parent, background=None)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setAntialiasing(True)
        # The library's cached background would keep the colour of the theme before.
        self.view.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.view.viewport().setAutoFillBackground(False)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # The wheel scrolls the pane behind; nothing here is for the mouse.
        self.view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.view.viewport().setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._box = pg.ViewBox(enableMouse=False, enableMenu=False, invertY=True, defaultPadding=0)
        self.view.setCentralItem(self._box)
        self._texts: list[QGraphicsSimpleTextItem] = []

    def draw(self, picture: Picture) -> None:
        """Replace what is drawn."""
        self._box.clear()
        for text in self._texts:
            self.view.scene().removeItem(text)
        self._texts = []
        self.view.resize(round(picture.width), round(picture.height))
        self._box.setRange(
            xRange=(0, round(picture.width)),
            yRange=(0, round(picture.height)),
            padding=0,
            disableAutoRange=True,
        )
        for box, token in picture.hairlines:
            line = QGraphicsRectItem(box)
            line.setPen(Qt.PenStyle.NoPen)
            line.setBrush(theme.color(token))
            self._box.addItem(line, ignoreBounds=True)
        if picture.bars:
            self._box.addItem(_Bars(picture.bars), ignoreBounds=True)
        for curve in picture.curves:
            self._box.addItem(_curve(curve), ignoreBounds=True)
        for curve in picture.curves:
            self._box.addItem(_dots(curve), ignoreBounds=True)
        for words in picture.words:
            font = style_font(words.style)
            item = QGraphicsSimpleTextItem(words.text)
            item.setFont(font)
            item.setBrush(theme.color(words.color))
            free = words.box.height() - metrics(words.style).height()
            item.setPos(words.box.x(), round(words.box.y() + free / 2))
            self.view.scene().addItem(item)
            self._texts.append(item)


class _Bars(pg.BarGraphItem):  # type: ignore[misc]
    """The library's bars with the small round corners of everything else here."""

    def __init__(self, bars: list[Bar]) -> None:
        super().__init__(
            x0=[bar.box.left() for bar in bars],
            x1=[bar.box.right() for bar in bars],
            y0=[bar.box.top() for bar in bars],
            y1=[bar.box.bottom() for bar in bars],
        )
        self._bars = bars

    def paint(self, painter: QPainter, *_: object) -> None:
        """One rounded box a bar; an outlined one is smaller by its pen, and covers no more."""
        for bar in self._bars:
            box, pen = bar.box, QPen(Qt.PenStyle.NoPen)
            if bar.look in ("outline", "hatched"):
                pen = QPen(theme.color("they"), _OUTLINE)
                inset = _OUTLINE / 2
                box = box.adjusted(inset, inset, -inset, -inset)
            painter.setPen(pen)
            painter.setBrush(_brush(bar.look))
            corner = min(_CORNER, box.width() / 2)
            painter.drawRoundedRect(box, corner, corner)


def _brush(look: Look) -> QBrush:
    if look == "outline":
        return QBrush(Qt.BrushStyle.NoBrush)
    if look == "hatched":
        return QBrush(theme.color("they"), Qt.BrushStyle.BDiagPattern)
    return QBrush(theme.color(look))


def _curve(curve: Curve) -> pg.PlotCurveItem:
    style = Qt.PenStyle.DashLine if curve.dash else Qt.PenStyle.SolidLine
    pen = pg.mkPen(theme.color(curve.color), width=px(2), style=style)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pg.PlotCurveItem(
        [point.x() for point in curve.points],
        [point.y() for point in curve.points],
        pen=pen,
        antialias=True,
    )


def _dots(curve: Curve) -> pg.ScatterPlotItem:
    return pg.ScatterPlotItem(
        [point.x() for point in curve.points],
        [point.y() for point in curve.points],
        symbol=curve.symbol,
        size=px(8),
        pen=pg.mkPen(theme.color("canvas"), width=1),
        brush=pg.mkBrush(theme.color(curve.color)),
        antialias=True,
    )
