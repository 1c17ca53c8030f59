"""Text that is spoken: which fields it is, and what a voice would stumble over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from server.cases.model import Case

MAX_SENTENCE_WORDS = 30
_SYMBOL = re.compile(r"[^A-Za-z0-9 .,?!:'\-\n]")
_FIGURE = re.compile(r"\d[.,]\d|\d{5,}|\d[A-Za-z]|[A-Za-z]\d")
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
_DASH = re.compile(r"\s-|-\s|--")
_ABBREVIATION = re.compile(
    r"\b(approx|etc|vs|incl|excl|resp|avg|mr|mrs|dr|yr|yrs|mio|bn|e\.g|i\.e|p\.a)\b", re.IGNORECASE
)


def words(text: str) -> list[str]:
    """The words of `text` as they are spoken one by one."""
    return re.findall(r"[A-Za-z0-9'-]+", text)


def word_count(text: str) -> int:
    """How many words `text` has."""
    return len(words(text))


def sentences(text: str) -> list[str]:
    """The sentences of `text`."""
    return [part for part in re.split(r"(?<=[.?!])\s+", " ".join(text.split())) if part]


def sentence_count(text: str) -> int:
    """How many sentences `text` has."""
    return len(sentences(text))


def spoken_problem(text: str) -> str | None:
    """Why a voice would stumble over `text`, or None."""
    if match := _SYMBOL.search(text):
        return f"the symbol {match.group(0)!r} cannot be spoken"
    if match := _FIGURE.search(text):
        return f"the figure {match.group(0)!r} should be spelled in words"
    if match := _ABBREVIATION.search(text):
        return f"the abbreviation {match.group(0)!r} should be spelled out"
    if match := _CAPITALS.search(text):
        return f"{match.group(0)!r} would be read letter by letter"
    if _DASH.search(text):
        return "a dash cannot be spoken"
    for sentence in sentences(text):
        if word_count(sentence) > MAX_SENTENCE_WORDS:
            return f"a sentence of {word_count(sentence)} words, {MAX_SENTENCE_WORDS} at most"
    return None


def spoken_fields(case: Case) -> Iterator[tuple[str, str]]:
    """(key, text) of every field that a voice may read."""
    yield "prompt", case.prompt
    yield "unknown_answer", case.unknown_answer
    for index, fact in enumerate(case.clarifications):
        yield f"clarifications[{index}].answer", fact.answer
    for index, exhibit in enumerate(case.exhibits):
        yield f"exhibits[{index}].spoken", exhibit.spoken
    for index, question in enumerate(case.questions):
        key = f"questions[{index}]"
        yield f"{key}.prompt", question.prompt
        yield f"{key}.model_answer", question.model_answer
        for name, texts in (("hints", question.hints), ("follow_ups", question.follow_ups)):
            for number, text in enumerate(texts):
                yield f"{key}.{name}[{number}]", text
        if question.pushback:
            yield f"{key}.pushback", question.pushback
        if question.numeric:
            for number, step in enumerate(question.numeric.steps):
                yield f"{key}.numeric.steps[{number}].say", step.say
            for number, error in enumerate(question.numeric.common_errors):
                yield f"{key}.numeric.common_errors[{number}].diagnosis", error.diagnosis
