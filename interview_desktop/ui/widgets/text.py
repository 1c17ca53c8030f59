"""Text in a style and a token colour, on lines of a fixed height."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from interview_desktop.ui.theme import font, line, px, theme

# Where a layout asks how wide wrapped text would like to be: about 70 characters of body text.
MEASURE = 460
# A screen reader goes from one to the next.
HEADINGS = ("display", "title", "heading")
Align = Qt.AlignmentFlag
_BREAK = "\u2028"


def lay_out(
    text: str,
    style: str,
    width: float,
    *,
    lines: int = 0,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> QTextLayout:
    """Break text into lines of the style's fixed height.

    Args:
        text: plain; a line feed begins a line.
        style: of the look's §3.
        width: in logical pixels.
        lines: at most so many, the last one elided at its end; 0 is as many as needed.
        align: left, right or centred.
    """
    laid = _broken(text.replace("\n", _BREAK), style, width, lines, align)
    if not lines or laid.lineCount() < lines:
        return laid
    last = laid.lineAt(lines - 1)
    # Qt counts in UTF-16, Python in characters.
    units = laid.text().encode("utf-16-le", "surrogatepass")
    if last.textStart() + last.textLength() >= len(units) // 2:
        return laid
    cut = last.textStart() * 2
    head = units[:cut].decode("utf-16-le", "replace")
    rest = units[cut:].decode("utf-16-le", "replace").replace(_BREAK, " ")
    elided = QFontMetricsF(font(style)).elidedText(rest, Qt.TextElideMode.ElideRight, width - 1)
    return _broken(head + elided, style, width, lines, align)


def draw_text(
    painter: QPainter,
    text: str,
    style: str,
    color: str,
    place: tuple[float, float, float],
    *,
    lines: int = 1,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> float:
    """Draw text at `place`, (x, y of the first line's top, width); its height comes back."""
    x, y, width = place
    laid = lay_out(text, style, width, lines=lines, align=align)
    painter.setPen(theme.color(color))
    laid.draw(painter, QPointF(x, y))
    return float(laid.lineCount() * line(style))


def text_width(text: str, style: str) -> int:
    """The width of text on one line, rounded up."""
    metrics = QFontMetricsF(font(style))
    return max(math.ceil(metrics.horizontalAdvance(part)) for part in text.split("\n"))


class Text(QLabel):
    """A label that follows the theme; wraps, or elides at its end, where it is told to.

    Args:
        text: plain text.
        style: of the look's §3.
        color: name of a token.
        wrap: break into as many lines as the width asks for.
        lines: wrap into so many at most, then elide; 1 is a single line that elides.
        align: left, right or centred.
    """

    def __init__(
        self,
        text: str = "",
        style: str = "body",
        color: str = "ink",
        *,
        wrap: bool = False,
        lines: int = 0,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        heading = style in HEADINGS
        self.accessible_role = QAccessible.Role.Heading if heading else None
        self._style = style
        self._color = color
        self._lines = lines
        self._wrap = wrap or lines > 1
        self._align = align
        # What a layout asks again and again: width -> lines; and the lines that are painted.
        self._counted: dict[int, int] = {}
        self._laid: tuple[int, QTextLayout] | None = None
        self._natural = -1
        self.setTextFormat(Qt.TextFormat.PlainText)
        # The label itself never paints; it only carries the words to a screen reader.
        super().setWordWrap(self._wrap)
        flexible = QSizePolicy.Policy.Preferred
        policy = QSizePolicy(flexible, flexible if self._wrap else QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(self._wrap)
        self.setSizePolicy(policy)
        self.setText(text)
        theme.changed.connect(self._follow)

    def setText(self, text: str) -> None:
        """Change the words."""
        if text != self.text() or not text:
            super().setText(text)
            if self.accessible_role is not None:
                self.setAccessibleName(text)
            self._forget()
            self.updateGeometry()

    def color(self) -> str:
        """The token of the colour."""
        return self._color

    def set_color(self, color: str) -> None:
        """Change to another token colour."""
        if color != self._color:
            self._color = color
            self.update()

    def hasHeightForWidth(self) -> bool:
        """Wrapped text is as high as its width makes it."""
        return self._wrap

    def heightForWidth(self, width: int) -> int:
        """The lines that `width` leads to."""
        if not self._wrap:
            return line(self._style)
        if width not in self._counted:
            self._counted[width] = max(1, self._layout(width).lineCount())
        return self._counted[width] * line(self._style)

    def sizeHint(self) -> QSize:
        """One line as wide as its words, or wrapped text at a measure that reads well."""
        natural = self._natural_width()
        if not self._wrap:
            return QSize(natural, line(self._style) * (self.text().count("\n") + 1))
        width = min(natural, px(MEASURE))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """What may be elided or wrapped can be narrow; other words are never cut."""
        if self._wrap or self._lines:
            return QSize(min(self._natural_width(), px(48)), line(self._style))
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The words, from the top."""
        painter = QPainter(self)
        color = self._color if self.isEnabled() else "disabled"
        painter.setPen(theme.color(color))
        laid = self._layout(self.width())
        above = 0.0
        if not self._wrap:
            above = max(0.0, (self.height() - laid.lineCount() * line(self._style)) / 2)
        laid.draw(painter, QPointF(0, round(above)))

    def _layout(self, width: int) -> QTextLayout:
        if self._laid is None or self._laid[0] != width:
            room = width
            if not self._wrap and not self._lines:
                # Never broken: a fraction of a pixel must not throw a word out.
                room = max(width, self._natural_width() + 1)
            laid = lay_out(self.text(), self._style, room, lines=self._lines, align=self._align)
            self._laid = (width, laid)
        return self._laid[1]

    def _natural_width(self) -> int:
        if self._natural < 0:
            self._natural = text_width(self.text(), self._style)
        return self._natural

    def _forget(self) -> None:
        self._counted.clear()
        self._laid = None
        self._natural = -1

    def _follow(self) -> None:
        self._forget()
        self.updateGeometry()
        self.update()


class Rule(QWidget):
    """A hairline."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(1)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One logical pixel."""
        QPainter(self).fillRect(self.rect(), QColor(theme.tokens.line))


class Panel(QWidget):
    """A plain area in a token colour."""

    def __init__(self, color: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._color = color
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill."""
        QPainter(self).fillRect(self.rect(), theme.color(self._color))


def _broken(
    text: str, style: str, width: float, lines: int, align: Qt.AlignmentFlag
) -> QTextLayout:
    chosen = font(style)
    metrics = QFontMetricsF(chosen)
    laid = QTextLayout(text, chosen)
    option = QTextOption(align | Align.AlignAbsolute)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    laid.setTextOption(option)
    height = line(style)
    above = (height - metrics.ascent() - metrics.descent()) / 2
    laid.beginLayout()
    while not lines or laid.lineCount() < lines:
        made = laid.createLine()
        if not made.isValid():
            break
        made.setLineWidth(max(1.0, width))
        made.setPosition(QPointF(0, round((laid.lineCount() - 1) * height + above)))
    laid.endLayout()
    return laid
