"""One call: an aiortc answerer with the session, the ear and the voice."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from typing import Any

import av.audio.resampler
import numpy as np
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from server.interviewer.clips import Clips
from server.interviewer.ga_events import Event
from server.interviewer.hearing import RATE_HZ, Ear, make_detector
from server.interviewer.loopback import gather_loopback_only, offers_loopback
from server.interviewer.recogniser import Recogniser
from server.interviewer.session import REOPEN_S, RealtimeSession
from server.interviewer.voice import VoiceTrack
from server.providers.local import InterviewReader, LocalGrant, OfferError

logger = logging.getLogger(__name__)

CHANNEL = "oai-events"
MAX_EVENT_CHARS = 256 * 1024
MAX_WAITING_EVENTS = 500
# A peer that never connects, or has gone without a word, is given up.
CONNECT_TIMEOUT_S = 30.0


class CallPeer:
    """The answering side of one call.

    Thread: the event loop.
    """

    def __init__(
        self,
        call_id: str,
        grant: LocalGrant,
        make_session: Callable[[Any], RealtimeSession],
        clips: Clips,
        reader: InterviewReader,
        on_closed: Callable[[str], None],
    ) -> None:
        self.call_id = call_id
        self.grant = grant
        self._clips = clips
        self._reader = reader
        self._on_closed = on_closed
        self._peer = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._channel: RTCDataChannel | None = None
        self._voice = VoiceTrack(self._on_packet)
        self._recogniser = Recogniser(grant.template_slug, self._on_result, self._on_death)
        self._events: asyncio.Queue[str] = asyncio.Queue(MAX_WAITING_EVENTS)
        self._tasks: set[asyncio.Task[None]] = set()
        self._loading: asyncio.Task[None] | None = None
        self._utterances: list[str] = []
        self._closed = False
        self._opened = False
        self._session = make_session(self)

    async def answer(self, offer_sdp: str) -> str:
        """The answer to an offer; the call then runs by itself.

        Raises:
            OfferError: it is no offer of sound and a channel.
        """
        self._peer.on("track", self._on_track)
        self._peer.on("datachannel", self._on_channel)
        self._peer.on("connectionstatechange", self._on_state)
        try:
            await self._peer.setRemoteDescription(RTCSessionDescription(offer_sdp, "offer"))
            if "m=audio" not in offer_sdp or "m=application" not in offer_sdp:
                raise OfferError("The offer needs audio and a data channel.")
            self._peer.addTrack(self._voice)
            if offers_loopback(offer_sdp):
                gather_loopback_only(self._peer)
            answer = await self._peer.createAnswer()
            await self._peer.setLocalDescription(answer)
        except OfferError:
            await self.aclose()
            raise
        except Exception as error:
            # aiortc parses with many kinds of exception; to the peer they are one.
            await self.aclose()
            raise OfferError("The offer cannot be answered.") from error
        self._spawn(self._recogniser.start(), "start recogniser")
        self._spawn(self._handle_events(), "events")
        self._spawn(self._give_up_unconnected(), "connect limit")
        return str(self._peer.localDescription.sdp)

    async def aclose(self) -> None:
        """End the call and everything it started. Idempotent."""
        if self._closed:
            return
        self._closed = True
        current = asyncio.current_task()
        tasks = [task for task in (*self._tasks, self._loading) if task and task is not current]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._voice.stop()
        await self._recogniser.aclose()
        await self._peer.close()
        self._on_closed(self.call_id)

    # -- what the session asks for ---------------------------------------------------------------

    def send(self, event: Event) -> None:
        """Send a server event; a channel that is gone takes nothing."""
        if self._channel is not None and self._channel.readyState == "open":
            self._channel.send(json.dumps(event))

    def play(self, line: str) -> None:
        """Load the line's clip off the loop, then play it."""
        self._loading = asyncio.create_task(self._play(line), name="clip")

    def silence(self) -> int:
        """Stop at once."""
        if self._loading is not None:
            self._loading.cancel()
            self._loading = None
        played_ms = self._voice.stop_clip()
        self._voice.reset_played()
        return played_ms

    def listen_for_numbers(self, wanted: bool) -> None:
        """Switch the grammar."""
        self._recogniser.listen_for_numbers(wanted=wanted)

    def hear_utterance(self, item_id: str) -> None:
        """Sound from the ear now belongs to `item_id`."""
        self._utterances.append(item_id)
        self._recogniser.begin(item_id)

    def end_utterance(self, item_id: str) -> None:
        """The utterance is over; without a recogniser that is its result."""
        if self._recogniser.alive:
            self._recogniser.end()
            return
        self._utterances.remove(item_id)
        asyncio.get_running_loop().call_soon(self._session.not_recognised, item_id)

    # -- speech, from the ear ----------------------------------------------------------------------

    def speech_started(self, at_ms: int) -> None:
        """The candidate began to speak."""
        self._session.speech_started(at_ms)

    def speech_stopped(self, at_ms: int) -> None:
        """The candidate has been silent for a while."""
        self._session.speech_stopped(at_ms)

    def speech_sound(self, pcm: bytes) -> None:
        """Sound for the recogniser."""
        self._recogniser.hear(pcm)

    # -- inside ------------------------------------------------------------------------------------

    def _spawn(self, work: Any, name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("The call's %s failed", task.get_name(), exc_info=error)

    async def _play(self, line: str) -> None:
        clip = await asyncio.to_thread(self._clips.load, line)
        self._voice.play(clip, self._session.line_progress, self._session.line_ended)
        self._session.line_progress(0.0)

    def _on_packet(self, now_s: float) -> None:
        if self._opened:
            self._session.tick(now_s)

    def _on_track(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio":
            self._spawn(self._listen(track), "ear")

    async def _listen(self, track: MediaStreamTrack) -> None:
        ear = Ear(make_detector(), self, REOPEN_S)
        resampler = av.audio.resampler.AudioResampler("s16", "mono", RATE_HZ)
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                assert isinstance(frame, av.AudioFrame)
                frame.pts = None
                for piece in resampler.resample(frame):
                    ear.hear(piece.to_ndarray()[0].astype(np.int16, copy=False))

    def _on_channel(self, channel: RTCDataChannel) -> None:
        if channel.label != CHANNEL or self._channel is not None:
            return
        self._channel = channel
        channel.on("message", self._on_message)
        self._opened = True
        self._session.open()

    def _on_message(self, message: str | bytes) -> None:
        if isinstance(message, str) and len(message) <= MAX_EVENT_CHARS:
            with contextlib.suppress(asyncio.QueueFull):
                self._events.put_nowait(message)

    async def _handle_events(self) -> None:
        while True:
            text = await self._events.get()
            try:
                event = json.loads(text)
            except (ValueError, RecursionError):
                event = None
            place = None
            if isinstance(event, dict) and event.get("type") == "session.update":
                place = await self._reader.current(self.grant.interview_id)
            self._session.client_event(event, place)

    def _on_result(self, message: dict[str, Any]) -> None:
        if "delta" in message:
            self._session.partial(message["id"], message["delta"])
            return
        with contextlib.suppress(ValueError):
            self._utterances.remove(message["id"])
        self._session.recognised(message["id"], message["text"], accepted=message["accepted"])

    def _on_death(self) -> None:
        waiting, self._utterances = self._utterances, []
        if self._closed:
            return
        for item_id in waiting:
            self._session.not_recognised(item_id)

    def _on_state(self) -> None:
        if self._peer.connectionState in ("failed", "closed") and not self._closed:
            self._spawn(self.aclose(), "end")

    async def _give_up_unconnected(self) -> None:
        await asyncio.sleep(CONNECT_TIMEOUT_S)
        if self._peer.connectionState != "connected":
            self._spawn(self.aclose(), "end")
