"""Calls of the local interviewer that the server hangs up, and those that it leaves alone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from tests.helpers.api import complete, new_interview
from tests.helpers.plain_client import PlainClient, plain_call
from tests.helpers.server_thread import LOCAL_SECRET

# Well below the time after which a call finds out by itself that its interview is over.
HUNG_UP_S = 10.0


def report(client: httpx.Client, path: str, call_id: str) -> httpx.Response:
    """Say that a call is live."""
    return client.post(f"{path}/calls", json={"call_id": call_id, "question": 1})


@contextlib.asynccontextmanager
async def called(client: httpx.Client, path: str) -> AsyncIterator[tuple[PlainClient, str]]:
    """A live, reported call of an interview: (its client, its id)."""
    answer = await asyncio.to_thread(client.post, f"{path}/credentials")
    token = answer.json()["session_token"]
    async with plain_call(token["connect"]["url"], token["client_secret"]["value"]) as peer:
        call_id = peer.call_url.rsplit("/", 1)[1]
        assert (await asyncio.to_thread(report, client, path, call_id)).status_code == 201
        yield peer, call_id


async def hung_up(peer: PlainClient) -> None:
    """Until the other side has ended the call."""
    over = asyncio.Event()

    def look() -> None:
        if peer.peer.connectionState in ("closed", "failed"):
            over.set()

    peer.peer.on("connectionstatechange", look)
    look()
    await asyncio.wait_for(over.wait(), HUNG_UP_S)


@pytest.fixture(autouse=True)
def _a_child_may_be_reaped_first(expected_logs: list[str]) -> None:
    # asyncio says so when its transport has seen the end of a killed child before its watcher.
    expected_logs.append(r"asyncio: Unknown child process")


@pytest.mark.parametrize(
    "end", ["hang up", "newer call", "abandon", "delete", "delete user", "disable user"]
)
def test_a_local_call_is_hung_up(
    path: str, owner: httpx.Client, admin: httpx.Client, end: str
) -> None:
    user = f"/users/{owner.get('/users/me').json()['id']}"

    async def scenario() -> None:
        async with called(owner, path) as (peer, call_id):
            ends: dict[str, Callable[[], httpx.Response]] = {
                "hang up": lambda: owner.delete(f"{path}/calls/{call_id}"),
                "newer call": lambda: report(owner, path, "rtc_elsewhere"),
                "abandon": lambda: owner.patch(path, json={"status": "abandoned"}),
                "delete": lambda: owner.delete(path),
                "delete user": lambda: owner.request(
                    "DELETE", "/users/me", json={"secret": LOCAL_SECRET, "now": True}
                ),
                "disable user": lambda: admin.patch(user, json={"disabled": True}),
            }
            answer = await asyncio.to_thread(ends[end])
            assert answer.is_success, answer.text
            await hung_up(peer)

    asyncio.run(scenario())


def test_others_calls_go_on(owner: httpx.Client, stranger: httpx.Client, path: str) -> None:
    """Neither their own interview's end nor knowing the id lets anybody end another's call."""

    async def scenario() -> None:
        async with called(owner, path) as (peer, call_id):
            theirs = f"/interviews/{(await asyncio.to_thread(new_interview, stranger))['id']}"
            assert (await asyncio.to_thread(report, stranger, theirs, call_id)).is_success
            for request in (
                lambda: stranger.delete(f"{theirs}/calls/{call_id}"),
                lambda: stranger.delete(theirs),
            ):
                assert (await asyncio.to_thread(request)).status_code == 204
            since = len(peer.events)
            peer.send_message("Could you repeat the question?")
            await peer.until("response.created", since=since)
            assert peer.peer.connectionState == "connected"

    asyncio.run(scenario())


def test_the_last_words_of_a_completed_interview_are_heard_out(
    owner: httpx.Client, stranger: httpx.Client, path: str
) -> None:
    async def scenario() -> None:
        async with called(owner, path) as (peer, _):
            since = len(peer.events)
            peer.send_message("Could you repeat the question?")
            await peer.until("output_audio_buffer.started", since=since)
            await asyncio.to_thread(complete, owner, path)
            peer.heard()
            await peer.until_audible(1.0)

    asyncio.run(scenario())
