"""The recogniser's process as the peer sees it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from server.interviewer.frames import AUDIO, BEGIN, END, GRAMMAR, frame

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
# Sound that the worker has not taken yet: some 30 s; beyond that it is stuck.
MAX_BACKLOG_BYTES = 1_000_000
END_TIMEOUT_S = 2.0


class Recogniser:
    """One worker process for one call.

    Results arrive by `on_result(message)`; when the worker dies, `on_death()` once, and nothing
    more is expected of it.

    Thread: the event loop; every method but `start` and `aclose` returns at once.
    """

    def __init__(
        self,
        slug: str,
        on_result: Callable[[dict[str, Any]], None],
        on_death: Callable[[], None],
    ) -> None:
        self._slug = slug
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
                sys.executable,
                "-m",
                "server.interviewer.recogniser_worker",
                self._slug,
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
        for data in early:
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
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    def _write(self, data: bytes) -> None:
        if self._dead:
            return
        if self._process is None:
            self._early.append(data)
            return
        stdin = self._process.stdin
        if stdin is None or stdin.is_closing():
            return
        if stdin.transport.get_write_buffer_size() > MAX_BACKLOG_BYTES:
            logger.warning("The recogniser is stuck and is given up")
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            self._die()
            return
        stdin.write(data)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            message = json.loads(line)
            if "id" in message:
                self._on_result(message)
        self._die()

    def _die(self) -> None:
        if not self._dead:
            self._dead = True
            self._on_death()
