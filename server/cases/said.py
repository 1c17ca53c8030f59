"""The numbers that a text tells, in figures or in words, each with how exactly it is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["plain", "percent", "cents", "money", "time", "times", "fraction"]

ONES = {
    word: value
    for value, word in enumerate(
        (
            *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
            *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
            *("seventeen", "eighteen", "nineteen"),
        )
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
}
SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
_PARTS = {
    "half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "tenth": 10,
}  # fmt: skip
_PARTS |= {f"{word}s": value for word, value in _PARTS.items() if word != "half"}
_KINDS: dict[str, Kind] = {
    "percent": "percent", "percentage": "percent", "points": "percent",
    "cent": "cents", "cents": "cents", "euro": "money", "euros": "money", "times": "times",
}  # fmt: skip
_KINDS |= {
    form: "time"
    for unit in ("hour", "minute", "day", "week", "month", "year")
    for form in (unit, f"{unit}s")
}
# By how much a told number may be scaled to its source: "1.9 million" may stand for a cell 1.9.
_FACTORS: dict[Kind, tuple[float, ...]] = {
    "percent": (1, 100),
    "cents": (1, 100),
    "fraction": (1, 0.01),
}
_ANY_FACTOR = (1.0, 1e3, 1e6, 1e-3, 1e-6)
# A fraction in words is rough: "a third" may be told of 0.32.
_FRACTION_GRAIN = 0.02
# How far a rounded number may be from its source at all.
_CLOSE, _ROUNDED = 0.01, 0.05
_YEARS = (1990, 2040)


@dataclass(frozen=True, slots=True)
class Said:
    """A number as told; `grain` is the place of its last digit: 100,000 for 1.9 million."""

    value: float
    grain: float
    kind: Kind
    text: str

    @property
    def needs_no_source(self) -> bool:
        """Counts of things listed, years, and a single hour, day or year."""
        counted = self.kind == "plain" and self.value == int(self.value) and self.value <= 12
        year = self.kind in ("plain", "fraction") and _YEARS[0] <= self.value <= _YEARS[1]
        return counted or year or (self.kind == "time" and self.value == 1)

    def stands_for(self, source: float) -> bool:
        """Whether somebody who knows `source` would tell it so."""
        for factor in _FACTORS.get(self.kind, _ANY_FACTOR):
            exact = abs(source * factor)
            off = abs(self.value - exact)
            if exact and off <= _CLOSE * exact:
                return True
            if exact and off <= self.grain / 2 + 1e-9 and off <= _ROUNDED * exact:
                return True
        return False

    def stands_for_any(self, sources: Iterable[float]) -> bool:
        """Whether one of `sources` would be told so."""
        return any(self.stands_for(source) for source in sources)


def numbers_said(text: str) -> list[Said]:
    """Every number that `text` tells."""
    words = re.findall(r"\d+(?:\.\d+)?|[a-z']+|[.,;:?!]", text.lower().replace("-", " "))
    return list(_Reader(words).numbers())


class _Reader:
    """Goes through the words of a text once."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._at = 0

    def numbers(self) -> Iterator[Said]:
        while self._at < len(self._words):
            start = self._at
            found = self._fraction() or self._cardinal()
            if found is None:
                self._at = start + 1
                continue
            value, grain, kind = found
            if kind == "plain":
                value, grain, kind = self._measured(value, grain)
            yield Said(value, grain, kind, " ".join(self._words[start : self._at]))

    def _peek(self, ahead: int = 0) -> str:
        place = self._at + ahead
        return self._words[place] if place < len(self._words) else ""

    def _fraction(self) -> tuple[float, float, Kind] | None:
        """half, a quarter, two thirds, half a million, a hundred, a million."""
        first, second = self._peek(), self._peek(1)
        if first == "half" and second in ("a", "an"):
            if scale := SCALES.get(self._peek(2)):
                self._at += 3
                return scale / 2, scale / 10, "plain"
            if self._peek(2) == "year":
                self._at += 3
                return 1, 1, "time"
        if first == "half":
            self._at += 1
            return 0.5, _FRACTION_GRAIN, "fraction"
        if first == "a" and (scale := {**SCALES, "hundred": 100.0}.get(second)):
            self._at += 2
            return scale, scale, "plain"
        if first in ("a", "one", "two", "three", "four") and second in _PARTS:
            self._at += 2
            return ONES.get(first, 1) / _PARTS[second], _FRACTION_GRAIN, "fraction"
        return None

    def _cardinal(self) -> tuple[float, float, Kind] | None:
        whole = self._whole()
        if whole is None:
            return None
        value, grain = whole
        if self._peek() == "point" and ONES.get(self._peek(1), 10) < 10:
            self._at += 1
            digits = ""
            while ONES.get(self._peek(), 10) < 10:
                digits += str(ONES[self._peek()])
                self._at += 1
            value, grain = float(f"{value:.0f}.{digits}"), 10.0 ** -len(digits)
        elif self._peek() == "and" and (more := self._and_a_part()):
            value, grain = value + more, 0.5
        else:
            return value, grain, "plain"
        if scale := SCALES.get(self._peek()):
            self._at += 1
            value, grain = value * scale, grain * scale
        return value, grain, "plain"

    def _and_a_part(self) -> float:
        """The part of "two and a half", "two and three quarters"; 0 for another "and"."""
        count, part = self._peek(1), self._peek(2)
        if count not in ("a", "three") or not part.startswith(("half", "quarter")):
            return 0
        self._at += 3
        return (3 if count == "three" else 1) / _PARTS[part]

    def _whole(self) -> tuple[float, float] | None:
        """A whole number in words, or figures with a scale behind them."""
        if re.fullmatch(r"\d+(\.\d+)?", self._peek()):
            figures = self._peek()
            self._at += 1
            value, decimals = float(figures), len(figures.partition(".")[2])
            scale = SCALES.get(self._peek(), 1.0)
            self._at += scale > 1
            grain = _grain(int(value)) if not decimals else 10.0**-decimals
            return value * scale, grain * scale
        total = current = 0.0
        start, last = self._at, ""
        while word := self._peek():
            begins = last in ("", "hundred", "scale", "and")
            if word in ONES and (begins or (last == "ten" and 1 <= ONES[word] <= 9)):
                current, last = current + ONES[word], "one"
            elif word in TENS and begins:
                current, last = current + TENS[word], "ten"
            elif word == "hundred" and last in ("one", "ten"):
                current, last = current * 100, "hundred"
            elif word in SCALES and last in ("one", "ten", "hundred"):
                total, current, last = total + current * SCALES[word], 0, "scale"
            elif word == "and" and last in ("hundred", "scale") and self._goes_on():
                last = "and"
            else:
                break
            self._at += 1
        return None if self._at == start else (total + current, _grain(int(total + current)))

    def _goes_on(self) -> bool:
        return self._peek(1) in ONES or self._peek(1) in TENS

    def _measured(self, value: float, grain: float) -> tuple[float, float, Kind]:
        """The kind that the next word tells; cents behind euros belong to them."""
        kind = _KINDS.get(self._peek(), "plain")
        if kind == "plain":
            return value, grain, kind
        self._at += 1
        if kind == "money":
            behind = self._at
            cents = self._whole()
            if cents and 1 <= cents[0] < 100 and self._peek() not in {*SCALES, *_KINDS}:
                return value + cents[0] / 100, 0.01, kind
            self._at = behind
        return value, grain, kind


def _grain(value: int) -> float:
    grain = 1
    while value and value % (grain * 10) == 0:
        grain *= 10
    return float(grain)
