"""Median and spread of repeated measurements, as the conditions of a row tell them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def median(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def spread(values: Sequence[float], unit: str) -> str:
    """Such as "median of 7, 0.21 to 0.34 s"."""
    return f"median of {len(values)}, {min(values):.3g} to {max(values):.3g} {unit}".rstrip()
