"""Numbers as a candidate types them: 1.2 billion, 1,200 m, 12 %, 0.57."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_SCALES = {
    "k": 1e3, "thousand": 1e3,
    "m": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6, "millions": 1e6,
    "b": 1e9, "bn": 1e9, "billion": 1e9, "billions": 1e9,
    "trillion": 1e12, "trillions": 1e12, "tn": 1e12,
}  # fmt: skip
# Thousands stand between commas, no-break or plain spaces; a single comma before one, two or
# more than three digits is a decimal comma.
_NUMBER = re.compile(
    r"""^\s*(?P<sign>[-+\u2212])?\s*(?P<before>[€$£¥]|(?:EUR|USD|GBP|CHF)\b)?\s*
    (?P<figures>\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+)
    \s*(?P<rest>.*)$""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_WORD = re.compile(r"^(?P<scale>[A-Za-z]+)\b\.?\s*(?P<unit>.*)$", re.DOTALL)
_UNIT = re.compile(r"^[^\d]{0,40}$")
# How a unit is called by cases and recognition -> the sign it is shown with.
_CURRENCIES = {
    "€": "€", "eur": "€", "euro": "€", "euros": "€",
    "$": "$", "usd": "$", "dollar": "$", "dollars": "$",
    "£": "£", "gbp": "£", "pound": "£", "pounds": "£",
    "¥": "¥", "jpy": "¥", "yen": "¥",
}  # fmt: skip
_PERCENT = ("%", "percent", "per cent")
LONGEST = 80
_LARGEST = 1e18


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A number that was typed: its text, its value in full, its unit as typed."""

    text: str
    value: float
    unit: str


def parse_typed(text: str) -> TypedNumber | None:
    """The number that `text` is, or None when it cannot be read as one number.

    Args:
        text: a figure, perhaps with a sign, a currency, a scale (k, m, million, bn) and a unit.
    """
    if len(text) > LONGEST:
        return None
    found = _NUMBER.match(text)
    if found is None:
        return None
    value = _figures(found["figures"])
    rest = found["rest"].strip()
    word = _WORD.match(rest)
    if word is not None and word["scale"].lower() in _SCALES:
        value *= _SCALES[word["scale"].lower()]
        rest = word["unit"].strip()
    if not _UNIT.match(rest) or value > _LARGEST:
        return None
    if found["sign"] in ("-", "\u2212"):
        value = -value
    unit = " ".join(part for part in (found["before"] or "", rest) if part)
    return TypedNumber(" ".join(text.split()), value, unit)


def shown_number(value: float, unit: str = "") -> str:
    """A value for people: 4,800 warehouses; €6.48 million; 12 %; 0.57 years; 1 year."""
    size = abs(value)
    for scale, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        # Only where the short form loses nothing.
        if size >= scale and math.isclose(round(size / scale, 3) * scale, size, rel_tol=1e-12):
            figure = f"{round(value / scale, 3):,.10g} {word}"
            break
    else:
        figure = f"{value:,.15g}"
    known = unit.strip().lower()
    if sign := _CURRENCIES.get(known):
        return f"-{sign}{figure[1:]}" if figure.startswith("-") else f"{sign}{figure}"
    if known in _PERCENT:
        return f"{figure}\u00a0%"
    if known in ("year", "years"):
        return f"{figure}\u00a0{'year' if size == 1 else 'years'}"
    return f"{figure} {unit}".strip()


def _figures(figures: str) -> float:
    grouped = re.sub(r"[\u00a0\u202f ]", "", figures)
    if re.fullmatch(r"\d+,\d+", grouped) and not re.fullmatch(r"\d{1,3},\d{3}", grouped):
        return float(grouped.replace(",", "."))
    return float(grouped.replace(",", ""))
