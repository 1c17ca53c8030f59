"""Calls that are cut, and calls that end while they begin."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from interview_desktop.api.auth import LocalSignIn
from interview_desktop.api.client import InterviewApi
from interview_desktop.audio.file_sound import FileSound
from interview_desktop.call import session as session_module
from interview_desktop.call.errors import CallError
from interview_desktop.call.peer import Peer
from interview_desktop.call.session import CallSession
from interview_desktop.config import app_paths
from interview_desktop.credentials.store import MemoryStore
from interview_desktop.domain.call_events import (
    CallEvent,
    CallState,
    Presence,
    PresenceChanged,
    StateChanged,
)
from interview_desktop.domain.ice_plan import Rung
from interview_desktop.domain.interview import Interview, SessionGrant, TurnCredentials
from interview_desktop.runtime.workspace import open_local_workspace
from tests.helpers.no_recording import NoRecording
from tests.helpers.server_process import RunningServer, running_server

LIMIT_S = 90.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


class TurnApi(InterviewApi):
    """The real client of a server with a TURN server beside it, which nothing here needs."""

    mints = 0

    async def credentials(self, interview: Interview) -> SessionGrant:
        self.mints += 1
        urls = ("turn:127.0.0.1:1?transport=tcp",)
        turn = TurnCredentials("user", "password", int(time.time()) + 3600, urls)
        return replace(await super().credentials(interview), turn=turn)


async def _held(
    api: InterviewApi, cut: Callable[[CallSession], Coroutine[None, None, None]], sound: FileSound
) -> list[CallState]:
    """Hold a call, `cut` it when the interviewer speaks, end it when it speaks again."""
    card = (await api.templates())[0]
    interview = await api.create_interview(card.id, str(uuid.uuid4()))
    states: list[CallState] = []
    tasks: list[asyncio.Task[None]] = []
    session: CallSession

    async def end() -> None:
        await session.end()

    def listen(event: CallEvent) -> None:
        if isinstance(event, StateChanged):
            states.append(event.state)
        if isinstance(event, PresenceChanged) and event.presence is Presence.SPEAKING:
            again = CallState.RECOVERING in states
            if again or not tasks:
                tasks.append(asyncio.create_task(end() if again else cut(session)))

    session = CallSession(api, interview, sound, listen)
    await asyncio.wait_for(session.run(), LIMIT_S)
    await asyncio.gather(*tasks)
    return states


def test_a_call_that_is_cut_is_taken_up_with_the_same_turn_server(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    peers: list[Peer] = []

    class KnownPeer(Peer):
        def __init__(self, grant: SessionGrant, *rest: object) -> None:
            super().__init__(grant, *rest)  # type: ignore[arg-type]
            peers.append(self)

    monkeypatch.setattr(session_module, "Peer", KnownPeer)

    async def hang_up(_session: CallSession) -> None:
        peer = peers[0]
        headers = {"Authorization": f"Bearer {peer._grant.client_secret}"}
        async with httpx.AsyncClient(verify=False, trust_env=False) as client:
            answer = await client.delete(peer._call_url, headers=headers)
        assert answer.status_code == 204

    async def call() -> None:
        api = TurnApi(server.url, LocalSignIn(lambda: server.url, server.local_secret))
        states = await _held(api, hang_up, FileSound(NoRecording()))
        await api.aclose()
        live = [one for one in states if one in (CallState.LIVE, CallState.RECOVERING)]
        assert live[:3] == [CallState.LIVE, CallState.RECOVERING, CallState.LIVE]
        assert states[-1] is CallState.ENDED
        # A question's token has no TURN of its own.
        assert all(peer._grant.turn is not None for peer in peers)
        assert api.mints == 1

    asyncio.run(call())


def test_a_killed_server_comes_back_and_the_call_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A dead server on loopback is noticed only by the stack's own checks: the test is told so.
    async def call() -> None:
        workspace = await open_local_workspace(app_paths(tmp_path).create(), MemoryStore())
        peers: list[Peer] = []

        class KnownPeer(Peer):
            def __init__(self, *rest: object) -> None:
                super().__init__(*rest)  # type: ignore[arg-type]
                peers.append(self)

        monkeypatch.setattr(session_module, "Peer", KnownPeer)

        async def kill(_session: CallSession) -> None:
            assert workspace.host.pid is not None
            os.kill(workspace.host.pid, signal.SIGKILL)
            peers[0]._lost()

        try:
            states = await _held(workspace.api, kill, FileSound(NoRecording()))
            assert states.count(CallState.LIVE) == 2
            assert states[-1] is CallState.ENDED
            assert workspace.host.restarts == 1
        finally:
            await workspace.aclose()

    asyncio.run(call())


class SlowToOpen(FileSound):
    """Stands in for devices that take their time to open."""

    def __init__(self) -> None:
        super().__init__(NoRecording())
        self.opening = threading.Event()
        self.open = threading.Event()

    def start(self, on_packet: Callable[[bytes], None]) -> None:
        self.opening.set()
        assert self.open.wait(20)
        super().start(on_packet)


def test_a_call_that_ends_while_its_devices_open_leaves_none_open(server: RunningServer) -> None:
    async def call() -> None:
        api = InterviewApi(server.url, LocalSignIn(lambda: server.url, server.local_secret))
        card = (await api.templates())[0]
        interview = await api.create_interview(card.id, str(uuid.uuid4()))
        sound = SlowToOpen()
        session = CallSession(api, interview, sound, lambda event: None)
        running = asyncio.create_task(session.run())
        assert await asyncio.to_thread(sound.opening.wait, 20)
        await session.end()
        outcome = await asyncio.wait_for(running, 30)
        sound.open.set()
        await api.aclose()
        assert outcome.state is CallState.ENDED

    asyncio.run(call())
    # The loop's threads have ended: whatever the start began would still be there.
    assert not [thread for thread in threading.enumerate() if thread.name == "file sound"]


def test_a_way_that_is_dead_before_it_is_open_leaves_the_next_one_to_try() -> None:
    lost: list[bool] = []

    async def connect() -> None:
        grant = SessionGrant(1, "http://127.0.0.1:1", "", 0, {})
        sound = FileSound(NoRecording())
        peer = Peer(
            grant,
            Rung(None, relay_only=False),
            sound,
            lambda event: None,
            lambda: lost.append(True),
            Counter(),
        )
        try:
            peer._lost()
            with pytest.raises(CallError):
                await asyncio.wait_for(peer.connected(), 10)
        finally:
            await peer.aclose()

    asyncio.run(connect())
    # Nobody is told that a call dropped which never was.
    assert lost == []


def test_an_event_that_cannot_be_handled_does_not_end_the_call(expected_logs: list[str]) -> None:
    expected_logs.append("An event of the interviewer could not be handled")
    seen: list[str] = []

    def on_event(event: dict[str, object]) -> None:
        seen.append(str(event["type"]))
        raise ValueError("odd")

    async def hear() -> None:
        grant = SessionGrant(1, "http://127.0.0.1:1", "", 0, {})
        peer = Peer(
            grant,
            Rung(None, relay_only=False),
            FileSound(NoRecording()),
            on_event,
            lambda: None,
            Counter(),
        )
        try:
            for message in ('{"type": "a"}', b"{}", "{", '{"type": "b"}'):
                peer._on_message(message)
            assert peer.odd_messages == 2
        finally:
            await peer.aclose()

    asyncio.run(hear())
    assert seen == ["a", "b"]
