"""A call gives everything back, wherever it is when it ends."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from interview_desktop.api.auth import LocalSignIn
from interview_desktop.api.client import InterviewApi
from interview_desktop.audio.file_sound import FileSound
from interview_desktop.call.session import CallSession
from interview_desktop.domain.call_events import CallEvent, CallState, CaptionChanged, StateChanged
from tests.helpers.no_recording import NoRecording
from tests.helpers.server_process import RunningServer, running_server

LIMIT_S = 40.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


def _open_sockets() -> int:
    def is_socket(number: str) -> bool:
        try:
            return stat.S_ISSOCK(os.fstat(int(number)).st_mode)
        except OSError:
            return False

    return sum(map(is_socket, os.listdir("/proc/self/fd")))


async def _call(
    server: RunningServer, ends: Callable[[CallEvent], bool]
) -> tuple[CallState, dict[str, int]]:
    """Hold a call until an event `ends` it; returns how it ended and its packets."""
    api = InterviewApi(server.url, LocalSignIn(lambda: server.url, server.local_secret))
    card = (await api.templates())[0]
    interview = await api.create_interview(card.id, os.urandom(8).hex())
    session: CallSession

    def listen(event: CallEvent) -> None:
        if ends(event):
            asyncio.get_running_loop().create_task(session.end())

    session = CallSession(api, interview, FileSound(NoRecording()), listen)
    outcome = await asyncio.wait_for(session.run(), LIMIT_S)
    await api.aclose()
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    if left:
        # The stack's own tasks see the end a few turns of the loop later, without being told.
        _, stuck = await asyncio.wait(left, timeout=2)
        assert not stuck
    return outcome.state, session.packets


@pytest.mark.parametrize(
    "state",
    [
        CallState.PREPARING,
        CallState.AUTHORIZING,
        CallState.NEGOTIATING,
        CallState.CONNECTING,
        CallState.LIVE,
    ],
)
def test_an_end_in_any_state_leaves_no_socket_and_no_task(
    server: RunningServer, state: CallState
) -> None:
    def ends(event: CallEvent) -> bool:
        return isinstance(event, StateChanged) and event.state is state

    async def calls() -> None:
        before = _open_sockets()
        for _ in range(3):
            ended, _ = await _call(server, ends)
            assert ended is CallState.ENDED
        assert _open_sockets() == before

    asyncio.run(calls())


def test_the_packets_of_a_call_that_was_heard_are_counted(server: RunningServer) -> None:
    ended, packets = asyncio.run(_call(server, lambda event: isinstance(event, CaptionChanged)))
    assert ended is CallState.ENDED
    assert packets["sent"] > 0
    assert packets["received"] > 0


def test_a_server_that_is_gone_fails_the_call_in_a_sentence(tmp_path: Path) -> None:
    sentences: list[str] = []

    async def call() -> CallState:
        with running_server(tmp_path) as server:
            api = InterviewApi(server.url, LocalSignIn(lambda: server.url, server.local_secret))
            card = (await api.templates())[0]
            interview = await api.create_interview(card.id, os.urandom(8).hex())

        def listen(event: CallEvent) -> None:
            if isinstance(event, StateChanged) and event.sentence:
                sentences.append(event.sentence)

        session = CallSession(api, interview, FileSound(NoRecording()), listen)
        outcome = await asyncio.wait_for(session.run(), LIMIT_S)
        await api.aclose()
        return outcome.state

    assert asyncio.run(call()) is CallState.FAILED
    assert sentences[0].startswith("The server does not answer.")
