"""Any GA client can hold the interview: one that was written from the protocol alone."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from server.cases import load_cases
from server.cases.speech import clip_path
from server.config import ASSETS
from server.interviewer.clips import decode
from tests.helpers.plain_client import (
    RATE_HZ,
    SLUG,
    Grant,
    PlainClient,
    local_grant,
    plain_call,
    read_sound,
)
from tests.helpers.server_process import RunningServer, running_server
from tests.helpers.speech import correlation_peak, say

CASE = load_cases(ASSETS / "cases")[SLUG]
TRANSCRIPTION = "conversation.item.input_audio_transcription"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def grant(server: RunningServer) -> Grant:
    return local_grant(server)


async def spoken(client: PlainClient, since: int, limit_s: float = 25.0) -> str:
    """The words of the response that is complete next, heard to its end."""
    done = await client.until("response.done", limit_s, since=since)
    assert done["response"]["status"] == "completed"
    await client.until("output_audio_buffer.stopped", limit_s, since=since)
    deltas = [
        event["delta"]
        for event in client.events[since:]
        if event["type"] == "response.output_audio_transcript.delta"
    ]
    transcript = str(done["response"]["output"][0]["content"][0]["transcript"])
    assert "".join(deltas) == transcript
    return transcript


async def forgotten(call_url: str, token: str) -> None:
    """Until the server has no such call any more."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(10):
        while True:
            if (await http.delete(call_url, headers=headers)).status_code == 404:
                return
            await asyncio.sleep(0.05)


def test_a_plain_client_holds_an_interview(grant: Grant, tmp_path: Path) -> None:
    fact = CASE.clarifications[0]
    asks = read_sound(say(fact.asks[1], tmp_path / "asks.wav"))
    # Without its last second: that may still be on its way when the interviewer has ended.
    clip = decode(clip_path(ASSETS / "speech", CASE.question(1).prompt))[:-RATE_HZ]

    async def interview() -> None:
        async with plain_call(grant.url, grant.token) as client:
            # Instructions are echoed; what is heard next shows that the case is still there.
            assert client.events[0]["type"] == "session.created"
            updated = await client.until("session.updated")
            assert updated["session"]["instructions"] == ""

            client.send("response.create")
            await client.until("output_audio_buffer.started")
            await client.until_audible(1.0)
            client.interrupt()
            done = await client.until("response.done")
            assert done["response"]["status"] == "cancelled"
            await client.until("output_audio_buffer.cleared")
            await client.until("conversation.item.retrieved")
            client.interrupt()  # with nothing active and nothing playing

            since = len(client.events)
            client.heard()
            client.send_message("Could you repeat the question?")
            assert await spoken(client, since) == CASE.question(1).prompt
            assert correlation_peak(client.heard(), clip)[0] > 0.6

            # Barge-in by voice: the client does nothing.
            since = len(client.events)
            client.send_message("Could you repeat the question?")
            await client.until_audible(1.0)
            client.microphone.speak(asks)
            await client.until("input_audio_buffer.speech_started", since=since)
            cut = await client.until("response.done", since=since)
            assert cut["response"]["status"] == "cancelled"
            assert cut["response"]["status_details"]["reason"] == "turn_detected"
            await client.until("output_audio_buffer.cleared", since=since)
            await client.until("conversation.item.truncated", since=since)
            since = client.events.index(cut) + 1
            words = await client.until(f"{TRANSCRIPTION}.completed", since=since)
            assert words["transcript"] == fact.asks[1]
            kept = await client.until(
                "conversation.item.retrieved",
                since=since,
                where=lambda event: event["item"]["id"] == words["item_id"],
            )
            assert kept["item"]["content"][0]["transcript"] == fact.asks[1]
            assert await spoken(client, since) == " ".join(fact.answer.split())

            # A client that has no such tool answers no call of it.
            since = len(client.events)
            client.send_message("Could I have a hint?")
            call = await client.until("response.function_call_arguments.done", since=since)
            assert call["name"] == "gave_hint"
            since = client.events.index(await client.until("response.done", since=since)) + 1
            assert await spoken(client, since) == CASE.question(1).hints[0]

            refused = client.send("conversation.item.retrieve", item_id="item_of_nobody")
            error = await client.until("error")
            assert error["error"]["event_id"] == refused
            assert client.kinds().count("error") == 1
            assert client.faults == []
        await forgotten(client.call_url, grant.token)

    asyncio.run(interview())


def test_after_a_cut_the_interviewer_is_not_heard(grant: Grant, tmp_path: Path) -> None:
    word = read_sound(say("first of all the market", tmp_path / "word.wav"))

    async def interview() -> None:
        async with plain_call(grant.url, grant.token) as client:
            client.send("response.create")
            await client.until_audible(0.5)
            client.microphone.speak(word)
            await client.until("output_audio_buffer.cleared")
            # What was on its way: the jitter buffer and the packets in flight.
            await client.until(f"{TRANSCRIPTION}.completed")
            client.heard()
            since = len(client.events)
            client.microphone.speak(word)
            await client.until(f"{TRANSCRIPTION}.completed", since=since)
            sound = client.heard()
            assert len(sound)
            assert np.abs(sound).max() < 100

    asyncio.run(interview())


def workers(server_pid: int) -> list[int]:
    """The recognisers of a server."""
    children = Path(f"/proc/{server_pid}/task").glob("*/children")
    pids = [int(pid) for one in children for pid in one.read_text().split()]
    return [
        pid for pid in pids if b"recogniser_worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP])
def test_a_recogniser_that_dies_or_hangs_holds_nothing_up(
    server: RunningServer, grant: Grant, tmp_path: Path, blow: signal.Signals
) -> None:
    words = read_sound(
        say("first i would look at the market and at its growth", tmp_path / "w.wav")
    )

    async def interview() -> None:
        async with plain_call(grant.url, grant.token) as client:
            (worker,) = workers(server.pid)
            client.send("response.create")
            await client.until_audible(0.5)
            client.microphone.speak(words)
            await client.until("input_audio_buffer.speech_started")
            os.kill(worker, blow)
            failed = await client.until(f"{TRANSCRIPTION}.failed", 20)
            committed = await client.until("input_audio_buffer.committed")
            assert failed["item_id"] == committed["item_id"]
            since = len(client.events)
            client.send_message("Could you repeat the question?")
            assert await spoken(client, since) == CASE.question(1).prompt
            # The ear still hears.
            client.microphone.speak(words)
            await client.until("input_audio_buffer.committed", since=since)
            assert client.faults == []
        await forgotten(client.call_url, grant.token)
        assert workers(server.pid) == []

    asyncio.run(interview())
