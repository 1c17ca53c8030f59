"""The check before an interview in words: rows, what is to be done, what is read out. Qt-free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from interview_desktop.domain.preflight import CHECK_KINDS, Check, CheckKind, CheckState, running
from interview_desktop.ui.view_models.cases import style_word

Checks = Mapping[CheckKind, Check]
NAMES: dict[CheckKind, str] = {
    "microphone": "Microphone",
    "loudspeaker": "Loudspeaker",
    "echo": "Echo",
    "network": "Network",
    "interviewer": "Interviewer",
    "disk": "Disk",
}
# What a state is called where its icon cannot be seen.
STATE_WORDS: dict[CheckState, str] = {
    "running": "checking",
    "ok": "ready",
    "advice": "ready, with advice",
    "problem": "to fix",
}
# What asks a row again.
AGAIN: dict[CheckKind, str] = {
    "microphone": "Check again",
    "loudspeaker": "Check again",
    "echo": "Measure again",
    "network": "Try again",
    "interviewer": "Check again",
    "disk": "Check again",
}
_FIRST = (
    "The interviewer speaks first. You hear the prompt, then question 1 of 4. Take your time: "
    "nothing cuts you off while you think."
)
_COUNTED: tuple[tuple[CheckState, str], ...] = (
    ("advice", "with advice"), ("problem", "to fix"), ("running", "checking"),
)  # fmt: skip
_NUMBERS = {1: "One thing", 2: "Two things", 3: "Three things"}


@dataclass(frozen=True, slots=True)
class PreflightCase:
    """The interview that the check stands before.

    Args:
        title: the case's.
        about: type and level, "Market entry, medium".
        style: "interviewer-led" or "candidate-led".
        minutes: about how long it takes, or what is left of it.
        resume_question: where it goes on; None starts it.
        words: what will happen; empty takes the usual words.
    """

    title: str
    about: str
    style: str
    minutes: int
    resume_question: int | None = None
    words: str = ""

    @property
    def lines(self) -> str:
        """Two lines below the title."""
        left = " left" if self.resume_question is not None else ""
        length = f"about {self.minutes}\u00a0minutes{left}" if self.minutes else ""
        second = ", ".join(part for part in (style_word(self.style), length) if part)
        return "\n".join(part for part in (self.about, second) if part)

    @property
    def what_happens(self) -> str:
        """What the person will meet."""
        if self.words or self.resume_question is None:
            return self.words or _FIRST
        return (
            f"The interviewer goes on at question {self.resume_question} of 4. What you said before"
            " is kept. Take your time: nothing cuts you off while you think."
        )

    @property
    def button(self) -> str:
        """The words of the one primary button."""
        if self.resume_question is None:
            return "Start interview"
        return f"Resume at question {self.resume_question}"


def whole(checks: Checks) -> dict[CheckKind, Check]:
    """Every row in the order of the screen; what is not there yet is being checked."""
    return {kind: checks.get(kind, running(kind)) for kind in CHECK_KINDS}


def headline(checks: Checks) -> str:
    """How it stands: "5 of 6 ready, 1 with advice"."""
    states = [check.state for check in whole(checks).values()]
    parts = [f"{states.count('ok')} of {len(states)} ready"]
    for state, words in _COUNTED:
        if count := states.count(state):
            parts.append(f"{count} {words}")
    return ", ".join(parts)


def to_fix(checks: Checks) -> str:
    """Why the interview should not start yet; empty when it may."""
    names = [
        "the " + NAMES[kind].lower()
        for kind, check in whole(checks).items()
        if check.state == "problem"
    ]
    if not names:
        return ""
    count = _NUMBERS.get(len(names), f"{len(names)} things")
    last = names.pop()
    return f"{count} to fix first: {', '.join(names) + ' and ' if names else ''}{last}."


def is_running(checks: Checks) -> bool:
    """Whether a row is not decided yet."""
    return any(check.state == "running" for check in whole(checks).values())


def checked_words(checks: Checks, seconds: float) -> str:
    """When it was checked; `seconds` since the last row was decided."""
    if is_running(checks):
        return "Checking…"
    minutes = int(seconds // 60)
    if minutes < 1:
        return "Checked just now"
    return f"Checked {minutes}\u00a0min ago" if minutes < 60 else "Checked over an hour ago"


def news(before: Checks, now: Checks) -> str:
    """What a screen reader says of the rows that changed; empty when there is nothing to say.

    A row that is only being checked says nothing, but for the microphone, which asks for a voice.
    """
    old, new = whole(before), whole(now)
    said = [
        row_words(check)
        for kind, check in new.items()
        if check != old[kind] and _is_worth_saying(check)
    ]
    if said and is_running(before) and not is_running(now):
        said.append(headline(now) + ".")
    return " ".join(said)


def row_words(check: Check) -> str:
    """A row as it is read out: "Microphone, ready. Built-in microphone.\""""
    name = f"{NAMES[check.kind]}, {STATE_WORDS[check.state]}."
    return " ".join(part for part in (name, check.sentence, check.advice) if part)


def _is_worth_saying(check: Check) -> bool:
    return check.state != "running" or (
        check.kind == "microphone" and check.sentence != running("microphone").sentence
    )
