"""Home, library and sessions without a window: what is shown for what the server tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desktop.domain.interview import CaseCard, Interview, Progress, Status
from interview_desktop.ui.view_models.cases import (
    Wish,
    case_items,
    matching,
    to_begin_with,
    type_counts,
)
from interview_desktop.ui.view_models.home import home_model
from interview_desktop.ui.view_models.sessions import day_in_words, session_items

NOW = datetime(2026, 11, 25, 20, 41, tzinfo=UTC)


def _card(number: int, case_type: str, difficulty: str, minutes: int = 30) -> CaseCard:
    return CaseCard(
        f"case-{number}", f"slug-{number}", f"Title {number}", case_type, "health-care",
        difficulty, "interviewer-led", minutes, "A clinic group may buy its closest rival.",
    )  # fmt: skip


CARDS = [
    _card(1, "market-entry", "hard"),
    _card(2, "market-entry", "easy", 25),
    _card(3, "pricing", "easy", 20),
    _card(4, "growth", "medium"),
]


def _interview(
    number: int, template: str, status: Status = "completed", question: int = 4
) -> Interview:
    started = NOW - timedelta(days=number)
    done = tuple(range(1, question)) if status == "in-progress" else (1, 2, 3, 4)
    return Interview(
        f"interview-{number}", "me", template, status, started.isoformat(), None,
        Progress(question, done),
    )  # fmt: skip


def test_the_first_run_offers_the_easiest_cases_of_different_types() -> None:
    model = home_model(CARDS, [], NOW)
    assert model.first_run
    assert model.go_on is None
    assert [item.title for item in model.suggestions] == ["Title 3", "Title 2", "Title 4"]
    assert model.greeting == "Good evening"
    assert model.date == "Wednesday, 25 November"


def test_an_interview_in_progress_is_what_home_is_about() -> None:
    running = _interview(1, "case-1", "in-progress", 3)
    model = home_model(CARDS, [running, _interview(2, "case-3")], NOW)
    assert model.go_on is not None
    assert model.go_on.button == "Resume at question 3"
    assert model.go_on.completed == (1, 2)
    assert model.go_on.minutes_left == 15
    assert [row.id for row in model.sessions] == ["interview-2"]
    # Neither what runs nor what was practised is offered as new.
    assert [item.id for item in model.suggestions] == ["case-2", "case-4"]


def test_a_case_that_was_removed_keeps_its_session() -> None:
    (row,) = session_items([_interview(1, "gone")], {}, NOW)
    assert row.title == "A case that is not here any more"
    assert row.state == "Completed"


def test_the_library_finds_every_word_and_counts_its_types() -> None:
    items = case_items(CARDS, [_interview(1, "case-3"), _interview(2, "case-3")])
    assert [item.id for item in matching(items, Wish("clinic PRICING"))] == ["case-3"]
    assert matching(items, Wish("tariff")) == ()
    assert [item.id for item in matching(items, Wish(difficulty="easy"))] == ["case-2", "case-3"]
    assert [(one.word, one.count) for one in type_counts(items)][:2] == [
        ("All", 4),
        ("Market entry", 2),
    ]
    assert items[2].practised_word == "Practised 2×"
    assert items[0].practised_word == "New to you"
    assert "30 minutes" in items[0].spoken


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (0, "Today 20:41"), (1, "Yesterday"), (3, "Sunday"), (30, "26 October"),
        (400, "21 October 2025"),
    ],
)  # fmt: skip
def test_days_are_told_as_people_tell_them(days: int, told: str) -> None:
    assert day_in_words((NOW - timedelta(days=days)).isoformat(), NOW) == told


@given(st.text(max_size=40))
def test_a_time_that_is_none_is_left_out(moment: str) -> None:
    assert isinstance(day_in_words(moment, NOW), str)


@given(st.text(max_size=30), st.sampled_from(["", "easy", "medium", "hard"]))
def test_whatever_is_searched_every_hit_is_a_case_that_fits(text: str, difficulty: str) -> None:
    items = case_items(CARDS, [])
    for item in matching(items, Wish(text, difficulty=difficulty)):
        assert difficulty in ("", item.difficulty)
    assert set(matching(items, Wish(text))) <= set(matching(items, Wish()))


def test_three_to_begin_with_even_if_all_are_of_one_type() -> None:
    items = case_items([replace(card, case_type="growth") for card in CARDS], [])
    assert len(to_begin_with(items)) == 3
