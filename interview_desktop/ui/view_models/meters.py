"""How live levels move: attack, release, peak hold, and the word for a level. Qt-free."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

FLOOR_DBFS = -60.0
POLL_MS = 1000 / 30
ATTACK_MS = 10.0
RELEASE_MS = 300.0
PRESENCE_MS = 80.0
PEAK_HOLD_MS = 1200.0
# Shares of the scale: below, at and above which the microphone's level has its word.
_SILENT_BELOW = 0.04
_GOOD_FROM = 0.3
_TOO_LOUD_FROM = 0.9


class LevelClass(StrEnum):
    """The word for a level; a screen reader hears only changes of it."""

    SILENT = "silent"
    QUIET = "quiet"
    GOOD = "good"
    TOO_LOUD = "too loud"


@dataclass(frozen=True, slots=True)
class Meter:
    """A meter's needle and its held peak, both 0 to 1 of the scale."""

    level: float = 0.0
    peak: float = 0.0
    peak_age_ms: float = 0.0


def share(dbfs: float) -> float:
    """A level as a share of the scale from -60 dBFS to full scale; what is no number is 0."""
    if math.isnan(dbfs):
        return 0.0
    return max(0.0, min(1.0, 1 - dbfs / FLOOR_DBFS))


def approached(value: float, target: float, dt_ms: float, time_ms: float) -> float:
    """`value` after `dt_ms` on its way to `target`, with the time constant `time_ms`."""
    return target + (value - target) * math.exp(-max(0.0, dt_ms) / time_ms)


def advanced(meter: Meter, dbfs: float, dt_ms: float = POLL_MS) -> Meter:
    """The meter `dt_ms` later, when the sound now has the level `dbfs`."""
    target = share(dbfs)
    level = approached(
        meter.level, target, dt_ms, ATTACK_MS if target > meter.level else RELEASE_MS
    )
    age = meter.peak_age_ms + dt_ms
    if level >= meter.peak:
        return Meter(level, level, 0.0)
    if age <= PEAK_HOLD_MS:
        return replace(meter, level=level, peak_age_ms=age)
    peak = max(level, approached(meter.peak, level, dt_ms, RELEASE_MS))
    return Meter(level, peak, age)


def level_class(meter: Meter) -> LevelClass:
    """The word; judged by the held peak, so that it does not change with each syllable."""
    if meter.peak < _SILENT_BELOW:
        return LevelClass.SILENT
    if meter.peak < _GOOD_FROM:
        return LevelClass.QUIET
    return LevelClass.GOOD if meter.peak < _TOO_LOUD_FROM else LevelClass.TOO_LOUD
