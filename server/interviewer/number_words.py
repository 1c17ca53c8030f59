"""Spoken English numbers: the grammar that hears them, and their value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from server.cases.said import ONES, SCALES, TENS

_UNITS = tuple(ONES)
_VALUES = ONES | TENS
_MEASURES = {
    "euro": "EUR",
    "euros": "EUR",
    "percent": "percent",
    "years": "years",
    "year": "years",
    "months": "months",
}
# What is counted in the calculation of one case or another; said after a number, and no more.
_MEASURES |= {
    noun: noun
    for noun in (
        *("baskets", "clinics", "customers", "homes", "packs", "pupils", "schools", "shops"),
        *("sites", "visits", "warehouses"),
    )
}

# What is written but never said.
_TYPED_MEASURES = _MEASURES | {"eur": "EUR", "%": "percent"}

# Said of a result, not of a step on the way to it.
_RESULTS = (
    *("the profit is", "the return is", "the loss is", "the gain is", "the difference is"),
    *("my answer is", "the result is", "the answer is"),
)

NUMBER_RULES = [
    f"<digit> = {' | '.join(_UNITS[1:10])};",
    f"<small> = {' | '.join(_UNITS[1:])} | {' | '.join(TENS)} | <tens> <digit>;",
    f"<tens> = {' | '.join(TENS)};",
    "<hundreds> = [(<small> | a) hundred [and]] <small> | (<small> | a) hundred;",
    f"<decimals> = point ({' | '.join(_UNITS[:10])})+;",
    # No billions with millions: "one billion nine million" sounds like "one point nine million".
    "<number> = /10/ <hundreds> [<decimals> | and a half] [thousand | million | billion]"
    " | /2/ zero <decimals>"
    " | /2/ <hundreds> thousand [and] <hundreds>"
    " | /2/ <hundreds> million [and] <hundreds> thousand [[and] <hundreds>];",
    f"<unit> = {' | '.join(_MEASURES)};",
    f"<lead> = [so | and | then] ({' | '.join(_RESULTS)} | that is | that makes | i get"
    " | this gives | it is) [about | roughly | around];",
    "<tail> = a year | per year | in a year;",
]

_FIGURES = re.compile(
    r"(?<![\w.,])(?P<sign>[-\u2212]\s?|minus\s+)?(?P<figures>\d{1,15}(?:,\d{3})*(?:\.\d{1,9})?)(?![\w.,]*\d)"
    r"(?:\s*(?P<scale>thousand|million|billion))?(?:\s*(?P<unit>%|[a-z]+))?"
)


@dataclass(frozen=True, slots=True)
class SpokenNumber:
    """A number that was said, in base units: 1.9 million is 1,900,000."""

    text: str
    value: float
    unit: str


def states_result(text: str) -> bool:
    """Whether a number is given as the result, not as a step of the calculation."""
    return any(lead in text.lower() for lead in _RESULTS)


def parse_typed_number(text: str) -> SpokenNumber | None:
    """The last number of a typed sentence, in figures (1.9 million, 1,936,000 EUR) or in words."""
    found = list(_FIGURES.finditer(text.lower()))
    if not found:
        return parse_number(" ".join(re.sub(r"[.,?!-]", " ", text.lower()).split()))
    sign, figures, scale, word = found[-1].group("sign", "figures", "scale", "unit")
    value = float(figures.replace(",", "")) * SCALES.get(scale or "", 1) * (-1 if sign else 1)
    unit = _TYPED_MEASURES.get(word or "", "")
    said = found[-1].group() if unit else found[-1].group().removesuffix(word or "")
    return SpokenNumber(said.strip(), value, unit)


def parse_number(text: str) -> SpokenNumber | None:
    """The last number of `text`, or None if it holds none."""
    words = text.lower().split()
    best: SpokenNumber | None = None
    start = 0
    while start < len(words):
        value, end = _number(words, start)
        if value is None:
            start += 1
            continue
        unit = _MEASURES.get(words[end], "") if end < len(words) else ""
        negative = start > 0 and words[start - 1] == "minus"
        said = words[start - negative : end + 1 if unit else end]
        best = SpokenNumber(" ".join(said), -value if negative else value, unit)
        start = end
    return best


def _number(words: list[str], start: int) -> tuple[float | None, int]:
    """(value, index behind it) of the number that begins at `start`."""
    total = current = 0.0
    index, seen = start, False
    while index < len(words):
        word = words[index]
        if word in _VALUES:
            current += _VALUES[word]
        elif word == "a" and index + 1 < len(words) and words[index + 1] == "hundred" and not seen:
            current = 1
        elif word == "hundred" and seen:
            current *= 100
        elif word == "and" and seen and words[index + 1 : index + 3] == ["a", "half"]:
            current += 0.5
            index += 2
        elif word == "point" and seen:
            fraction, index = _decimals(words, index + 1)
            current += fraction
            continue
        elif word in SCALES and seen:
            total += current * SCALES[word]
            current = 0
        elif not (word == "and" and seen and _goes_on(words, index + 1)):
            break
        seen = True
        index += 1
    return (total + current, index) if seen else (None, start)


def _goes_on(words: list[str], index: int) -> bool:
    return index < len(words) and words[index] in _VALUES


def _decimals(words: list[str], index: int) -> tuple[float, int]:
    digits = ""
    while index < len(words) and words[index] in _UNITS[:10]:
        digits += str(_VALUES[words[index]])
        index += 1
    return (float(f"0.{digits}") if digits else 0.0), index
