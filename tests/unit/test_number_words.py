"""Spoken numbers and what they are worth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.interviewer.number_words import parse_number, parse_typed_number


@pytest.mark.parametrize(
    ("said", "value", "unit"),
    [
        ("the profit is one point nine million euros", 1_900_000, "EUR"),
        ("that is four thousand eight hundred", 4800, ""),
        ("seven hundred and twenty customers", 720, "customers"),
        ("a hundred and five percent", 105, "percent"),
        ("six million four hundred eighty thousand", 6_480_000, ""),
        ("zero", 0, ""),
        ("the result is zero point five seven", 0.57, ""),
        ("that makes six and a half million", 6_500_000, ""),
        ("two and a half", 2.5, ""),
    ],
)
def test_value_and_unit(said: str, value: float, unit: str) -> None:
    number = parse_number(said)
    assert number is not None
    assert number.value == pytest.approx(value)
    assert number.unit == unit


def test_no_number() -> None:
    assert parse_number("let me think about that") is None


@given(
    st.lists(
        st.sampled_from(
            ["one", "two", "hundred", "and", "a", "point", "million", "euros", "no", "half"]
        )
    )
)
def test_any_words_are_safe(words: list[str]) -> None:
    parse_number(" ".join(words))


@pytest.mark.parametrize(
    ("typed", "value", "unit"),
    [
        ("1.9 million", 1_900_000, ""),
        ("The profit is 1,936,000 EUR.", 1_936_000, "EUR"),
        ("about 12 percent", 12, "percent"),
        ("12%", 12, "percent"),
        ("3600 sites", 3600, "sites"),
        ("one point nine million euros", 1_900_000, "EUR"),
        ("One hundred and seventy-seven thousand euros.", 177_000, "EUR"),
        ("-63,000 euros", -63_000, "EUR"),
        ("a loss, so \u221244 thousand", -44_000, ""),
        ("minus 1.5 million", -1_500_000, ""),
        ("minus sixty-three thousand euros", -63_000, "EUR"),
        ("2025-2026 is 12", 12, ""),
        ("between 2-3", 3, ""),
        ("first 40, then 6.5 million euros", 6_500_000, "EUR"),
    ],
)
def test_a_typed_number_may_be_in_figures(typed: str, value: float, unit: str) -> None:
    number = parse_typed_number(typed)
    assert number is not None
    assert number.value == pytest.approx(value)
    assert number.unit == unit


@given(st.text(alphabet="0123456789., million%eur", max_size=40))
def test_any_typed_text_is_safe(text: str) -> None:
    parse_typed_number(text)
