"""Numbers told in a text, and what they may stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.cases.said import numbers_said


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("six and a half million", 6.5e6),
        ("two and three quarters", 2.75),
        ("one point nine four million", 1.94e6),
        ("four thousand eight hundred", 4800),
        ("one hundred and twenty million", 120e6),
        ("twenty euros fifty", 20.5),
        ("half a million", 5e5),
        ("a quarter", 0.25),
        ("two thirds", 2 / 3),
        ("eighteen hundred", 1800),
        ("seven thousand four hundred and thirty", 7430),
        ("one hundred and seventy-seven thousand euros", 177_000),
        ("three point four million", 3.4e6),
        ("12.5", 12.5),
        ("a hundred", 100),
        ("seventy percent", 70),
    ],
)
def test_one_number(text: str, value: float) -> None:
    (said,) = numbers_said(f"They are {text}.")
    assert said.value == pytest.approx(value)
    assert said.stands_for(value)
    assert not said.stands_for(value * 1.2)


def test_several_numbers_are_kept_apart() -> None:
    text = "From twenty-two euros to twenty euros fifty, ten items, five of a hundred in 2025."
    told = [said.value for said in numbers_said(text)]
    assert told == [22, 20.5, 10, 5, 100, 2025]


def test_what_is_rounded_stands_for_what_is_exact_and_not_for_anything() -> None:
    (rounded,) = numbers_said("about six and a half million euros")
    assert rounded.stands_for(6_480_000)
    assert rounded.stands_for(6.48)
    assert not rounded.stands_for(5_900_000)
    (exact,) = numbers_said("exactly six million four hundred and eighty thousand")
    assert not exact.stands_for(6_200_000)


@pytest.mark.parametrize("text", ["three ideas", "in 2025", "one year", "half a year", ""])
def test_counts_and_years_need_no_source(text: str) -> None:
    assert all(said.needs_no_source for said in numbers_said(text))


WORDS = st.sampled_from(
    ["one", "two", "twenty", "hundred", "and", "a", "point", "million", "euros", "half", "quarter",
     "thirds", "percent", "-", ".", "7", "3.5", "x"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    for said in numbers_said(text):
        assert said.value >= 0
        assert said.grain > 0
