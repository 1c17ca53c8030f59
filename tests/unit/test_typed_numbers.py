"""Numbers as a candidate types them into the desktop."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desktop.domain.numbers import parse_typed, shown_number


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1.2 billion", 1.2e9, ""),
        ("1,200 m", 1.2e9, ""),
        ("12 %", 12, "%"),
        ("12\u00a0%", 12, "%"),
        ("0.57", 0.57, ""),
        ("0,57 years", 0.57, "years"),
        ("4,800 warehouses", 4800, "warehouses"),
        ("12 000", 12_000, ""),
        ("€1.94 m", 1.94e6, "€"),
        ("EUR 3 bn", 3e9, "EUR"),
        ("-8.74 million €", -8.74e6, "€"),
        ("5 months", 5, "months"),
        ("40 m²", 40, "m²"),
        (".5", 0.5, ""),
    ],
)
def test_what_people_write_is_read(text: str, value: float, unit: str) -> None:
    typed = parse_typed(text)
    assert typed is not None
    assert math.isclose(typed.value, value)
    assert typed.unit == unit


@pytest.mark.parametrize(
    "text", ["", "about a lot", "12 of 40", "1.200.000", "1,2,3", "ten", "5 x 6", "9" * 60, "nan"]
)
def test_what_is_not_one_number_is_refused(text: str) -> None:
    assert parse_typed(text) is None


@given(st.text(max_size=120))
def test_no_text_breaks_the_reader(text: str) -> None:
    typed = parse_typed(text)
    assert typed is None or math.isfinite(typed.value)


@given(
    st.floats(-1e12, 1e12, allow_nan=False).map(lambda value: round(value, 2)),
    st.sampled_from(["", "%", "€", "$", "warehouses", "months"]),
)
def test_what_is_shown_can_be_typed_again(value: float, unit: str) -> None:
    """Change opens with what was heard: Enter must keep it."""
    typed = parse_typed(shown_number(value, unit))
    assert typed is not None
    assert math.isclose(typed.value, value, rel_tol=1e-9, abs_tol=1e-9)
    assert typed.unit == unit


def test_numbers_are_shown_in_short_only_when_nothing_is_lost() -> None:
    assert shown_number(1.2e9) == "1.2 billion"
    assert shown_number(4800, "warehouses") == "4,800 warehouses"
    assert shown_number(1_234_567) == "1,234,567"
    assert shown_number(6.48e6, "€") == "€6.48 million"
    assert shown_number(12, "%") == "12\u00a0%"


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (6.48e6, "EUR", "€6.48 million"),
        (-63_000, "euros", "-€63,000"),
        (1.2e9, "USD", "$1.2 billion"),
        (950, "pounds", "£950"),
        (40, "percent", "40\u00a0%"),
        (0.57, "years", "0.57\u00a0years"),
        (1, "years", "1\u00a0year"),
    ],
)
def test_units_are_shown_as_they_are_written(value: float, unit: str, shown: str) -> None:
    """However the case or the recognition names them; and Enter in Change keeps the number."""
    assert shown_number(value, unit) == shown
    typed = parse_typed(shown.replace("\u00a0", " "))
    assert typed is not None
    assert math.isclose(typed.value, value)
