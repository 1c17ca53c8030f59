"""What Home shows. Qt-free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from interview_desktop.domain.interview import CaseCard, Interview
from interview_desktop.ui.view_models.cases import CaseItem, case_items, style_word, to_begin_with
from interview_desktop.ui.view_models.sessions import (
    SessionItem,
    date_in_words,
    local_time,
    session_items,
)

LAST_SESSIONS = 4


@dataclass(frozen=True, slots=True)
class Continue:
    """The interview in progress that was touched last."""

    interview_id: str
    title: str
    about: str
    stopped: str
    question: int
    completed: tuple[int, ...]
    minutes_left: int

    @property
    def button(self) -> str:
        """The words of the one primary button."""
        return f"Resume at question {self.question}"


@dataclass(frozen=True, slots=True)
class HomeModel:
    """`first_run` is the empty state: no interview yet. `note` is a lasting line, or empty."""

    date: str
    greeting: str
    first_run: bool
    go_on: Continue | None
    sessions: tuple[SessionItem, ...]
    suggestions: tuple[CaseItem, ...]
    note: str = ""


def home_model(
    cards: Sequence[CaseCard], interviews: Sequence[Interview], now: datetime, note: str = ""
) -> HomeModel:
    """Home out of what the server told; interviews are newest first, `now` is aware."""
    items = case_items(cards, interviews)
    cases = {item.id: item for item in items}
    running = next((one for one in interviews if one.status == "in-progress"), None)
    rows = session_items(
        [one for one in interviews if one is not running][:LAST_SESSIONS], cases, now
    )
    new = [item for item in items if not item.practised and not item.label]
    return HomeModel(
        date_in_words(now),
        _greeting(now),
        not interviews,
        _go_on(running, cases.get(running.template_id), now) if running else None,
        rows,
        to_begin_with(new or items),
        note,
    )


def _greeting(now: datetime) -> str:
    if 5 <= now.hour < 12:
        return "Good morning"
    return "Good afternoon" if 12 <= now.hour < 18 else "Good evening"


def _go_on(interview: Interview, case: CaseItem | None, now: datetime) -> Continue:
    (row,) = session_items([interview], {interview.template_id: case} if case else {}, now)
    left = 4 - len(interview.progress.questions_completed)
    started = local_time(interview.started_at, now)
    at = f" at {started:%H:%M}" if started and not row.when.startswith("Today") else ""
    return Continue(
        interview.id,
        row.title,
        f"{case.about}, {style_word(case.style).lower()}" if case else "",
        f"Started {row.when[:1].lower()}{row.when[1:]}{at}"
        if row.when.startswith(("Today", "Yesterday"))
        else f"Started on {row.when}{at}",
        row.question,
        interview.progress.questions_completed,
        round(case.minutes * left / 4) if case else 0,
    )
