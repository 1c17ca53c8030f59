"""What a candidate may say to the interviewer, as a grammar, and the buttons' sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from server.cases import Case
from server.interviewer.number_words import NUMBER_RULES

# Stock phrases; each intent also has a button.
PHRASES: dict[str, tuple[str, ...]] = {
    "repeat": (
        "could you repeat the question",
        "can you repeat the question",
        "could you repeat that",
        "can you repeat that please",
        "could you say that again",
        "please repeat the question",
        "what was the question again",
    ),
    "hint": (
        "could i have a hint",
        "can i have a hint",
        "could you give me a hint",
        "can you give me a hint please",
        "please give me a hint",
        "i would like a hint",
        "i need a hint",
    ),
    "think": (
        "let me think",
        "let me think about that",
        "let me think for a moment",
        "give me a moment",
        "may i take a moment",
        "can i take a minute",
        "i need a moment to think",
    ),
    "ready": (
        "i am ready",
        "that is my answer",
        "that is my structure",
        "that is all from me",
    ),
    "done": (
        "i am done",
        "i am done with this question",
        "i am finished with this question",
        "let us go to the next question",
        "let us move on",
        "can we move on",
        "next question please",
    ),
    "exhibit": (
        "show me the exhibit",
        "could you show me the exhibit",
        "can i see the exhibit",
        "can i see the chart",
    ),
}
# Sentences that a button sends as a user's message; compared in lower case without the stop.
BUTTONS = {
    "could i have a hint": "hint",
    "could you repeat the question": "repeat",
    "i am done with this question": "done",
    "i am ready": "ready",
    "let me think": "think",
    "show me the exhibit": "exhibit",
}
CLARIFICATION = "fact"
NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Intent:
    """What was understood. `index` is the clarification's, for `fact`."""

    name: str
    index: int = 0
    text: str = ""


def button_intent(text: str) -> Intent | None:
    """The intent of a button's sentence, or None for other text."""
    words = plain(text)
    name = BUTTONS.get(words)
    return Intent(name, text=words) if name else None


def plain(text: str) -> str:
    """A typed sentence as the grammar has it: lower case, without stops."""
    return " ".join(re.sub(r"[.,?!]", " ", text.lower()).split())


def phrases(case: Case) -> dict[str, Intent]:
    """Every phrase of the grammar with its intent; a case's asks win nothing over stock ones."""
    known = {
        ask: Intent(CLARIFICATION, index, ask)
        for index, fact in enumerate(case.clarifications)
        for ask in fact.asks
    }
    for name, lines in PHRASES.items():
        known |= {line: Intent(name, text=line) for line in lines}
    return known


def grammar(lines: Iterable[str], *, numbers: bool, known_word: Callable[[str], bool]) -> str:
    """A JSGF grammar of `lines`, and of spoken numbers where one is asked for.

    A phrase with a word that the recogniser's dictionary lacks is left out: the grammar would
    not load. Source: JSpeech Grammar Format, W3C note, sections 2 to 4.
    """
    usable = [line for line in lines if all(known_word(word) for word in line.split())]
    rules = ["#JSGF V1.0;", "grammar intents;"]
    choices = [" | ".join(usable)]
    if numbers:
        rules += NUMBER_RULES
        choices.append("[<lead>] <number> [<unit>] [<tail>]")
    rules.append(f"public <utterance> = {' | '.join(choices)};")
    return "\n".join(rules) + "\n"
