"""A GA Realtime client as OpenAI's JavaScript SDK behaves, with aiortc alone.

It knows nothing of this project's own client: what it is told comes from the protocol, and every
event that it gets is judged by the types of OpenAI's SDK.
"""

from __future__ import annotations

import asyncio
import contextlib
import fractions
import json
import time
import wave
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import av.audio.resampler
import httpx
import numpy as np
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from numpy.typing import NDArray

from tests.helpers.ga_types import faults
from tests.helpers.server_process import RunningServer

RATE_HZ = 48_000
FRAMES = 960
AUDIBLE = 300.0
SLUG = "market-entry-scanning-software"
Event = dict[str, Any]


@dataclass(frozen=True)
class Grant:
    """What a client is given to call with."""

    url: str
    token: str = field(repr=False)


def local_grant(server: RunningServer) -> Grant:
    """A new interview of the first case, and the way to its interviewer."""
    with server.client() as client:
        templates = {one["slug"]: one["id"] for one in client.get("/templates/").json()}
        interview = client.post("/interviews/", json={"template_id": templates[SLUG]}).json()
        given = client.post(f"/interviews/{interview['id']}/credentials").json()["session_token"]
    return Grant(given["connect"]["url"], given["client_secret"]["value"])


def read_sound(path: Path) -> NDArray[np.int16]:
    """A mono 48 kHz WAV file as int16."""
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)


class Microphone(MediaStreamTrack):
    """Silence, and what the test says, in real time."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._said = np.zeros(0, dtype=np.int16)
        self._pts = 0
        self._begin_s: float | None = None

    def speak(self, pcm: NDArray[np.int16]) -> None:
        """Say it from now on."""
        self._said = np.concatenate((self._said, pcm))

    async def recv(self) -> av.AudioFrame:
        """The next 20 ms."""
        if self.readyState != "live":
            raise MediaStreamError
        now_s = time.monotonic()
        if self._begin_s is None:
            self._begin_s = now_s
        due_s = self._begin_s + self._pts / RATE_HZ
        if due_s > now_s:
            await asyncio.sleep(due_s - now_s)
        pcm = np.zeros(FRAMES, dtype=np.int16)
        piece, self._said = self._said[:FRAMES], self._said[FRAMES:]
        pcm[: len(piece)] = piece
        frame = av.AudioFrame.from_ndarray(pcm[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE_HZ, self._pts
        frame.time_base = fractions.Fraction(1, RATE_HZ)
        self._pts += FRAMES
        return frame


class PlainClient:
    """One call.

    Thread: the event loop.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.faults: list[str] = []
        self.microphone = Microphone()
        self.call_url = ""
        self.peer = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        # The track before the channel: aiortc's bundling never connects the other way round.
        self.peer.addTrack(self.microphone)
        self._channel = self.peer.createDataChannel("oai-events")
        self._news = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self._heard: list[NDArray[np.int16]] = []
        self._active = False
        self._sent = 0

    async def offer(self) -> str:
        """An offer without candidates, as a browser posts it."""
        self.peer.on("track", self._on_track)
        self._channel.on("message", self._on_message)
        self._channel.on("open", self._on_open)
        await self.peer.setLocalDescription(await self.peer.createOffer())
        lines = self.peer.localDescription.sdp.splitlines()
        kept = [one for one in lines if not one.startswith(("a=candidate", "a=end-of-candidates"))]
        return "\r\n".join(kept) + "\r\n"

    async def take_answer(self, answer_sdp: str) -> None:
        """Connect; the session is set as soon as the channel is open."""
        await self.peer.setRemoteDescription(RTCSessionDescription(answer_sdp, "answer"))

    async def connect(self, url: str, token: str) -> None:
        """Offer and answer over HTTP."""
        headers = {
            "Content-Type": "application/sdp",
            "Authorization": f"Bearer {token}",
            "X-OpenAI-Agents-SDK": "openai-agents-sdk-js.0.20.0",
        }
        async with httpx.AsyncClient(trust_env=False, timeout=20) as http:
            answer = await http.post(url, content=await self.offer(), headers=headers)
        assert answer.status_code == 201, answer.text
        self.call_url = str(httpx.URL(url).join(answer.headers["Location"]))
        await self.take_answer(answer.text)

    def close_channel(self) -> None:
        """Close the channel, and leave the peer connection."""
        self._channel.close()

    async def hang_up(self) -> None:
        """Close channel and peer connection, without a word to the server."""
        self._channel.close()
        await self.peer.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- what the SDK offers to its user -----------------------------------------------------------

    def send(self, kind: str, **fields: Any) -> str:
        """Send a client event; its id."""
        self._sent += 1
        event_id = f"client_{self._sent}"
        self._channel.send(json.dumps({"type": kind, "event_id": event_id, **fields}))
        return event_id

    def send_message(self, text: str) -> None:
        """A user's message without an id, then a response."""
        content = [{"type": "input_text", "text": text}]
        item = {"type": "message", "role": "user", "content": content}
        self.send("conversation.item.create", item=item)
        self.send("response.create")

    def interrupt(self) -> None:
        """Cancel only what is active, clear in any case."""
        if self._active:
            self.send("response.cancel")
        self.send("output_audio_buffer.clear")

    # -- what came ---------------------------------------------------------------------------------

    async def until(
        self, kind: str, limit_s: float = 15.0, *, since: int = 0, where: Callable[[Event], bool]
        = lambda event: True,
    ) -> Event:  # fmt: skip
        """The first event of `kind` from index `since` on."""

        def found() -> Event | None:
            wanted = (e for e in self.events[since:] if e["type"] == kind and where(e))
            return next(wanted, None)

        async with self._news:
            try:
                await asyncio.wait_for(self._news.wait_for(lambda: found() is not None), limit_s)
            except TimeoutError:
                seen = [event["type"] for event in self.events[since:]]
                raise AssertionError(f"no {kind} within {limit_s} s after {seen[-20:]}") from None
        event = found()
        assert event is not None
        return event

    async def until_audible(self, seconds: float, limit_s: float = 10.0) -> None:
        """Until so much of the interviewer has been heard since the last call of `heard`."""
        wanted = seconds * RATE_HZ / FRAMES
        async with self._news:
            await asyncio.wait_for(
                self._news.wait_for(lambda: self._audible_pieces() >= wanted), limit_s
            )

    def heard(self) -> NDArray[np.int16]:
        """The sound since the last call, int16, 48 kHz mono."""
        pieces, self._heard = self._heard, []
        return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int16)

    def kinds(self, since: int = 0) -> list[str]:
        """The types of the events from index `since` on."""
        return [event["type"] for event in self.events[since:]]

    # -- inside ------------------------------------------------------------------------------------

    def _on_open(self) -> None:
        self.send(
            "session.update",
            session={
                "type": "realtime",
                "model": "gpt-realtime-2.1",
                "instructions": "",
                "output_modalities": ["audio"],
                "audio": {
                    "input": {
                        "format": {"type": "audio/pcm", "rate": 24_000},
                        "noise_reduction": None,
                        "transcription": {"model": "gpt-4o-mini-transcribe"},
                        "turn_detection": {"type": "semantic_vad"},
                    },
                    "output": {"format": {"type": "audio/pcm", "rate": 24_000}, "speed": 1},
                },
            },
        )

    def _on_message(self, message: str | bytes) -> None:
        event: Event = json.loads(message)
        self.faults += faults(event)
        match event["type"]:
            case "session.created":
                self.send("session.update", session={"type": "realtime", "tracing": "auto"})
            case "response.created":
                self._active = True
            case "response.done":
                self._active = False
            case (
                "conversation.item.input_audio_transcription.completed"
                | "conversation.item.truncated"
            ):
                self.send("conversation.item.retrieve", item_id=event["item_id"])
            case _:
                pass
        self.events.append(event)
        self._spawn(self._tell())

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._spawn(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        resampler = av.audio.resampler.AudioResampler("s16", "mono", RATE_HZ, FRAMES)
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                assert isinstance(frame, av.AudioFrame)
                frame.pts = None
                self._heard += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
                await self._tell()

    def _audible_pieces(self) -> int:
        return sum(bool(np.abs(piece.astype(np.int32)).mean() > AUDIBLE) for piece in self._heard)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@contextlib.asynccontextmanager
async def plain_call(url: str, token: str) -> AsyncIterator[PlainClient]:
    """A call whose two session updates have been acknowledged; hung up at the end."""
    client = PlainClient()
    try:
        await client.connect(url, token)
        await client.until(
            "session.updated", where=lambda event: event["session"].get("tracing") == "auto"
        )
        yield client
    finally:
        await client.hang_up()
