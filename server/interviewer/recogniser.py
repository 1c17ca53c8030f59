"""The recogniser's process as the peer sees it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from server.cases import Case, encoded
from server.interviewer.frames import AUDIO, BEGIN, CASE, END, GRAMMAR, frame

logger = logging.getLogger(__name__)

WORKER = (sys.executable, "-m", "server.interviewer.recogniser_worker")
ROOT = Path(__file__).resolve().parents[2]
# Sound that the worker has not taken yet: some 30 s; beyond that it is stuck.
MAX_BACKLOG_BYTES = 1_000_000
END_TIMEOUT_S = 2.0


@dataclass(frozen=True, slots=True)
class Result:
    """Words of an utterance: more of its draft, or all of them."""

    utterance: str
    text: str
    final: bool
    accepted: bool


class Recogniser:
    """One worker process for one call.

    Results arrive by `on_result`; when the worker dies, `on_death()` once, and nothing
    more is expected of it.

    Thread: the event loop; every method but `start` and `aclose` returns at once.
    """

    def __init__(
        self,
        case: Case,
        on_result: Callable[[Result], None],
        on_death: Callable[[], None],
        command: Sequence[str] = WORKER,
    ) -> None:
        self._command = tuple(command)
        self._case = case
        self._on_result = on_result
        self._on_death = on_death
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._early: list[bytes] = []
        self._dead = False

    async def start(self) -> None:
        """Start the process; sound that comes before it is up is kept."""
        environment = dict(os.environ)
        paths = [str(ROOT), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=environment,
            )
        except OSError as error:
            logger.warning("The recogniser could not start: %s", error.strerror)
            self._die()
            return
        self._reader = asyncio.create_task(self._read(self._process), name="recogniser")
        early, self._early = self._early, []
        for data in (frame(CASE, encoded(self._case)), *early):
            self._write(data)

    @property
    def alive(self) -> bool:
        """Whether results are to be expected."""
        return not self._dead

    def begin(self, utterance: str) -> None:
        """The sound that follows belongs to `utterance`."""
        self._write(frame(BEGIN, utterance.encode()))

    def hear(self, pcm: bytes) -> None:
        """Sound of the utterance, int16, 16 kHz."""
        self._write(frame(AUDIO, pcm))

    def end(self) -> None:
        """The utterance is over."""
        self._write(frame(END))

    def listen_for_numbers(self, *, wanted: bool) -> None:
        """Switch the grammar for the next utterances."""
        self._write(frame(GRAMMAR, b"numbers" if wanted else b"intents"))

    async def aclose(self) -> None:
        """End the process: its stdin closes, then it is killed within a limit."""
        self._dead = True
        process = self._process
        if process is not None:
            if process.stdin is not None:
                process.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), END_TIMEOUT_S)
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if self._reader is not None:
            # Its stream has ended with the process, unless somebody else holds the other end.
            await asyncio.wait([self._reader], timeout=END_TIMEOUT_S)
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    def _write(self, data: bytes) -> None:
        if self._dead:
            return
        if self._process is None:
            if sum(map(len, self._early)) <= MAX_BACKLOG_BYTES:
                self._early.append(data)
            return
        stdin = self._process.stdin
        if stdin is None or stdin.is_closing():
            return
        if stdin.transport.get_write_buffer_size() > MAX_BACKLOG_BYTES:
            logger.warning("The recogniser is stuck and is given up")
            self._give_up()
            return
        stdin.write(data)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while (line := await _line(process.stdout)) is not None:
            result = result_of(line)
            if result is not None:
                self._on_result(result)
            elif not line.startswith(b'{"ready"'):
                logger.warning("The recogniser's answer makes no sense; it is given up")
                break
        self._give_up()

    def _give_up(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        self._die()

    def _die(self) -> None:
        if not self._dead:
            self._dead = True
            self._early.clear()
            self._on_death()


async def _line(source: asyncio.StreamReader) -> bytes | None:
    """The next line, or None at the end or where a line is far too long."""
    try:
        return await source.readline() or None
    except ValueError:
        return None


def result_of(line: bytes) -> Result | None:
    """A worker's line as a result, or None if it is none."""
    try:
        message = json.loads(line)
        final = "delta" not in message
        text = message["text" if final else "delta"]
        accepted = final and message["accepted"]
        utterance = message["id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not (isinstance(utterance, str) and isinstance(text, str) and isinstance(accepted, bool)):
        return None
    return Result(utterance, text, final, accepted)
