"""The bundled server as a child process: started, watched, restarted, ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from interview_desktop.errors import AppError

logger = logging.getLogger(__name__)

READY_TIMEOUT_S = 30.0
END_TIMEOUT_S = 6.0
RESTART_DELAYS_S = (0.1, 0.5, 2.0, 5.0)
# A child that ends sooner after its start is ill: the next one is given more time.
HEALTHY_S = 10.0
PACKAGE_ROOT = Path(__file__).resolve().parents[2]


class ServerStartError(AppError):
    """The bundled server did not come up."""


class ServerRefusedError(ServerStartError):
    """The bundled server says why it does not start, in its own plain words."""


@dataclass(frozen=True, slots=True)
class ServerSecrets:
    """What the child reads as one JSON line on its stdin; never in argv, environment or files."""

    local_secret: str = field(repr=False)
    signing_key: str = field(repr=False)
    openai_api_key: str | None = field(default=None, repr=False)

    def line(self) -> bytes:
        """The line for the child's stdin."""
        values = {
            "local_secret": self.local_secret,
            "signing_key": self.signing_key,
            "openai_api_key": self.openai_api_key,
        }
        return json.dumps(values).encode() + b"\n"


def server_command(data_dir: Path, port: int) -> list[str]:
    """How this executable starts itself as the bundled server, frozen or from source."""
    start = [sys.executable] if getattr(sys, "frozen", False) else [
        sys.executable,
        "-m",
        "interview_desktop",
    ]  # fmt: skip
    return [*start, "--serve", "--child", "--port", str(port), "--data-dir", str(data_dir)]


class ServerHost:
    """Keeps one bundled server running.

    The child ends by itself when its stdin closes, so it never outlives a killed desktop.
    After a crash it is started again on the same port: whoever holds its URL goes on.

    Thread: everything on the net thread.
    """

    def __init__(self, data_dir: Path, secrets: ServerSecrets, log_file: Path) -> None:
        self._data_dir = data_dir
        self._secrets = secrets
        self._log_file = log_file
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._log: BinaryIO | None = None
        self._ending = False
        self._up = asyncio.Event()
        # Each is called on the loop as soon as a child has ended by itself.
        self.on_lost: set[Callable[[], None]] = set()
        self.url = ""
        self.restarts = 0
        self.given_up = False

    @property
    def pid(self) -> int | None:
        """The child's process id, or None while there is none."""
        return self._process.pid if self._process else None

    async def ready(self) -> None:
        """Return when the child answers again, at once if it does; the caller sets the limit.

        Raises:
            ServerStartError: it could not be started again.
        """
        await self._up.wait()
        if self.given_up:
            raise ServerStartError(
                "The local workspace stopped and could not be started again.",
                "Start the app again; nothing is lost.",
            )

    async def start(self) -> str:
        """Start the child and return its URL.

        Raises:
            ServerStartError: it ended, or was not ready in time.
        """
        try:
            await self._spawn(port=0)
        except BaseException:
            self._close_log()
            raise
        self._watch = asyncio.create_task(self._supervise(), name="bundled server")
        return self.url

    async def aclose(self) -> None:
        """End the child: by closing its stdin, then by signal, each within a limit."""
        self._ending = True
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        try:
            await self._end_child()
        finally:
            self._close_log()

    def _close_log(self) -> None:
        if self._log:
            self._log.close()
            self._log = None

    async def _spawn(self, port: int) -> None:
        # Imports of the child start from the folder that holds both packages.
        environment = dict(os.environ)
        paths = [str(PACKAGE_ROOT), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
        try:
            if self._log is None:
                self._log = await asyncio.to_thread(_open_log, self._log_file)
            process = await asyncio.create_subprocess_exec(
                *server_command(self._data_dir, port),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=self._log,
                env=environment,
            )
            self._process = process
            assert process.stdin is not None
            process.stdin.write(self._secrets.line())
            await process.stdin.drain()
            self.url = await asyncio.wait_for(_ready_url(process), READY_TIMEOUT_S)
            self._up.set()
        except ServerRefusedError:
            await self._end_child()
            raise
        except (OSError, ValueError, KeyError, ServerStartError) as error:
            await self._end_child()
            raise ServerStartError(
                "The local workspace could not start.",
                f"Start the app again; if it happens twice, look into {self._log_file.name}.",
            ) from error
        except asyncio.CancelledError:
            await self._end_child()
            raise

    async def _supervise(self) -> None:
        failures = quick_ends = 0
        clock = asyncio.get_running_loop().time
        while not self._ending:
            process, started_s = self._process, clock()
            if process is None:
                return
            code = await _drain_until_exit(process)
            self._up.clear()
            quick_ends = quick_ends + 1 if clock() - started_s < HEALTHY_S else 0
            if self._ending:
                return
            logger.info("The bundled server ended with %s and is started again", code)
            for tell in tuple(self.on_lost):
                tell()
            port = urlsplit(self.url).port or 0
            while not self._ending:
                worst = max(failures, quick_ends - 1, 0)
                delay_s = RESTART_DELAYS_S[min(worst, len(RESTART_DELAYS_S) - 1)]
                await asyncio.sleep(delay_s)
                try:
                    # A stranger may have taken the port meanwhile: then any free one will do.
                    await self._spawn(port if failures == 0 else 0)
                except ServerStartError:
                    failures += 1
                    if failures >= len(RESTART_DELAYS_S):
                        logger.error("The bundled server does not start again")
                        self.given_up = True
                        self._up.set()
                        return
                    continue
                self.restarts += 1
                failures = 0
                break

    async def _end_child(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        for signal in (None, process.terminate, process.kill):
            if signal is not None:
                with contextlib.suppress(ProcessLookupError):
                    signal()
            try:
                # The output is read to its end, else a full pipe could hold the child back.
                await asyncio.wait_for(_drain_until_exit(process), END_TIMEOUT_S)
            except TimeoutError:
                continue
            return


def _open_log(path: Path) -> BinaryIO:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path.open("ab", buffering=0)


async def _ready_url(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    while line := await process.stdout.readline():
        try:
            message = json.loads(line)
        except ValueError:
            continue
        if isinstance(message, dict) and message.get("event") == "ready":
            return str(message["url"])
        if isinstance(message, dict) and message.get("event") == "refused":
            raise ServerRefusedError("The local workspace could not start.", str(message["detail"]))
    raise ServerStartError("The local workspace ended before it was ready.")


async def _drain_until_exit(process: asyncio.subprocess.Process) -> int:
    if process.stdout is not None:
        while await process.stdout.read(65536):
            pass
    return await process.wait()
