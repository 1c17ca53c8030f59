"""Interviews as rows of a list. Qt-free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from interview_desktop.domain.interview import QUESTION_COUNT, Interview
from interview_desktop.ui.view_models.cases import CaseItem

GONE = "A case that is not here any more"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SessionItem:
    """A row: `when` and `state` stand at the right."""

    id: str
    title: str
    about: str
    when: str
    state: str
    in_progress: bool
    completed: bool
    question: int

    @property
    def spoken(self) -> str:
        """The row for a screen reader."""
        return ", ".join(part for part in (self.title, self.about, self.when, self.state) if part)


def session_items(
    interviews: Iterable[Interview], cases: Mapping[str, CaseItem], now: datetime
) -> tuple[SessionItem, ...]:
    """Rows in the given order; `now` is aware, its zone is the one that days are told in."""
    return tuple(_item(one, cases.get(one.template_id), now) for one in interviews)


def _item(interview: Interview, case: CaseItem | None, now: datetime) -> SessionItem:
    question = interview.progress.current_question
    states = {
        "in-progress": f"Stopped at question {question}",
        "completed": "Completed",
        "abandoned": "Given up",
    }
    return SessionItem(
        interview.id,
        case.title if case else GONE,
        case.about if case else "",
        day_in_words(interview.started_at, now),
        states[interview.status],
        interview.status == "in-progress",
        interview.status == "completed",
        min(question, QUESTION_COUNT),
    )


def local_time(moment: str, now: datetime) -> datetime | None:
    """An ISO moment in the zone of `now`; None if it is none."""
    try:
        return datetime.fromisoformat(moment).astimezone(now.tzinfo)
    except ValueError:
        return None


def day_in_words(moment: str, now: datetime) -> str:
    """Today 20:41, Yesterday, Tuesday, 12 November, 12 November 2025."""
    then = local_time(moment, now)
    if then is None:
        return ""
    days = (now.date() - then.date()).days
    if days == 0:
        return f"Today {then:%H:%M}"
    if days == 1:
        return "Yesterday"
    if 1 < days < 7:
        return _DAYS[then.weekday()]
    year = "" if then.year == now.year else f" {then.year}"
    return f"{then.day} {_MONTHS[then.month - 1]}{year}"


def date_in_words(now: datetime) -> str:
    """Thursday, 23 November."""
    return f"{_DAYS[now.weekday()]}, {now.day} {_MONTHS[now.month - 1]}"
