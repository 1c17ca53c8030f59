"""The geometry of what stands in rows: bars and the steps of a waterfall."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from interview_desktop.ui.theme import px
from interview_desktop.ui.view_models.exhibit import ExhibitModel, Series, scale
from interview_desktop.ui.widgets.exhibit.picture import (
    Bar,
    Density,
    Look,
    Picture,
    advance,
    line_height,
    longest_word,
    wrapped,
)

# Height of a row and of its bar.
_ROWS: dict[Density, tuple[int, int]] = {
    "wide": (72, 32), "short": (56, 32), "large": (96, 44), "compact": (50, 32),
}  # fmt: skip
_STEPS: dict[Density, tuple[int, int]] = {
    "wide": (44, 24), "short": (38, 22), "large": (56, 32), "compact": (38, 22),
}  # fmt: skip
_GAP, _LABEL_GAP, _VALUE_GAP = 16, 14, 9
# Labels take at most this share of the width; longer ones stand above their bars.
_LABELS, _LABEL_LINES = 0.36, 2
_LEAST_BAR = 96
_LOOKS: tuple[Look, ...] = ("data", "control", "outline", "hatched")


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where labels, bars and figures stand."""

    stacked: bool
    left: float
    right: float
    label_width: float
    # The right edge of each column of figures, and its head's lines.
    figures: tuple[tuple[float, tuple[str, ...]], ...]


def bars(model: ExhibitModel, width: float, density: Density) -> Picture:
    """Horizontal bars: the columns of the first panel as bars, the others as figures."""
    series, picture = model.panels[0], Picture(width)
    values = [text for column in series for text in column.shown]
    frame = _frame(model, width, max(advance(text, "value") for text in values), model.figures)
    looks = _looks(len(series))
    top = _head(
        picture, model, frame, [(one.head, look) for one, look in zip(series, looks, strict=True)]
    )
    high, bar, between = _sizes(density, len(series), len(model.labels))
    group = len(series) * bar + (len(series) - 1) * between
    axis = _Axis(frame, scale(series), values)
    first = top
    for row, label in enumerate(model.labels):
        lines = wrapped(label, "label", frame.label_width)
        upper, height = _row(picture, frame, lines, top, (high, group))
        for index, (column, look) in enumerate(zip(series, looks, strict=True)):
            y = upper + index * (bar + between)
            axis.draw(picture, (0.0, column.numbers[row]), y, bar, look, column.shown[row])
        for (edge, _), column in zip(frame.figures, model.figures, strict=True):
            y = upper + (group - line_height("label")) / 2
            picture.write_right(edge, y, column.shown[row], "label", "ink")
        top += height
    if axis.crosses_zero:
        picture.hairlines.append((QRectF(axis.at(0), first, 1, top - first), "control"))
    picture.rule(top)
    picture.height = top + 1
    return picture


def waterfall(model: ExhibitModel, width: float, density: Density) -> Picture:
    """Steps from the start to the sum: what goes off is outlined and has its sign."""
    steps, picture = model.steps, Picture(width)
    values = [step.shown for step in steps]
    totals = Series("Running total", tuple(step.total for step in steps), ())
    frame = _frame(model, width, max(advance(text, "value") for text in values), (totals,))
    top = _head(picture, model, frame, [(model.heads[1], "data")])
    high, bar = (px(length) for length in _STEPS[density])
    ends = [end for step in steps for end in (step.start, step.end)]
    axis = _Axis(frame, (min(0.0, *ends), max(0.0, *ends)), values)
    looks: dict[str, Look] = {"total": "data", "up": "control", "down": "outline"}
    before: QRectF | None = None
    for row, step in enumerate(steps):
        lines = wrapped(step.label, "label", frame.label_width)
        upper, height = _row(picture, frame, lines, top, (high, bar), ruled=False)
        box = axis.draw(picture, (step.start, step.end), upper, bar, looks[step.kind], step.shown)
        if before is not None:
            at = axis.at(steps[row - 1].end)
            at -= at > axis.at(0)
            _connect(picture, at, (before.bottom(), upper), broken=frame.stacked)
        y = upper + (bar - line_height("figure")) / 2
        picture.write_right(frame.figures[0][0], y, step.total, "figure", "ink2")
        before, top = box, top + height
    picture.rule(top)
    picture.height = top + 1
    return picture


def _connect(picture: Picture, x: float, ends: tuple[float, float], *, broken: bool) -> None:
    """A hairline from a step to the next; broken where the next one's label stands between."""
    high, low = ends
    parts = [(high, px(6)), (low - px(4), px(4))] if broken else [(high, low - high)]
    for y, length in parts:
        picture.hairlines.append((QRectF(x, y, 1, length), "control"))


class _Axis:
    """Values to pixels, between the labels and the figures."""

    def __init__(self, frame: _Frame, ends: tuple[float, float], values: list[str]) -> None:
        room = max(advance(text, "value") for text in values) + px(_VALUE_GAP)
        self._low, high = ends
        # A bar to the left of zero has its value on that side.
        self._left = frame.left + (room if self._low < 0 else 0)
        self._each = max(1.0, frame.right - room - self._left) / ((high - self._low) or 1.0)

    @property
    def crosses_zero(self) -> bool:
        """Whether some bars go to the left."""
        return self._low < 0

    def at(self, value: float) -> float:
        """The whole pixel of a value."""
        return round(self._left + (value - self._low) * self._each)

    def draw(
        self,
        picture: Picture,
        ends: tuple[float, float],
        y: float,
        height: float,
        look: Look,
        shown: str,
    ) -> QRectF:
        """A bar from the first end to the second, with its value; returns the bar."""
        low, high = sorted(self.at(end) for end in ends)
        box = QRectF(low, y, max(1.0, high - low), height)
        picture.bars.append(Bar(box, look))
        middle = y + (height - line_height("value")) / 2
        if max(ends) <= 0 and min(ends) < 0:
            picture.write_right(box.left() - px(_VALUE_GAP), middle, shown, "value", "ink")
        else:
            picture.write(box.right() + px(_VALUE_GAP), middle, shown, "value", "ink")
        return box


def _looks(count: int) -> tuple[Look, ...]:
    """The last of two is the stronger: the newer year, the part of the whole."""
    return ("control", "data") if count == 2 else _LOOKS[:count]


def _sizes(density: Density, series: int, rows: int) -> tuple[int, int, int]:
    """(row, bar, between the bars of a row)."""
    high, bar = _ROWS[density]
    if series > 1:
        large = density == "large"
        bar = (26 if large else 20) if series == 2 else (22 if large else 17)
    elif rows > 4 and density == "wide":
        high, bar = 56, 28
    return px(high), px(bar), px(4)


def _frame(
    model: ExhibitModel, width: float, value_width: float, figures: tuple[Series, ...]
) -> _Frame:
    edges: list[tuple[float, tuple[str, ...]]] = []
    right = width
    for column in reversed(figures):
        least = max(
            longest_word(column.head, "caption"),
            *(advance(text, "figure") for text in column.shown),
        )
        lines = wrapped(column.head, "caption", max(least, px(88)))
        used = max([least, *(advance(line, "caption") for line in lines)])
        edges.insert(0, (right, tuple(lines)))
        right -= used + px(_GAP)
    words = max(longest_word(label, "label") for label in model.labels)
    natural = max(advance(label, "label") for label in model.labels)
    label_width = max(min(natural, width * _LABELS), min(words, width * _LABELS))
    most = max(len(wrapped(label, "label", label_width)) for label in model.labels)
    left = max(label_width, px(50)) + px(_LABEL_GAP)
    bar_room = right - left - value_width - px(_VALUE_GAP)
    if words > label_width or most > _LABEL_LINES or bar_room < px(_LEAST_BAR):
        return _Frame(True, 0.0, right, width, tuple(edges))
    return _Frame(False, round(left), right, label_width + 1, tuple(edges))


def _head(
    picture: Picture, model: ExhibitModel, frame: _Frame, key: list[tuple[str, Look]]
) -> float:
    """Heads of the columns, and which bar is which; returns where the rows begin."""
    high = line_height("caption")
    lines = max([1, *(len(lines) for _, lines in frame.figures)])
    keyed = len(key) > 1
    if keyed:
        lines = max(lines, _key(picture, frame, key, draw=False))
        _key(picture, frame, key, draw=True, first=(lines - _key(picture, frame, key)) * high)
    elif not frame.stacked:
        room = frame.right - frame.left
        name = wrapped(key[0][0], "caption", room)
        lines = max(lines, len(name))
        for index, line in enumerate(name):
            y = (lines - len(name) + index) * high
            picture.write(frame.left, y, line, "caption", "ink3")
    if not (keyed and frame.stacked):
        label = wrapped(model.heads[0], "caption", frame.right if frame.stacked else frame.left)
        label = label[:lines] if len(label) <= lines else [model.heads[0].split(" ")[0]]
        for index, line in enumerate(label):
            picture.write(0, (lines - len(label) + index) * high, line, "caption", "ink3")
    for edge, words in frame.figures:
        for index, line in enumerate(words):
            y = (lines - len(words) + index) * high
            picture.write_right(edge, y, line, "caption", "ink3")
    bottom = lines * high + px(4)
    picture.rule(bottom, "line2")
    return bottom + 1


def _key(
    picture: Picture,
    frame: _Frame,
    key: list[tuple[str, Look]],
    *,
    draw: bool = False,
    first: float = 0.0,
) -> int:
    """A swatch and a name for each look, in as many lines as they need; returns how many."""
    swatch, high = px(10), line_height("caption")
    x, line = frame.left, 0
    for name, look in key:
        used = swatch + px(6) + advance(name, "caption")
        if x > frame.left and x + used > frame.right:
            x, line = frame.left, line + 1
        if draw:
            y = first + line * high
            picture.bars.append(
                Bar(QRectF(x, y + round((high - swatch) / 2), swatch, swatch), look)
            )
            picture.write(x + swatch + px(6), y, name, "caption", "ink2")
        x = round(x + used + px(16))
    return line + 1


def _row(
    picture: Picture,
    frame: _Frame,
    lines: list[str],
    top: float,
    sizes: tuple[int, int],
    *,
    ruled: bool = False,
) -> tuple[float, float]:
    """A row's label; returns where its bars begin and how high the row is."""
    high, group = sizes
    text = len(lines) * line_height("label")
    if frame.stacked:
        for index, line in enumerate(lines):
            y = top + px(10) + index * line_height("label")
            picture.write(0, y, line, "label", "ink")
        upper = top + px(10) + text + px(4)
        return round(upper), round(upper - top + group + px(8))
    height = max(high, group + px(16), text + px(12))
    for index, line in enumerate(lines):
        y = top + (height - text) / 2 + index * line_height("label")
        picture.write(0, y, line, "label", "ink")
    return round(top + (height - group) / 2), height
