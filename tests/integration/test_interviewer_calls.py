"""Calls of the local interviewer between two real peers in one process, and how they end."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription

from server.cases import load_cases
from server.config import ASSETS
from server.interviewer.peer import CallLimits
from server.interviewer.recogniser import Recogniser, Result
from server.interviewer.service import LocalInterviewer
from server.providers.local import InterviewNow, LocalGrant, OfferError
from tests.helpers.plain_client import PlainClient, read_sound
from tests.helpers.speech import say

SLUG = "market-entry-scanning-software"
CASES = load_cases(ASSETS / "cases")
CASE = CASES[SLUG]
GRANT = LocalGrant("interview-1", "user-1", 1)
LIMITS = CallLimits(connect_s=2.0, watch_every_s=0.1, grace_s=0.1)


class Interviews:
    """Where interviews stand: what a server reads from its database."""

    def __init__(self) -> None:
        self.now: InterviewNow | None = InterviewNow("in-progress", 1, 0, CASE)

    async def current(self, interview_id: str) -> InterviewNow | None:
        """The one that there is."""
        return self.now


class Table:
    """An interviewer, and clients of it."""

    def __init__(self) -> None:
        self.interviews = Interviews()
        self.interviewer = LocalInterviewer(ASSETS / "speech", self.interviews, limits=LIMITS)
        self.clients: list[PlainClient] = []

    async def offer(self, client: PlainClient, grant: LocalGrant = GRANT) -> str:
        """Connect as far as the answer; the call's id."""
        offer = await client.offer()
        call_id, answer = await self.interviewer.answer(grant, offer, reached_on_loopback=True)
        await client.take_answer(answer)
        return call_id

    def client(self) -> PlainClient:
        """A new client, hung up at the end."""
        client = PlainClient()
        self.clients.append(client)
        return client

    async def gone(self, call_id: str) -> None:
        """Until the call has ended by itself."""
        async with asyncio.timeout(15):
            while True:
                if call_id not in self.interviewer.call_ids():
                    return
                await asyncio.sleep(0.02)


@pytest.fixture(autouse=True)
def _a_child_may_be_reaped_first(expected_logs: list[str]) -> None:
    # asyncio says so when its transport has seen the end of a killed child before its watcher.
    expected_logs.append(r"asyncio: Unknown child process")


@contextlib.asynccontextmanager
async def laid_table() -> AsyncIterator[Table]:
    table = Table()
    try:
        yield table
    finally:
        for client in table.clients:
            await client.hang_up()
        await table.interviewer.aclose()
        assert table.interviewer.call_ids() == []
        # aiortc's own tasks end a little after their peer.
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        _, pending = await asyncio.wait(left, timeout=5) if left else (set(), set())
        assert [repr(task) for task in pending] == []


def held(meal: Callable[[Table], Awaitable[None]]) -> None:
    """Run a scenario; afterwards nothing of it is left running."""

    async def run() -> None:
        async with laid_table() as table:
            await meal(table)

    asyncio.run(run())


def test_the_call_of_a_completed_interview_ends() -> None:
    async def scenario(table: Table) -> None:
        client = table.client()
        call_id = await table.offer(client)
        await client.until("session.updated")
        table.interviews.now = InterviewNow("completed", 4, 0, CASE)
        await table.gone(call_id)

    held(scenario)


def test_the_call_of_a_deleted_interview_ends() -> None:
    async def scenario(table: Table) -> None:
        client = table.client()
        call_id = await table.offer(client)
        await client.until("session.updated")
        table.interviews.now = None
        await table.gone(call_id)

    held(scenario)


def test_a_peer_that_never_comes_is_given_up() -> None:
    async def scenario(table: Table) -> None:
        client = table.client()
        call_id, _ = await table.interviewer.answer(
            GRANT, await client.offer(), reached_on_loopback=True
        )
        await table.gone(call_id)

    held(scenario)


def test_a_newer_call_of_the_interview_replaces_the_older() -> None:
    async def scenario(table: Table) -> None:
        older, newer = table.client(), table.client()
        first = await table.offer(older)
        await older.until("session.updated")
        second = await table.offer(newer)
        await newer.until("session.updated")
        assert table.interviewer.call_ids() == [second]
        assert first != second

    held(scenario)


def test_of_two_offers_at_once_one_call_is_left() -> None:
    async def scenario(table: Table) -> None:
        offers = [await table.client().offer() for _ in range(3)]
        answers = await asyncio.gather(
            *(table.interviewer.answer(GRANT, one, reached_on_loopback=True) for one in offers),
            return_exceptions=True,
        )
        assert all(isinstance(one, tuple | OfferError) for one in answers)
        last = answers[-1]
        assert isinstance(last, tuple)
        assert table.interviewer.call_ids() == [last[0]]

    held(scenario)


def test_closing_the_channel_alone_ends_the_call() -> None:
    async def scenario(table: Table) -> None:
        client = table.client()
        call_id = await table.offer(client)
        await client.until("session.updated")
        client.close_channel()
        await table.gone(call_id)

    held(scenario)


def test_every_caller_of_aclose_waits_for_the_end() -> None:
    async def scenario(table: Table) -> None:
        client = table.client()
        await table.offer(client)
        await client.until("session.updated")
        await asyncio.gather(table.interviewer.aclose(), table.interviewer.aclose())
        assert table.interviewer.call_ids() == []

    held(scenario)


@pytest.mark.parametrize("spoil", ["", "v=0", "no audio", "video", "garbage"])
def test_an_offer_that_cannot_be_answered_leaves_nothing(spoil: str) -> None:
    async def scenario(table: Table) -> None:
        peer = RTCPeerConnection()
        if spoil != "no audio":
            peer.addTransceiver("audio")
        if spoil == "video":
            peer.addTransceiver("video")
        peer.createDataChannel("oai-events")
        await peer.setLocalDescription(await peer.createOffer())
        offer = peer.localDescription.sdp
        if spoil == "garbage":
            offer = offer.replace("a=ice-ufrag", "a=ice-nonsense")
        if spoil in ("", "v=0"):
            offer = spoil
        with pytest.raises(OfferError):
            await table.interviewer.answer(GRANT, offer, reached_on_loopback=True)
        await peer.close()

    held(scenario)


def test_a_client_that_falls_silent_without_a_packet_has_stopped_speaking(tmp_path: Path) -> None:
    words = read_sound(say("first i would look at the market and its growth", tmp_path / "w.wav"))

    async def scenario(table: Table) -> None:
        client = table.client()
        await table.offer(client)
        await client.until("session.updated")
        client.microphone.speak(words)
        await client.until("input_audio_buffer.speech_started")
        client.microphone.stop()
        await client.until("input_audio_buffer.speech_stopped")
        await client.until("conversation.item.input_audio_transcription.completed")
        assert client.faults == []

    held(scenario)


@pytest.mark.parametrize("line", ["no json", "[1]", '{"id": 3, "text": "", "accepted": true}',
                                  '{"id": "item_1"}', "#" * 200_000])  # fmt: skip
def test_a_recogniser_that_talks_nonsense_is_given_up_once(
    line: str, expected_logs: list[str], tmp_path: Path
) -> None:
    expected_logs.append("The recogniser's answer makes no sense")

    async def scenario() -> None:
        deaths: list[None] = []
        dead = asyncio.Event()
        results: list[Result] = []

        def died() -> None:
            deaths.append(None)
            dead.set()

        # In a file: the longest line is no argument of a command.
        script = tmp_path / "worker.py"
        script.write_text(f"import time\nprint({line!r}, flush=True)\ntime.sleep(60)\n")
        recogniser = Recogniser(CASE, results.append, died, (sys.executable, str(script)))
        await recogniser.start()
        await asyncio.wait_for(dead.wait(), 10)
        recogniser.begin("item_1")
        recogniser.end()
        await recogniser.aclose()
        assert len(deaths) == 1
        assert results == []
        assert not recogniser.alive

    asyncio.run(scenario())


def test_a_recogniser_that_cannot_start_is_dead_at_once(expected_logs: list[str]) -> None:
    expected_logs.append("The recogniser could not start")

    async def scenario() -> None:
        deaths: list[None] = []
        recogniser = Recogniser(CASE, lambda result: None, lambda: deaths.append(None), ("nobody",))
        recogniser.begin("item_1")
        await recogniser.start()
        assert len(deaths) == 1
        await recogniser.aclose()

    asyncio.run(scenario())


def test_an_answer_is_no_use_to_a_closed_peer() -> None:
    async def scenario(table: Table) -> None:
        client = table.client()
        offer = await client.offer()
        call_id, answer = await table.interviewer.answer(GRANT, offer, reached_on_loopback=True)
        assert await table.interviewer.hang_up(call_id, "someone-else") is False
        assert await table.interviewer.hang_up(call_id, GRANT.user_id) is True
        assert await table.interviewer.hang_up(call_id, GRANT.user_id) is False
        assert RTCSessionDescription(answer, "answer").sdp.startswith("v=0")

    held(scenario)
