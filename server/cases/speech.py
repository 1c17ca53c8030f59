"""Which lines the local interviewer speaks, and the clips that hold them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from server.cases.model import Case

VOICE = "flite-rms"

# What the interviewer says in every case.
STOCK_LINES = {
    "welcome": "Welcome. Let us begin.",
    "welcome_back": "Welcome back. Here is the question again.",
    "take_your_time": "Take your time.",
    "acknowledge": "Thank you.",
    "go_on": "Go on.",
    "next": "Thank you. Let us go on.",
    "closing": "Thank you. That is the end of the case. Well done for talking it through.",
    "no_more_hints": "There are no more hints for this question.",
    "ready": "Tell me when you are ready.",
    "number_noted": "I have noted your number. Please check it on the screen.",
    "look_at_exhibit": "Please have a look at the exhibit.",
}


def clip_key(text: str, voice: str = VOICE) -> str:
    """The name of the clip that says `text` in `voice`: a hash of both, whitespace folded."""
    folded = " ".join(text.split())
    return hashlib.sha256(f"{voice}\n{folded}".encode()).hexdigest()[:24]


def spoken_lines(case: Case) -> list[str]:
    """Every line that may be spoken in `case`, stock lines too, without repeats."""
    lines = [*STOCK_LINES.values(), case.prompt, case.unknown_answer]
    lines += [fact.answer for fact in case.clarifications]
    lines += [exhibit.spoken for exhibit in case.exhibits]
    for question in case.questions:
        lines += [question.prompt, *question.hints, *question.follow_ups]
        if question.pushback:
            lines.append(question.pushback)
    return list(dict.fromkeys(" ".join(line.split()) for line in lines))


def clip_path(speech_dir: Path, text: str, voice: str = VOICE) -> Path:
    """Where the clip of `text` lies."""
    return speech_dir / f"{clip_key(text, voice)}.opus"


def speech_ready(case: Case, speech_dir: Path) -> bool:
    """Whether every line of `case` has its clip."""
    return all(clip_path(speech_dir, line).exists() for line in spoken_lines(case))
