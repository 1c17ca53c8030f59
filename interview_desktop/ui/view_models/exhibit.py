"""What an exhibit shows: drawn columns, figures beside, scales, number format. Qt-free."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from interview_desktop.domain.interview import Exhibit

Kind = Literal["table", "bar", "line", "waterfall"]
Cell = str | float

MINUS, NO_BREAK = "\u2212", "\u00a0"
# Columns of one unit share one axis only while the smallest can still be seen on it.
_MOST_APART = 40.0
_RATE = re.compile(r"percent|%|\bgrowth\b", re.IGNORECASE)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Series:
    """A column of figures: its head, what stands on the screen, and the values behind it.

    `values` is None where a cell is words.
    """

    head: str
    shown: tuple[str, ...]
    values: tuple[float | None, ...]

    @property
    def numeric(self) -> bool:
        """Whether every cell is a number."""
        return all(value is not None for value in self.values)

    @property
    def numbers(self) -> tuple[float, ...]:
        """The values that are numbers."""
        return tuple(value for value in self.values if value is not None)


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a waterfall: from where it starts to where it ends.

    `shown` carries its sign where it is a change; `total` is the running total after it.
    """

    label: str
    start: float
    end: float
    shown: str
    total: str
    kind: Literal["total", "up", "down"]


@dataclass(frozen=True, slots=True)
class ExhibitModel:
    """Everything a picture of the exhibit needs.

    `panels` are the columns that are drawn; the columns of one panel share an axis, and those of
    another have their own. `figures` stand beside the drawing. A table has neither.
    """

    title: str
    kind: Kind
    unit: str
    heads: tuple[str, ...]
    labels: tuple[str, ...]
    columns: tuple[Series, ...]
    panels: tuple[tuple[Series, ...], ...] = ()
    figures: tuple[Series, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def charted(self) -> bool:
        """Whether there is a chart beside the table."""
        return bool(self.panels or self.steps)

    def cells(self, row: int) -> tuple[str, ...]:
        """A row as it is shown: its label, then its figures."""
        return (self.labels[row], *(column.shown[row] for column in self.columns))


def exhibit_model(exhibit: Exhibit) -> ExhibitModel:
    """What the exhibit shows.

    A chart whose columns are not all numbers of one unit draws those that are and puts the others
    beside them; one without a single column of numbers is a table.
    """
    by_row = exhibit.unit == "as named in each row"
    columns = tuple(
        _series(exhibit, index, by_row=by_row) for index in range(1, len(exhibit.columns))
    )
    labels = tuple(_label(row[0]) for row in exhibit.rows)
    model = ExhibitModel(
        title=exhibit.title,
        kind="table",
        unit="" if exhibit.unit.startswith("as named in each") else _sentence(exhibit.unit),
        heads=exhibit.columns,
        labels=labels,
        columns=columns,
    )
    numeric = tuple(column for column in columns if column.numeric)
    if exhibit.kind == "table" or not numeric or not labels:
        return model
    fields = {name: getattr(model, name) for name in ("title", "unit", "heads", "labels")}
    if exhibit.kind == "waterfall":
        steps = waterfall(labels, numeric[0])
        return ExhibitModel(kind="waterfall", columns=columns, steps=steps, **fields)
    panels = _panels(numeric, exhibit.unit, one_only=exhibit.kind == "bar")
    drawn = {column.head for panel in panels for column in panel}
    figures = tuple(column for column in columns if column.head not in drawn)
    return ExhibitModel(
        kind=exhibit.kind, columns=columns, panels=panels, figures=figures, **fields
    )


def described(exhibit: Exhibit) -> str:
    """The exhibit for those who cannot see it: its sentence, then the table row by row."""
    model = exhibit_model(exhibit)
    rows = [
        f"{label}: "
        + ", ".join(f"{column.head} {column.shown[row]}" for column in model.columns)
        + "."
        for row, label in enumerate(model.labels)
    ]
    unit = f"In {exhibit.unit}." if model.unit else ""
    return " ".join(part for part in (exhibit.spoken, unit, *rows) if part)


def waterfall(labels: Sequence[str], column: Series) -> tuple[Step, ...]:
    """The steps with their running totals; the first is where it starts, the last the sum."""
    places = max((_places(value) for value in column.numbers), default=0)
    steps: list[Step] = []
    running = 0.0
    kind: Literal["total", "up", "down"]
    last = len(labels) - 1
    for row, (label, value) in enumerate(zip(labels, column.numbers, strict=True)):
        if row in (0, last):
            # Rounded as shown, so that a sum of tenths does not miss the last row by a hair.
            start, running, kind = 0.0, value, "total"
        else:
            start, running = running, round(running + value, places)
            kind = "down" if value < 0 else "up"
        sign = "+" if kind == "up" else ""
        steps.append(
            Step(
                label=label,
                start=start,
                end=running,
                shown=sign + number(value, places),
                total=number(running, places),
                kind=kind,
            )
        )
    return tuple(steps)


def number(value: float, places: int | None = None) -> str:
    """A figure as people write it: 12,000 or −0.55; `places` after the point, or as needed."""
    text = f"{abs(value):,.{_places(value) if places is None else places}f}"
    return f"{MINUS}{text}" if value < 0 and text.strip("0.,") else text


def scale(columns: Sequence[Series]) -> tuple[float, float]:
    """The ends of an axis for bars: always with zero on it."""
    numbers = [value for column in columns for value in column.numbers]
    low, high = min([0.0, *numbers]), max([0.0, *numbers])
    return (low, high) if high > low else (0.0, 1.0)


def ticks(columns: Sequence[Series]) -> tuple[float, ...]:
    """Three to six round values for an axis of lines, around all values; zero where it is near."""
    numbers = [value for column in columns for value in column.numbers]
    low, high = min(numbers), max(numbers)
    if 0 < low <= 0.5 * high:
        low = 0.0
    if 0 > high >= 0.5 * low:
        high = 0.0
    rough = ((high - low) or abs(high) or 1.0) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 2)
    return tuple(round(at * step, 10) for at in range(first, last + 1))


def short_labels(labels: Sequence[str]) -> tuple[str, ...]:
    """Labels for a narrow axis: months by their first three letters, anything else as it is."""
    if all(label.lower() in _MONTHS for label in labels):
        return tuple(label[:3] for label in labels)
    return tuple(labels)


def _panels(
    numeric: tuple[Series, ...], unit: str, *, one_only: bool
) -> tuple[tuple[Series, ...], ...]:
    """Which columns share an axis; with `one_only` those that cannot share are left out."""
    if unit.startswith("as named in each"):
        groups: list[tuple[Series, ...]] = [(column,) for column in numeric]
    else:
        rates = bool(_RATE.match(unit))
        of_unit = [one for one in numeric if rates or not _RATE.search(one.head)] or [numeric[0]]
        largest = max(_size(column) for column in of_unit)
        near = [one for one in of_unit if _size(one) * _MOST_APART >= largest]
        groups = [tuple(near), *((one,) for one in numeric if one not in near)]
    return tuple(groups[:1] if one_only else groups)


def _size(column: Series) -> float:
    return max(abs(value) for value in column.numbers)


def _series(exhibit: Exhibit, index: int, *, by_row: bool) -> Series:
    head = exhibit.columns[index]
    cells = [row[index] for row in exhibit.rows]
    values = tuple(None if isinstance(cell, str) else float(cell) for cell in cells)
    percent = _in_percent(exhibit, head)
    places = max((_places(value) for value in values if value is not None), default=0)
    shown = []
    for row, cell in zip(exhibit.rows, cells, strict=True):
        if isinstance(cell, str):
            shown.append(cell)
            continue
        if by_row:
            others = [one for one in row[1:] if not isinstance(one, str)]
            places = max(_places(float(one)) for one in others)
        shown.append(number(float(cell), places) + (f"{NO_BREAK}%" if percent else ""))
    return Series(head, tuple(shown), values)


def _in_percent(exhibit: Exhibit, head: str) -> bool:
    """Whether the figures are percentages: the unit says so, or the column differs from it."""
    if exhibit.unit.startswith("as named in each"):
        return bool(re.search(r"\bpercent\b|%", head, re.IGNORECASE))
    if re.match(r"percent\b|%", exhibit.unit, re.IGNORECASE):
        return True
    return bool(_RATE.search(head)) and "," not in head


def _places(value: float) -> int:
    """Decimals that a value needs; at most four."""
    text = f"{value:.4f}".rstrip("0")
    return len(text) - text.index(".") - 1


def _label(cell: Cell) -> str:
    """A row's label; a year as a number has no thousands."""
    return cell if isinstance(cell, str) else f"{cell:g}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
