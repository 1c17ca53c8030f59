"""One line of a benchmark's result."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """What one measurement gave.

    Args:
        bench: the benchmark's name.
        name: what was measured.
        value: the figure itself, in `unit`.
        unit: such as "s", "ms", "MB" or "ratio".
        target: what `value` is held against, or None where there is no bar.
        ok: whether the bar was met, or None where there is none.
        conditions: what one must know to read the figure.
    """

    bench: str
    name: str
    value: float
    unit: str
    target: float | None
    ok: bool | None
    conditions: str
