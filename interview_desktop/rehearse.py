"""`rehearse`: the whole main job with no window and no sound card.

It drives the same session, recorder and client as the window; WAV files stand in for the
microphone, one a question, played when the interviewer has finished asking. The end of a file
means "done with this question".
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interview_desktop.api.auth import FixedToken
from interview_desktop.api.client import InterviewApi
from interview_desktop.audio.file_sound import FileSound, read_wav
from interview_desktop.audio.level import first_sound_ms
from interview_desktop.audio.recorder import Recorder, RecordingPart
from interview_desktop.call.session import CallSession
from interview_desktop.config import AppPaths
from interview_desktop.credentials.store import MemoryStore
from interview_desktop.domain.call_events import (
    CallEvent,
    CallState,
    CaptionChanged,
    Notice,
    Presence,
    PresenceChanged,
    QuestionChanged,
    StateChanged,
)
from interview_desktop.domain.interview import QUESTION_COUNT, Interview
from interview_desktop.errors import AppError
from interview_desktop.runtime.workspace import Workspace, open_local_workspace

# How long the interviewer must be quiet before it has finished asking, and how long after the
# end of a file an answer to it (a repeated question, a hint) may begin.
QUIET_S = 1.2
REPLY_S = 2.5
POLL_S = 0.05
# Between two presses of Done.
PRESS_S = 2.0
FRAME_MS = 20  # a track that is silent to its last packet
DEFAULT_LIMIT_S = 900


class RehearsalError(AppError):
    """The rehearsal did not come to its end."""


@dataclass(slots=True)
class Progress:
    """What the listener has seen; written and read on the event loop only."""

    question: int = 0
    speaking: bool = False
    spoken_in_question: bool = False
    quiet_since_s: float = 0.0
    states: list[dict[str, Any]] = field(default_factory=list)
    failure: str = ""

    def apply(self, event: CallEvent, now_s: float) -> None:
        """Take one event of the session in."""
        match event:
            case StateChanged(state, at_ms, sentence):
                self.states.append({"state": state.value, "at_ms": at_ms})
                if state is CallState.FAILED:
                    self.failure = sentence or "The call failed."
            case QuestionChanged(question):
                self.question = question.number
                self.spoken_in_question = False
            case PresenceChanged(presence):
                self.speaking = presence is Presence.SPEAKING
                self.spoken_in_question = self.spoken_in_question or self.speaking
                self.quiet_since_s = now_s
            case _:
                pass

    def quiet_for_s(self, now_s: float) -> float:
        """Seconds since the interviewer was last speaking; 0 while it speaks."""
        return 0.0 if self.speaking else now_s - self.quiet_since_s


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `rehearse`."""
    parser.add_argument("--template", help="slug or UUID of the case (the first one)")
    parser.add_argument(
        "--mic", action="append", default=[], type=Path, metavar="WAV", help="one a question"
    )
    parser.add_argument("--out", required=True, type=Path, help="folder for what the call leaves")
    parser.add_argument("--server", help="another server's URL instead of the bundled one")
    parser.add_argument("--token", help="access token for --server")
    parser.add_argument("--seconds", type=float, default=DEFAULT_LIMIT_S, help="limit of the whole")


def run(arguments: argparse.Namespace) -> int:
    """Hold the rehearsal; 0 only if all of it happened."""
    try:
        report = asyncio.run(_within_limit(arguments))
    except AppError as error:
        print(error.sentence, file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"The files could not be written to {arguments.out}: {error.strerror or error}. "
            "Choose another folder with --out.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("Stopped. What was recorded so far is kept.", file=sys.stderr)
        return 130
    tracks = report["recording"]["tracks"]
    print(f"Completed. The recording is in {tracks['candidate']} and {tracks['interviewer']}.")
    return 0


def _fresh_folder(out: Path) -> Path:
    """A new data folder below `out`: an earlier rehearsal's is left as it is."""
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        (out / "data").mkdir(mode=0o700)
    except FileExistsError:
        return Path(tempfile.mkdtemp(prefix="data-", dir=out))
    return out / "data"


async def _within_limit(arguments: argparse.Namespace) -> dict[str, Any]:
    if not arguments.seconds > 0:
        raise RehearsalError("--seconds must be more than 0.", "Give it none for 15 minutes.")
    try:
        return await asyncio.wait_for(_rehearse(arguments), arguments.seconds)
    except TimeoutError:
        raise RehearsalError(
            f"The rehearsal was not over after {arguments.seconds:g} seconds.",
            "Give it more with --seconds.",
        ) from None


async def _rehearse(arguments: argparse.Namespace) -> dict[str, Any]:
    out: Path = arguments.out.absolute()
    if len(arguments.mic) > QUESTION_COUNT:
        raise RehearsalError(
            f"There are {QUESTION_COUNT} questions and more files.", "Give one --mic a question."
        )
    clips = [await asyncio.to_thread(read_wav, path) for path in arguments.mic]
    paths = AppPaths(await asyncio.to_thread(_fresh_folder, out)).create()
    workspace: Workspace | None = None
    if arguments.server:
        api = InterviewApi(arguments.server, FixedToken(arguments.token or ""))
    else:
        workspace = await open_local_workspace(paths, MemoryStore())
        api = workspace.api
    try:
        return await _interview(api, arguments.template, clips, out)
    finally:
        await (workspace.aclose() if workspace else api.aclose())


async def _interview(
    api: InterviewApi, template: str | None, clips: list[NDArray[np.int16]], out: Path
) -> dict[str, Any]:
    started_s = time.monotonic()
    interview = await api.create_interview(await _template_id(api, template), str(uuid.uuid4()))
    part_id = str(uuid.uuid4())
    recorder = await asyncio.to_thread(Recorder, out / "recording", part_id, interview.id)
    sound = FileSound(recorder)
    progress = Progress()
    session = CallSession(
        api, interview, sound, lambda event: _listen(progress, event), clock=time.monotonic
    )
    call = asyncio.create_task(session.run(), name="call")
    try:
        await _answer_all(session, sound, progress, clips, call)
        await call
    finally:
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        part = await asyncio.to_thread(recorder.close)
    if progress.failure:
        raise RehearsalError(progress.failure)
    await api.upload_part(interview.id, part, lambda done, total: None)
    final = await api.interview(interview.id)
    report = await _report(session, progress, part, final, started_s, out)
    _check(report)
    return report


def _listen(progress: Progress, event: CallEvent) -> None:
    progress.apply(event, time.monotonic())
    match event:
        case StateChanged(state, _, sentence):
            print(f"[{state.value}] {sentence}".rstrip(), flush=True)
        case QuestionChanged(question):
            print(f"Question {question.number}: {question.short}", flush=True)
        case CaptionChanged(caption) if caption.final:
            print(f"{caption.speaker}: {caption.text}", flush=True)
        case Notice(_, sentence):
            print(sentence, flush=True)
        case _:
            pass


async def _template_id(api: InterviewApi, template: str | None) -> str:
    for card in await api.templates():
        wanted = card.speech == "ready" if template is None else template in (card.id, card.slug)
        if wanted:
            return card.id
    if template is None:
        raise RehearsalError("There is no case that can be spoken.", "Name one with --template.")
    raise RehearsalError(f"There is no case {template!r}.", "Name it by its slug or its UUID.")


async def _answer_all(
    session: CallSession,
    sound: FileSound,
    progress: Progress,
    clips: list[NDArray[np.int16]],
    call: asyncio.Task[Any],
) -> None:
    for number in range(1, QUESTION_COUNT + 1):

        def passed(number: int = number) -> bool:
            return progress.question > number

        def asked(number: int = number) -> bool:
            return passed(number) or (
                progress.question == number
                and progress.spoken_in_question
                and progress.quiet_for_s(time.monotonic()) >= QUIET_S
            )

        await _until(asked, call)
        if number <= len(clips) and not passed():
            sound.queue_clip(clips[number - 1])
            await _until(lambda: not sound.clip_active(), call)
            ended_s = time.monotonic()

            def answered(number: int = number, ended_s: float = ended_s) -> bool:
                now_s = time.monotonic()
                quiet = progress.quiet_for_s(now_s) >= QUIET_S
                return passed(number) or (now_s - ended_s >= REPLY_S and quiet)

            await _until(answered, call)
        await _press_done(session, number, passed, call)


async def _press_done(
    session: CallSession, number: int, passed: Callable[[], bool], call: asyncio.Task[Any]
) -> None:
    """Close question `number`, unless the interviewer has done so by itself.

    A press comes to nothing while the connection recovers: then it is made again.
    """
    while not passed() and not call.done():
        await session.done_with_question(number)
        pressed_s = time.monotonic()

        def waited(pressed_s: float = pressed_s) -> bool:
            return passed() or time.monotonic() - pressed_s >= PRESS_S

        await _until(waited, call)


async def _until(condition: Callable[[], bool], call: asyncio.Task[Any]) -> None:
    """Wait for `condition`, or for the end of the call. The whole rehearsal has a limit."""
    while not condition() and not call.done():
        await asyncio.sleep(POLL_S)


async def _report(
    session: CallSession,
    progress: Progress,
    part: RecordingPart,
    interview: Interview,
    started_s: float,
    out: Path,
) -> dict[str, Any]:
    captions = [
        {
            "speaker": caption.speaker,
            "text": caption.text,
            "start_ms": caption.start_ms,
            "end_ms": caption.end_ms,
            "question": caption.question,
        }
        for caption in session.transcript
    ]
    first_ms = await asyncio.to_thread(first_sound_ms, part.interviewer)
    report: dict[str, Any] = {
        "interview": {
            "id": interview.id,
            "user_id": interview.user_id,
            "template_id": interview.template_id,
            "status": interview.status,
            "started_at": interview.started_at,
            "completed_at": interview.completed_at,
            "progress_data": {
                "current_question": interview.progress.current_question,
                "questions_completed": list(interview.progress.questions_completed),
            },
        },
        "states": progress.states,
        "captions": captions,
        "events": session.events,
        "recording": {
            "tracks": {"candidate": str(part.candidate), "interviewer": str(part.interviewer)},
            "duration_ms": part.duration_ms,
        },
        "latency": {"start_to_first_sound_ms": session.sound_started_ms(started_s) + first_ms},
        "packets": session.packets,
    }
    await asyncio.to_thread(_write_json, out / "transcript.json", {"segments": captions})
    await asyncio.to_thread(_write_json, out / "report.json", report)
    if first_ms >= part.duration_ms - FRAME_MS:
        raise RehearsalError("The interviewer could not be heard.")
    return report


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _check(report: dict[str, Any]) -> None:
    interview = report["interview"]
    done = interview["progress_data"]["questions_completed"]
    if interview["status"] != "completed" or done != [1, 2, 3, 4]:
        raise RehearsalError("The interview did not reach its end.")
    if not any(caption["speaker"] == "interviewer" for caption in report["captions"]):
        raise RehearsalError("The interviewer was not heard.")
    if not report["packets"]["received"] or not report["recording"]["duration_ms"]:
        raise RehearsalError("No sound arrived.")
    if not report["packets"]["sent"]:
        raise RehearsalError("No sound was sent.")
