"""A conversation with the interviewer, without a network and with a clock of the test's own."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.cases import Case, load_cases
from server.config import ASSETS
from server.interviewer.brain import Script
from server.interviewer.hearing import CHUNK_FRAMES, RATE_HZ, Ear
from server.interviewer.session import REOPEN_S, RealtimeSession
from server.providers.session import ga_session
from tests.helpers.ga_types import faults

CASES = load_cases(ASSETS / "cases")
CASE = CASES["market-entry-scanning-software"]
CHUNK_S = CHUNK_FRAMES / RATE_HZ


class FakePeer:
    """Stands in for the peer: keeps events, and the line that plays until the test ends it.

    Every event of every scenario is judged by the types of OpenAI's SDK, and must be JSON.
    """

    def __init__(self, *, judged: bool = True) -> None:
        self._judged = judged
        self.events: list[dict[str, Any]] = []
        self.playing: str | None = None

    def send(self, event: dict[str, Any]) -> None:
        json.dumps(event, allow_nan=False)
        assert not (self._judged and faults(event))
        self.events.append(event)

    def play(self, line: str) -> None:
        self.playing = line

    def silence(self) -> int:
        self.playing = None
        return 40

    def listen_for_numbers(self, wanted: bool) -> None: ...

    def hear_utterance(self, item_id: str) -> None: ...

    def end_utterance(self, item_id: str) -> None: ...


class Table:
    """A session with its peer and its clock.

    `judged=False` is for clients whose own settings, echoed, are not the protocol's.
    """

    def __init__(self, question: int = 1, *, judged: bool = True, case: Case = CASE) -> None:
        self.case = case
        self.peer = FakePeer(judged=judged)
        script = Script(case, question, 0)
        session = ga_session(case, question, "local-interviewer", "rms")
        self.session = RealtimeSession(script, session, self.peer)
        self.now_s = 100.0
        self.session.open()
        self.session.tick(self.now_s)

    def client(self, **event: Any) -> None:
        self.session.client_event(event)

    def pass_time(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.02)):
            self.now_s += 0.02
            self.session.tick(self.now_s)

    def hear_out(self) -> list[str]:
        """Let the interviewer finish; the lines it spoke."""
        lines = []
        while (line := self.peer.playing) is not None:
            lines.append(line)
            self.peer.playing = None
            self.session.line_progress(0.0)
            self.session.line_ended()
        return lines

    def speak(self, text: str, *, accepted: bool = False) -> None:
        self.session.speech_started(0)
        self.session.speech_stopped(1000)
        item = next(e for e in reversed(self.peer.events) if e["type"].endswith("committed"))
        self.session.recognised(item["item_id"], text, accepted=accepted)
        if accepted:
            self.pass_time(0.4)

    def press(self, text: str) -> None:
        content = [{"type": "input_text", "text": text}]
        item = {"type": "message", "role": "user", "content": content}
        self.client(type="conversation.item.create", item=item)
        self.client(type="response.create")

    def kinds(self) -> list[str]:
        return [event["type"] for event in self.peer.events]

    def calls(self) -> list[str]:
        return [item["name"] for item in self.call_items()]

    def call_items(self) -> list[dict[str, Any]]:
        return [
            event["item"]
            for event in self.peer.events
            if event["type"] == "response.output_item.done"
            and event["item"]["type"] == "function_call"
        ]


class LoudnessDetector:
    """Speech is what is loud: the test decides with the samples it feeds."""

    def probability(self, chunk: NDArray[np.int16]) -> float:
        """1 for a loud chunk."""
        return float(np.abs(chunk.astype(np.int32)).mean() > 1000)


class _EarToSession:
    """Does what the peer does between ear and session; words come from the test."""

    def __init__(self, table: EarTable) -> None:
        self._table = table

    def speech_started(self, at_ms: int) -> None:
        self._table.session.speech_started(at_ms)

    def speech_stopped(self, at_ms: int) -> None:
        self._table.session.speech_stopped(at_ms)
        self._table.recognise()

    def speech_sound(self, pcm: bytes) -> None: ...


class EarTable(Table):
    """A table whose session hears sound through the real ear, in real proportions of time."""

    def __init__(self, question: int = 1) -> None:
        super().__init__(question)
        self._ear = Ear(LoudnessDetector(), _EarToSession(self), REOPEN_S)
        self.words: tuple[str, bool] = ("", False)

    def sound(self, seconds: float, *, speech: bool) -> None:
        """`seconds` of speech or silence pass."""
        for _ in range(round(seconds / CHUNK_S)):
            self.now_s += CHUNK_S
            self.session.tick(self.now_s)
            self._ear.hear(np.full(CHUNK_FRAMES, 8000 if speech else 0, dtype=np.int16))

    def say(self, text: str, *, accepted: bool = False, seconds: float = 2.0) -> None:
        """The candidate says something; it will be recognised as `text`."""
        self.words = (text, accepted)
        self.sound(seconds, speech=True)

    def recognise(self) -> None:
        """The recogniser answers at once."""
        item = next(e for e in reversed(self.peer.events) if e["type"].endswith("committed"))
        text, accepted = self.words
        self.session.recognised(item["item_id"], text, accepted=accepted)

    def seconds_until_reply(self, limit_s: float) -> float | None:
        """Silence until the interviewer speaks; None if it does not within `limit_s`."""
        began_s = self.now_s
        while self.now_s - began_s < limit_s:
            self.sound(CHUNK_S, speech=False)
            if self.peer.playing is not None:
                return self.now_s - began_s
        return None
