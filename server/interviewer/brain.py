"""What the interviewer does next: a script, not a judge.

Pure: a `Script` is changed only by its own methods, and answers with lists of actions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from server.cases import Case
from server.cases.speech import STOCK_LINES
from server.interviewer.intents import CLARIFICATION, NUMBER, Intent, phrases
from server.interviewer.number_words import parse_typed_number
from server.interviewer.turns import OPEN_ANSWER_S


@dataclass(frozen=True, slots=True)
class Say:
    """Speak a line; only lines with a clip are heard, all of them are captioned."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """Call a tool of the session."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    """Say nothing and suspend the silence limit until the candidate speaks again."""


Action = Say | Call | Wait
LADDER_TOP = 5


class Script:
    """The interviewer's place in the case."""

    def __init__(self, case: Case, question: int, hints_used: int) -> None:
        self._case = case
        self.question = question
        self.hints_used = hints_used
        self._asked = False
        self._probes: list[str] = []
        self._probed = False
        self._finished = False
        self._opened = question > 1 or hints_used > 0
        self.phrases = phrases(case)
        self.move_to(question, hints_used)

    @property
    def asked(self) -> bool:
        """Whether the question has been asked."""
        return self._asked

    @property
    def silence_s(self) -> float | None:
        """Seconds of silence that end an answer here; None: it never ends by itself.

        A probe is an open question, also where the answer before it had no limit.
        """
        limit_s = self._case.question(self.question).silence_s
        return OPEN_ANSWER_S if limit_s is None and self._probed else limit_s

    @property
    def wants_number(self) -> bool:
        """Whether this question asks for a result."""
        return self._case.question(self.question).numeric is not None

    def move_to(self, question: int, hints_used: int) -> None:
        """Stand at `question`; it will be asked at the next `reply`."""
        asked = self._case.question(question)
        self.question = question
        self.hints_used = hints_used
        self._asked = self._probed = self._finished = False
        probes = [*asked.follow_ups[:1], asked.pushback]
        self._probes = [line for line in probes if line]

    def reply(self, heard: Intent | None, *, answered: bool) -> list[Action]:
        """What to do when it is the interviewer's turn.

        Args:
            heard: an intent, if one was understood.
            answered: whether the candidate has said anything since the last reply.
        """
        if not self._asked:
            return self._ask()
        if heard is not None:
            return self._on_intent(heard)
        return self._after_answer() if answered else []

    def resume(self) -> None:
        """The conversation is not new: the case has been told before."""
        self._opened = True

    def give_hint(self, level: int, text: str) -> list[Action]:
        """Speak a hint that the client fetched, or that it did not fetch in time."""
        self.hints_used = min(max(self.hints_used, level), LADDER_TOP)
        return [Say(text)] if text else [Say(STOCK_LINES["no_more_hints"])]

    def own_hint(self) -> list[Action]:
        """The next hint out of the case itself, for a client that answers no tool calls."""
        level = self.hints_used + 1
        if level > LADDER_TOP:
            return [Say(STOCK_LINES["no_more_hints"])]
        return self.give_hint(level, self._case.question(self.question).hints[level - 1])

    def _ask(self) -> list[Action]:
        self._asked = True
        asked = self._case.question(self.question)
        actions: list[Action] = []
        if not self._opened:
            self._opened = True
            actions += [Say(STOCK_LINES["welcome"]), Say(self._case.prompt)]
        actions.append(Say(asked.prompt))
        actions += [
            Call("show_exhibit", {"id": exhibit.id})
            for exhibit in self._case.exhibits
            if exhibit.question == self.question
        ]
        return actions

    def _on_intent(self, heard: Intent) -> list[Action]:
        match heard.name:
            case "repeat":
                return [Say(self._case.question(self.question).prompt)]
            case "hint":
                if self.hints_used >= LADDER_TOP:
                    return [Say(STOCK_LINES["no_more_hints"])]
                return [Call("gave_hint", {"level": self.hints_used + 1})]
            case "think":
                return [Say(STOCK_LINES["take_your_time"]), Wait()]
            case "exhibit":
                return self._exhibit()
            case "done":
                return self._done()
            case "ready":
                return self._after_answer()
            case _ if heard.name == CLARIFICATION:
                return [Say(self._case.clarifications[heard.index].answer)]
            case _ if heard.name == NUMBER:
                return self._number(heard)
            case _:
                return []

    def _exhibit(self) -> list[Action]:
        shown = self._case.exhibits_until(self.question)
        if not shown:
            return [Say(self._case.unknown_answer)]
        last = shown[-1]
        return [Say(last.spoken), Call("show_exhibit", {"id": last.id})]

    def _number(self, heard: Intent) -> list[Action]:
        number = parse_typed_number(heard.text)
        if number is None:
            return []
        arguments = {"text": number.text, "value": number.value, "unit": number.unit}
        return [Say(STOCK_LINES["number_noted"]), Call("heard_number", arguments)]

    def _after_answer(self) -> list[Action]:
        if self._probes:
            self._probed = True
            return [Say(self._probes.pop(0))]
        return self._done()

    def _done(self) -> list[Action]:
        if self._finished:
            return []
        self._finished = True
        line = STOCK_LINES["closing" if self.question == len(self._case.questions) else "next"]
        return [Say(line), Call("question_done")]
