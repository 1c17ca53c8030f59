"""kill -9 of the app, and of its server, at any moment of a call: nothing of it is lost."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from interview_desktop.audio.file_sound import read_wav
from interview_desktop.config import AppPaths, app_paths
from interview_desktop.domain.call_events import (
    CallEvent,
    CallState,
    CaptionChanged,
    NotesRestored,
    QuestionChanged,
    Retrying,
    StateChanged,
)
from interview_desktop.domain.interview import Interview
from interview_desktop.domain.transcript import Caption
from interview_desktop.runtime import work
from interview_desktop.runtime.local_call import LocalCall
from interview_desktop.runtime.workspace import Workspace
from tests.helpers.processes import all_ended, descendants
from tests.helpers.sound_system import spoken
from tests.helpers.speech import say

pytestmark = [pytest.mark.pulse, pytest.mark.keyring]
ANSWER = "i would look at the market and how it grows then at our product and at the money"
LOST_MS = 1000
# A power cut, or a disk that is busy, may cost so much of what was written down.
UNWRITTEN_S = 0.5
LIMIT_S = 60.0
QUICK = [4, 6]
ALL = list(range(10, 30))

Fact = TypeVar("Fact")


def seeds(name: str) -> pytest.MarkDecorator:
    """Two seeds in every run, twenty in the soak."""
    soak = [pytest.param(seed, marks=pytest.mark.soak) for seed in ALL]
    return pytest.mark.parametrize(name, [*QUICK, *soak])


@dataclass
class Shown:
    """What the killed app showed, in order."""

    lines: list[dict[str, Any]] = field(default_factory=list)

    @property
    def at_ms(self) -> int:
        """How far the recording was."""
        return max(int(line["at_ms"]) for line in self.lines)

    def values(self, key: str) -> list[Any]:
        """Everything shown under `key`."""
        return [line[key] for line in self.lines if key in line]

    def written(self, key: str) -> list[Any]:
        """What was shown long enough before the end."""
        end_s = self.lines[-1]["clock_s"] - UNWRITTEN_S
        return [line[key] for line in self.lines if key in line and line["clock_s"] <= end_s]

    def texts(self) -> dict[str, list[str]]:
        """Caption → its texts, in the order of their showing."""
        found: dict[str, list[str]] = {}
        for line in self.lines:
            if line.get("text"):
                found.setdefault(line["item"], []).append(line["text"])
        return found

    def written_text(self, item: str) -> str:
        """The last text of a caption that was shown long enough before the end."""
        end_s = self.lines[-1]["clock_s"] - UNWRITTEN_S
        texts = [
            line["text"]
            for line in self.lines
            if line.get("item") == item and line["clock_s"] <= end_s
        ]
        return texts[-1] if texts else ""


def _killed_at(
    folder: Path,
    kill_ms: int,
    done_ms: int,
    voice: Path,
    meanwhile: Callable[[subprocess.Popen[str]], None] = lambda process: None,
    until: str = "",
) -> Shown:
    """Hold a call in a process of its own, and kill it.

    `meanwhile(process)` comes at the kill's time; then the kill waits for the state `until`.
    """
    command = [sys.executable, "-m", "tests.helpers.noted_call", str(folder), str(done_ms)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    shown = Shown()
    try:
        with spoken(voice):
            while not shown.lines or shown.at_ms < kill_ms:
                shown.lines.append(json.loads(process.stdout.readline()))
            meanwhile(process)
            # Some more of the call, after which `until` is the state it rests in.
            more_ms = shown.at_ms + 3000 if until else 0
            while shown.at_ms < more_ms or (until and shown.values("state")[-1] != until):
                shown.lines.append(json.loads(process.stdout.readline()))
        below = descendants(process.pid)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    # The last line may be torn.
    for line in process.stdout.read().splitlines(keepends=True):
        if line.endswith("\n"):
            shown.lines.append(json.loads(line))
    process.stdout.close()
    assert all_ended(below)
    return shown


@seeds("seed")
def test_a_killed_app_goes_on_where_it_was(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    kill_ms = chance.randint(1000, 6000 if seed in QUICK else 12_000)
    # Done is pressed before the kill, at the kill, or not at all.
    done_ms = chance.choice([kill_ms // 2, kill_ms - chance.randint(0, 200), 10**9])
    shown = _killed_at(tmp_path, kill_ms, done_ms, say(ANSWER, tmp_path / "voice.wav"))

    (part,) = (tmp_path / "data" / "recordings").glob("*/*")
    lengths = {len(read_wav(part / f"{side}.opus")) // 48 for side in ("candidate", "interviewer")}
    for length_ms in lengths:
        assert shown.at_ms - LOST_MS <= length_ms <= shown.at_ms + LOST_MS
    asyncio.run(asyncio.wait_for(_goes_on(app_paths(tmp_path / "data"), shown), LIMIT_S))


async def _goes_on(paths: AppPaths, shown: Shown) -> None:
    workspace, _ = await work.open_workspace(paths)
    try:
        (_, (interview,)) = await work.home_data(workspace)
        assert interview.status == "in-progress"
        # A move that was under way may have been stored before it could be shown.
        question = [1, *shown.values("question")][-1]
        possible = {question, question + 1} if question == 1 and shown.values("pressed") else {
            question
        }  # fmt: skip
        assert interview.progress.current_question in possible

        # Before anything else: the words are with the server, as Home and Review show them.
        stored = {line.item_id: line for line in await workspace.api.captions(interview.id)}
        _complete(shown, {item: line.text for item, line in stored.items()})

        assert await workspace.sender.send()
        (first,) = await workspace.api.recorded_parts(interview.id)

        told = await _resumed(workspace, paths, interview)
        _complete(shown, told.captions_before_the_call())
        (notes,) = told.facts(NotesRestored)
        assert shown.values("notes")[-1].startswith(notes.text)
        assert notes.text.startswith(shown.written("notes")[-1])
        reached = told.facts(QuestionChanged)[0]
        assert reached.question.number == interview.progress.current_question
        assert reached.at_ms >= first.duration_ms
        before, after = await workspace.api.recorded_parts(interview.id)
        assert before == first
        assert after.started_at > before.started_at
    finally:
        await workspace.aclose()


def _complete(shown: Shown, kept: dict[str, str]) -> None:
    for item, texts in shown.texts().items():
        last = shown.written_text(item)
        if last:
            older = texts[: texts.index(last)]
            assert kept.get(item)
            assert kept[item] == last or kept[item] not in older


@dataclass
class Told:
    """What a call told its listener."""

    events: list[CallEvent] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    live: int = 0
    lost: int = 0

    def listen(self, event: CallEvent) -> None:
        self.events.append(event)
        if isinstance(event, StateChanged):
            self.live += event.state is CallState.LIVE
            self.lost += event.state is CallState.RECOVERING

    def facts(self, kind: type[Fact]) -> list[Fact]:
        return [event for event in self.events if isinstance(event, kind)]

    def captions(self) -> dict[str, Caption]:
        return {event.caption.item_id: event.caption for event in self.facts(CaptionChanged)}

    def captions_before_the_call(self) -> dict[str, str]:
        texts = {}
        for event in self.events:
            if isinstance(event, StateChanged):
                break
            if isinstance(event, CaptionChanged):
                assert event.caption.final
                texts[event.caption.item_id] = event.caption.text
        return texts

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not condition():  # noqa: ASYNC110  (the listener is a plain function)
                await asyncio.sleep(0.01)


async def _resumed(workspace: Workspace, paths: AppPaths, interview: Interview) -> Told:
    told = Told()
    call = await work.new_call(workspace, paths, interview, told.listen)
    running = asyncio.create_task(call.run())
    await told.until(lambda: told.live > 0)
    await call.session.end()
    await running
    return told


@pytest.mark.parametrize("asleep_s", [3.0, pytest.param(45.0, marks=pytest.mark.soak)])
def test_a_suspended_laptop_goes_on_when_it_wakes(tmp_path: Path, asleep_s: float) -> None:
    # Both sides stand still, in the soak for longer than a connection lives without a sign.
    def suspend(process: subprocess.Popen[str]) -> None:
        both = [process.pid, *descendants(process.pid)]
        for pid in both:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(asleep_s)
        for pid in both:
            os.kill(pid, signal.SIGCONT)

    voice = say(ANSWER, tmp_path / "voice.wav")
    shown = _killed_at(tmp_path, 6000, 10**9, voice, suspend, until="live")
    states = shown.values("state")
    assert states[-1] == "live"
    assert set(states[states.index("live") :]) <= {"live", "recovering"}
    assert set(shown.values("question")) == {1}
    asyncio.run(asyncio.wait_for(_goes_on(app_paths(tmp_path / "data"), shown), LIMIT_S))


def test_a_clock_that_is_set_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time

    def jump(seconds: float) -> None:
        monkeypatch.setattr(time, "time", lambda: real() + seconds)

    async def call() -> None:
        paths = app_paths(tmp_path / "data")
        workspace, _ = await work.open_workspace(paths)
        try:
            cards, _ = await work.home_data(workspace)
            interview = await workspace.api.create_interview(cards[0].id, str(uuid.uuid4()))
            told = Told()
            call = await work.new_call(workspace, paths, interview, told.listen)
            running = asyncio.create_task(call.run())
            await told.until(lambda: told.live == 1)
            for count, jump_s in enumerate((3600, -3600), 1):
                jump(jump_s)
                await told.until(lambda count=count: len(told.captions()) >= count)  # type: ignore[misc]
                await call.session.notes(f"after jump {count}")
                call.session.lost("")
                await call.session.try_now()
                await told.until(lambda count=count: told.live == count + 1)  # type: ignore[misc]
            await _ended(call, running)
            retries = [event.in_s for event in told.facts(Retrying)]
            assert retries == [0.5, 0.0] * 2
            assert {event.question.number for event in told.facts(QuestionChanged)} == {1}
            # The part that comes next comes after this one, whatever the clock says.
            jump(-7200)
            again = await _resumed(workspace, paths, interview)
            assert again.facts(NotesRestored) == [NotesRestored("after jump 2")]
            assert again.captions_before_the_call().keys() == told.captions().keys()
            parts = await workspace.api.recorded_parts(interview.id)
            assert [part.started_at for part in parts] == sorted(part.started_at for part in parts)
            assert again.facts(QuestionChanged)[0].at_ms >= parts[0].duration_ms
        finally:
            await workspace.aclose()

    asyncio.run(asyncio.wait_for(call(), 2 * LIMIT_S))


async def _with_kills_of_the_server(paths: AppPaths, moments_s: list[float]) -> None:
    workspace, _ = await work.open_workspace(paths)
    try:
        cards, _ = await work.home_data(workspace)
        interview = await workspace.api.create_interview(cards[0].id, str(uuid.uuid4()))
        told = Told()
        call = await work.new_call(workspace, paths, interview, told.listen)
        running = asyncio.create_task(call.run())
        await told.until(lambda: told.live == 1)
        for count, moment_s in enumerate(moments_s, 1):
            await asyncio.sleep(moment_s)
            await call.session.notes(f"before kill {count}")
            assert workspace.host.pid is not None
            os.kill(workspace.host.pid, signal.SIGKILL)
            # Long before the network would know: its consent lasts half a minute.
            async with asyncio.timeout(10):
                await told.until(lambda count=count: told.lost >= count)  # type: ignore[misc]
            await told.until(lambda count=count: told.live == count + 1)  # type: ignore[misc]
        await _ended(call, running)
        _one_line_a_kill(told, len(moments_s))
        assert {event.question.number for event in told.facts(QuestionChanged)} == {1}
        stored = {line.item_id: line.text for line in await workspace.api.captions(interview.id)}
        assert stored == {item: line.text for item, line in told.captions().items() if line.text}
        (part,) = await workspace.api.recorded_parts(interview.id)
        assert abs(part.duration_ms - call.position_ms()) <= LOST_MS
        again = await _resumed(workspace, paths, interview)
        assert again.facts(NotesRestored) == [NotesRestored(f"before kill {len(moments_s)}")]
    finally:
        await workspace.aclose()


async def _ended(call: LocalCall, running: asyncio.Task[Any]) -> None:
    await call.session.end()
    await running


def _one_line_a_kill(told: Told, kills: int) -> None:
    lost = [one for one in told.facts(StateChanged) if one.state is CallState.RECOVERING]
    said = [one.sentence for one in lost if one.sentence]
    assert said == ["The local workspace stopped and is being started again."] * kills


def test_a_killed_server_is_noticed_at_once_and_the_call_goes_on(tmp_path: Path) -> None:
    chance = random.Random(3)
    moments_s = [chance.uniform(0, 3) for _ in QUICK]
    paths = app_paths(tmp_path / "data")
    asyncio.run(_with_kills_of_the_server(paths, moments_s))


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(4))
def test_a_server_that_is_killed_again_and_again(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    moments_s = [chance.uniform(0, 6) for _ in range(5)]
    paths = app_paths(tmp_path / "data")
    asyncio.run(_with_kills_of_the_server(paths, moments_s))
