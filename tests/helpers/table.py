"""A conversation with the real server behind it and a scripted peer in front of it."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from interview_desktop.api.auth import FixedToken
from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import ApiError
from interview_desktop.call.conversation import Conversation
from interview_desktop.call.outbox import Outbox
from interview_desktop.domain.call_events import CallEvent
from interview_desktop.domain.interview import Interview, Progress, SessionGrant
from interview_desktop.domain.sound import SoundCounters
from tests.helpers.server_thread import ThreadServer

LIMIT_S = 40.0
Fact = TypeVar("Fact")


class StillSound:
    """A `SoundPort` whose time the test sets; it counts the flushes."""

    def __init__(self) -> None:
        self.now_ms = 0
        self.flushes = 0

    def start(self, on_packet: Callable[[bytes], None]) -> None: ...

    def play(self, pcm: bytes) -> None: ...

    def flush_playout(self) -> None:
        self.flushes += 1

    def set_muted(self, muted: bool) -> None: ...

    def position_ms(self) -> int:
        return self.now_ms

    def levels_dbfs(self) -> tuple[float, float]:
        return -100.0, -100.0

    def counters(self) -> SoundCounters:
        return SoundCounters()

    def close(self) -> None: ...


class StumblingApi(InterviewApi):
    """The real client; a call that is named in `failures` fails so, once, before it is sent."""

    def __init__(self, base_url: str, token: str) -> None:
        super().__init__(base_url, FixedToken(token))
        self.failures: dict[str, ApiError] = {}
        # Set by a test that wants a call to wait, by its name.
        self.gates: dict[str, asyncio.Event] = {}
        self.called: list[str] = []

    async def _request(self, method: str, path: str, **rest: Any) -> Any:
        name = f"{method} {path.rstrip('/').rpartition('/')[2]}"
        self.called.append(name)
        if name in self.gates:
            await self.gates[name].wait()
        if name in self.failures:
            raise self.failures.pop(name)
        return await super()._request(method, path, **rest)


class Table:
    """The conversation, what it told, and what it sent to the scripted peer."""

    def __init__(self, api: StumblingApi, interview: Interview) -> None:
        self.api = api
        self.sound = StillSound()
        self.told: list[CallEvent] = []
        self.sent: list[dict[str, Any]] = []
        self.finished = False
        self.acknowledges = True
        self.outbox = Outbox(api, interview.id)
        self.conversation = Conversation(
            api, interview, self.sound, self.outbox, self.told.append, self._sent, self._finish
        )

    # -- what the scripted peer does -----------------------------------------------------------

    def says(self, kind: str, **fields: Any) -> None:
        """A server event."""
        self.conversation.on_event({"type": kind, **fields})

    def calls(self, name: str, call_id: str = "call_1", status: str = "completed") -> None:
        """The interviewer calls a tool without arguments; the response is not over yet."""
        item = {"type": "function_call", "name": name, "call_id": call_id, "status": status}
        self.says("response.output_item.done", item=item | {"arguments": "{}"})

    def answers(self, *tools: str) -> None:
        """A whole response: created, its tool calls, done."""
        self.says("response.created", response={"id": "r"})
        for index, name in enumerate(tools):
            self.calls(name, f"call_{index}")
        self.says("response.done", response={"id": "r", "status": "completed"})

    def _sent(self, event: dict[str, Any]) -> None:
        self.sent.append(event)
        if event["type"] == "session.update" and self.acknowledges:
            asyncio.get_running_loop().call_soon(self.says, "session.updated")

    def _finish(self) -> None:
        self.finished = True

    # -- what the test asks --------------------------------------------------------------------

    @property
    def question(self) -> int:
        """Where the conversation stands."""
        return self.conversation.number

    def kinds(self) -> list[str]:
        """The types of what was sent."""
        return [event["type"] for event in self.sent]

    def asked(self) -> int:
        """How many responses were asked for."""
        return self.kinds().count("response.create")

    def outputs(self) -> list[dict[str, Any]]:
        """The answers to tool calls."""
        items = [event["item"] for event in self.sent if "item" in event]
        return [item for item in items if item["type"] == "function_call_output"]

    def sentences(self) -> list[str]:
        """What the button presses said."""
        items = [event["item"] for event in self.sent if "item" in event]
        return [item["content"][0]["text"] for item in items if item["type"] == "message"]

    def facts(self, kind: type[Fact]) -> list[Fact]:
        """What the listener was told, of one kind."""
        return [event for event in self.told if isinstance(event, kind)]

    async def grant(self) -> SessionGrant:
        """A token of the present question."""
        interview = self.conversation.interview
        return await self.api.question_token(interview.id, interview.progress.current_question)

    async def stored(self) -> Interview:
        """The interview as the server has it."""
        return await self.api.interview(self.conversation.interview.id)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let the loop run until `condition`; the whole test has a limit."""
        while not condition():  # noqa: ASYNC110  (conditions are plain attributes)
            await asyncio.sleep(0.002)

    async def settled(self) -> None:
        """Every event and caption is on the server, every task of the conversation over."""
        await self.until(lambda: not self.conversation._tasks)
        assert await self.outbox.flush(LIMIT_S)


@contextlib.asynccontextmanager
async def _table(server: ThreadServer, token: str, question: int) -> AsyncIterator[Table]:
    api = StumblingApi(server.url, token)
    card = (await api.templates())[0]
    interview = await api.create_interview(card.id, str(uuid.uuid4()))
    if question > 1:
        progress = Progress(question, tuple(range(1, question)))
        interview = await api.update(interview, progress)
    table = Table(api, interview)
    try:
        table.conversation.show(await api.question(interview.id, question))
        await table.conversation.begin(await table.grant(), refill=False)
        table.answers()
        table.sent.clear()
        table.told.clear()
        yield table
    finally:
        await table.conversation.aclose()
        await table.outbox.aclose()
        await api.aclose()


def at_table(
    server: ThreadServer, play: Callable[[Table], Awaitable[None]], question: int = 1
) -> None:
    """Play a scene at a fresh table; its question has just been asked."""

    async def scene(token: str) -> None:
        async with _table(server, token, question) as table:
            await play(table)

    with server.user() as client:
        token = client.headers["Authorization"].removeprefix("Bearer ")
        asyncio.run(asyncio.wait_for(scene(token), LIMIT_S))
