"""A chart as a list of marks in logical pixels: what the geometry hands to the plotting library."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from interview_desktop.ui.theme import font, px, theme

Density = Literal["wide", "short", "large", "compact"]
# Filled marks differ by strength, and the third and a step down are outlined: never colour alone.
Look = Literal["data", "control", "outline", "hatched"]
_LINE_HEIGHT = {"label": 20, "figure": 20, "value": 20, "caption": 16, "point": 16}


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; `box` is what it covers."""

    box: QRectF
    text: str
    style: str
    color: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar on whole pixels."""

    box: QRectF
    look: Look


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through its points; `dash` and `symbol` tell it from the others."""

    points: tuple[QPointF, ...]
    color: str
    dash: bool
    symbol: str


@dataclass(slots=True)
class Picture:
    """Marks, texts and hairlines of one chart, and how high it is."""

    width: float
    height: float = 0.0
    words: list[Words] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    # (box, token): one pixel high or wide, filled.
    hairlines: list[tuple[QRectF, str]] = field(default_factory=list)

    def write(self, x: float, y: float, text: str, style: str, color: str) -> QRectF:
        """One line of text from `x`, its line box from `y`; returns what it covers."""
        box = QRectF(x, y, advance(text, style), line_height(style))
        self.words.append(Words(box, text, style, color))
        return box

    def write_right(self, right: float, y: float, text: str, style: str, color: str) -> QRectF:
        """One line of text that ends at `right`."""
        return self.write(right - advance(text, style), y, text, style, color)

    def rule(self, y: float, token: str = "line", x: float = 0.0) -> None:
        """A hairline across."""
        self.hairlines.append((QRectF(x, round(y), self.width - x, 1), token))


def style_font(style: str) -> QFont:
    """The font of a text in an exhibit; figures are tabular, so that columns stand in line."""
    made = font({"figure": "label", "value": "label", "point": "caption"}.get(style, style))
    if style == "value":
        made.setWeight(QFont.Weight.DemiBold)
    if style == "figure":
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


@lru_cache(maxsize=32)
def _metrics(style: str, _scale: float) -> QFontMetricsF:
    return QFontMetricsF(style_font(style))


def metrics(style: str) -> QFontMetricsF:
    """The measures of a style at the text size in force."""
    return _metrics(style, theme.scale)


def line_height(style: str) -> int:
    """The height of a line of a style."""
    return px(_LINE_HEIGHT[style])


def advance(text: str, style: str) -> float:
    """The width of a text."""
    return metrics(style).horizontalAdvance(text)


def longest_word(text: str, style: str) -> float:
    """The width below which a text cannot be wrapped without cutting a word."""
    measure = metrics(style).horizontalAdvance
    return max((measure(word) for word in text.split(" ")), default=0.0)


def wrapped(text: str, style: str, width: float) -> list[str]:
    """Lines of a text at a width; a word that is wider than that is cut."""
    measure = metrics(style).horizontalAdvance
    lines: list[str] = []
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and measure(joined) <= width:
            lines[-1] = joined
            continue
        rest = word
        while measure(rest) > width and len(rest) > 1:
            fits = len(rest) - 1
            while fits > 1 and measure(rest[:fits]) > width:
                fits -= 1
            lines.append(rest[:fits])
            rest = rest[fits:]
        lines.append(rest)
    return lines
