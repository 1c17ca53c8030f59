"""The geometry of line charts: axis, lines with their names at the end, values at the points."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from interview_desktop.ui.theme import px
from interview_desktop.ui.view_models.exhibit import (
    NO_BREAK,
    ExhibitModel,
    Series,
    number,
    short_labels,
    ticks,
)
from interview_desktop.ui.widgets.exhibit.picture import (
    Curve,
    Density,
    Picture,
    advance,
    line_height,
    longest_word,
    wrapped,
)

_HEIGHTS: dict[Density, int] = {"wide": 248, "short": 208, "large": 340, "compact": 220}
# With several axes each chart is lower.
_EACH = 0.55
_STYLES = (("data", False, "o"), ("control", False, "s"), ("they", True, "t1"), ("data", True, "d"))
_NAMES = 0.32
# A piece of a line: from x and y to x and y, always to the right.
_Edge = tuple[float, float, float, float]


def lines(model: ExhibitModel, width: float, density: Density) -> Picture:
    """One chart for each panel, below each other, with the labels of the rows under the last."""
    picture = Picture(width)
    several = len(model.panels) > 1
    columns = [column for panel in model.panels for column in panel]
    axis = max(advance(text, "point") for panel in model.panels for text in _marks(panel))
    left = round(axis + px(14))
    names = max(
        max(longest_word(column.head, "caption"), advance(column.shown[-1], "value"))
        for column in columns
    )
    natural = max(advance(column.head, "caption") for column in columns)
    names = min(max(names, min(natural, width * _NAMES)), width * 0.4)
    right = round(width - names - px(14))
    top = 0.0
    for panel in model.panels:
        blocks = [_block(column, names) for column in panel]
        needed = sum(len(block) for block in blocks) * line_height("caption") + px(16) * len(panel)
        height = max(px(_HEIGHTS[density] * (_EACH if several else 1)), needed)
        _panel(picture, panel, QRectF(left, top + px(18), right - left, height - px(36)), blocks)
        top += height
    _below(picture, model.labels, left, right, top - px(8))
    picture.height = top - px(8) + line_height("caption") + 1
    return picture


def _panel(
    picture: Picture, panel: tuple[Series, ...], plot: QRectF, blocks: list[list[str]]
) -> None:
    marks = ticks(panel)
    low, high = marks[0], marks[-1]

    def at(value: float) -> float:
        return plot.bottom() - (value - low) / (high - low) * plot.height()

    for value, text in zip(marks, _marks(panel), strict=True):
        y = round(at(value))
        strong = value in (0, low)
        picture.hairlines.append(
            (QRectF(plot.left(), y, plot.width(), 1), "line2" if strong else "line")
        )
        picture.write_right(
            plot.left() - px(8), y - line_height("point") / 2, text, "point", "ink3"
        )
    count = len(panel[0].numbers)
    inset = px(10)
    step = (plot.width() - 2 * inset) / max(1, count - 1)
    drawn = []
    for column, (color, dash, symbol) in zip(panel, _STYLES, strict=False):
        points = tuple(
            QPointF(plot.left() + inset + index * step, at(value))
            for index, value in enumerate(column.numbers)
        )
        drawn.append(Curve(points, color, dash, symbol))
    picture.curves += drawn
    _names(picture, panel, drawn, plot, blocks)
    _values(picture, panel, drawn, plot)


def _names(
    picture: Picture,
    panel: tuple[Series, ...],
    drawn: list[Curve],
    plot: QRectF,
    blocks: list[list[str]],
) -> None:
    """Each line's last value and name at its end, moved apart where they would meet."""
    small, strong = line_height("caption"), line_height("value")
    order = sorted(range(len(panel)), key=lambda index: drawn[index].points[-1].y())
    heights = [strong + len(blocks[index]) * small for index in order]
    tops = [drawn[index].points[-1].y() - strong / 2 for index in order]
    floor = plot.bottom() + px(14)
    for place in range(1, len(tops)):
        tops[place] = max(tops[place], tops[place - 1] + heights[place - 1])
    for place in reversed(range(len(tops))):
        floor = min(floor, tops[place] + heights[place])
        tops[place] = max(0.0, floor - heights[place])
        floor = tops[place]
    x = plot.right() + px(14)
    for place, index in enumerate(order):
        y = tops[place]
        picture.write(x, y, panel[index].shown[-1], "value", "ink")
        for number_of, line in enumerate(blocks[index]):
            picture.write(x, y + strong + number_of * small, line, "caption", "ink2")


def _values(picture: Picture, panel: tuple[Series, ...], drawn: list[Curve], plot: QRectF) -> None:
    """The values at the points, above or below, where they meet no line and no other value."""
    near, taken = px(5), list[QRectF]()
    dots = [
        QRectF(point.x() - near, point.y() - near, 2 * near, 2 * near)
        for curve in drawn
        for point in curve.points
    ]
    edges: list[_Edge] = [
        (first.x(), first.y(), second.x(), second.y())
        for curve in drawn
        for first, second in zip(curve.points, curve.points[1:], strict=False)
    ]
    for column, curve in zip(panel, drawn, strict=True):
        for point, text in zip(curve.points[:-1], column.shown[:-1], strict=True):
            size = (advance(text.removesuffix(f"{NO_BREAK}%"), "point"), line_height("point") - 2)
            for box in _places(point, size, near):
                inside = box.top() >= plot.top() - px(18) and box.bottom() <= plot.bottom() - 1
                inside = inside and box.left() > plot.left() and box.right() < plot.right()
                if inside and not _meets(box, [*taken, *dots], edges) and _own(box, point, drawn):
                    taken.append(box)
                    shown = text.removesuffix(f"{NO_BREAK}%")
                    picture.write(box.x(), box.y() - 1, shown, "point", "ink2")
                    break


def _places(point: QPointF, size: tuple[float, float], near: float) -> list[QRectF]:
    """Where a value may stand: above, below, then aside of a steep line."""
    x, y = point.x(), point.y()
    above, below = y - near - size[1], y + near
    beside = (x - size[0] / 2, x - size[0] - 1, x + 1)
    return [QRectF(at, up, *size) for at in beside for up in (above, below)]


def _own(box: QRectF, point: QPointF, drawn: list[Curve]) -> bool:
    """Whether a value stands nearer to its point than to any other line."""
    middle = box.center()
    away = abs(middle.y() - point.y()) + 1
    for curve in drawn:
        if _height(curve, point.x()) == point.y():
            continue
        if abs(_height(curve, middle.x()) - middle.y()) < away:
            return False
    return True


def _height(curve: Curve, x: float) -> float:
    """Where a line is above `x`; before and after it, at its ends."""
    for first, second in zip(curve.points, curve.points[1:], strict=False):
        if first.x() <= x <= second.x():
            part = (x - first.x()) / (second.x() - first.x())
            return first.y() + (second.y() - first.y()) * part
    return curve.points[0 if x < curve.points[0].x() else -1].y()


def _meets(box: QRectF, others: list[QRectF], edges: list[_Edge]) -> bool:
    if any(box.intersects(other) for other in others):
        return True
    left, top, right, bottom = box.left(), box.top(), box.right(), box.bottom()
    for x1, y1, x2, y2 in edges:
        if x1 < right and x2 > left:
            slope = (y2 - y1) / (x2 - x1)
            start = y1 + (max(left, x1) - x1) * slope
            end = y1 + (min(right, x2) - x1) * slope
            if max(start, end) > top and min(start, end) < bottom:
                return True
    return False


def _below(picture: Picture, labels: tuple[str, ...], left: float, right: float, y: float) -> None:
    """The rows' labels under the chart; where they are too wide, some of them, and the last."""
    inset = px(10)
    step = (right - left - 2 * inset) / max(1, len(labels) - 1)
    shown = labels
    if max(advance(label, "caption") for label in labels) + px(8) > step:
        shown = short_labels(labels)
    widest = max(advance(label, "caption") for label in shown) + px(8)
    every = max(1, -int(-widest // step)) if step else 1
    for index, label in enumerate(shown):
        if (len(shown) - 1 - index) % every:
            continue
        half = advance(label, "caption") / 2
        middle = left + inset + index * step
        x = min(max(0.0, middle - half), picture.width - 2 * half)
        picture.write(x, y, label, "caption", "ink3")


def _marks(panel: tuple[Series, ...]) -> list[str]:
    marks = ticks(panel)
    places = max(len(f"{value:g}".partition(".")[2]) for value in marks)
    percent = all(text.endswith("%") for column in panel for text in column.shown)
    return [number(value, places) + (f"{NO_BREAK}%" if percent else "") for value in marks]


def _block(column: Series, width: float) -> list[str]:
    return wrapped(column.head, "caption", width)
