"""Puts a picture on a canvas of pyqtgraph. Imported when the first chart is shown, not before."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QFontMetricsF
from PySide6.QtWidgets import QFrame, QGraphicsRectItem, QGraphicsSimpleTextItem, QWidget

from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.widgets.exhibit.picture import Bar, Curve, Look, Picture, style_font


class Canvas:
    """A view with one plot whose coordinates are the logical pixels of the picture.

    Bars and hairlines so stand on whole pixels, and are sharp at every pixel ratio.

    Thread: the window's thread.
    """

    def __init__(self, parent: QWidget) -> None:
        self.view = pg.GraphicsView(parent, background=None)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setAntialiasing(True)
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
            self._box.addItem(_bars(picture.bars), ignoreBounds=True)
        for curve in picture.curves:
            self._box.addItem(_curve(curve), ignoreBounds=True)
        for curve in picture.curves:
            self._box.addItem(_dots(curve), ignoreBounds=True)
        for words in picture.words:
            font = style_font(words.style)
            item = QGraphicsSimpleTextItem(words.text)
            item.setFont(font)
            item.setBrush(theme.color(words.color))
            free = words.box.height() - QFontMetricsF(font).height()
            item.setPos(words.box.x(), round(words.box.y() + free / 2))
            self.view.scene().addItem(item)
            self._texts.append(item)


def _bars(bars: list[Bar]) -> pg.BarGraphItem:
    """All bars as one item; an outlined one is half its pen smaller, so that it covers no more."""
    thick = 1.5
    outlined = [bar.look in ("outline", "hatched") for bar in bars]
    inset = [thick / 2 if one else 0.0 for one in outlined]
    pairs = list(zip(bars, inset, strict=True))
    return pg.BarGraphItem(
        x0=[bar.box.left() + less for bar, less in pairs],
        x1=[bar.box.right() - less for bar, less in pairs],
        y0=[bar.box.top() + less for bar, less in pairs],
        y1=[bar.box.bottom() - less for bar, less in pairs],
        pens=[
            pg.mkPen(theme.color("they"), width=thick) if one else pg.mkPen(None)
            for one in outlined
        ],
        brushes=[_brush(bar.look) for bar in bars],
    )


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
