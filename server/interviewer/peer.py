"""One call: an aiortc answerer with the session, the ear and the voice."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
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

from server.cases import Case
from server.interviewer import ga_events as ga
from server.interviewer.clips import Clips
from server.interviewer.ga_events import Event
from server.interviewer.hearing import RATE_HZ, Ear, make_detector
from server.interviewer.ice_seam import (
    end_consent_checks,
    gather_loopback_only,
    wants_loopback,
)
from server.interviewer.recogniser import Recogniser, Result
from server.interviewer.session import REOPEN_S, RealtimeSession
from server.interviewer.voice import VoiceTrack
from server.providers.local import InterviewReader, LocalGrant, OfferError

logger = logging.getLogger(__name__)

CHANNEL = "oai-events"
MAX_EVENT_CHARS = 64 * 1024
MAX_WAITING_EVENTS = 500
# What a peer takes in one message if it does not say more. Source: RFC 8841, section 6.1, and
# what browsers and aiortc announce.
MAX_SENT_BYTES = 256 * 1024
# A client that sends nothing for so long is heard as silence: an utterance must end some time.
NO_SOUND_S = 0.5


@dataclass(frozen=True, slots=True)
class CallLimits:
    """How long a call waits for what may never come.

    `connect_s`: for the peer; `watch_every_s`: between two looks whether the interview goes on;
    `grace_s`: for a client to hear the last words of an interview out and to hang up by itself.
    """

    connect_s: float = 30.0
    watch_every_s: float = 5.0
    grace_s: float = 15.0


class CallPeer:
    """The answering side of one call.

    Thread: the event loop.
    """

    def __init__(
        self,
        call_id: str,
        grant: LocalGrant,
        case: Case,
        make_session: Callable[[Any], RealtimeSession],
        clips: Clips,
        reader: InterviewReader,
        on_closed: Callable[[str], None],
        limits: CallLimits,
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
        self._recogniser = Recogniser(case, self._on_result, self._on_death)
        self._events: asyncio.Queue[str] = asyncio.Queue(MAX_WAITING_EVENTS)
        self._tasks: set[asyncio.Task[None]] = set()
        self._loading: asyncio.Task[None] | None = None
        self._listening = False
        self._limits = limits
        self._closing: asyncio.Task[None] | None = None
        self._opened = False
        self._session = make_session(self)

    async def answer(self, offer_sdp: str, *, reached_on_loopback: bool) -> str:
        """The answer to an offer; the call then runs by itself.

        Raises:
            OfferError: it is no offer of sound and a channel.
        """
        self._peer.on("track", self._on_track)
        self._peer.on("datachannel", self._on_channel)
        self._peer.on("connectionstatechange", self._on_state)
        try:
            if not _acceptable(offer_sdp):
                raise OfferError("The offer needs one audio section and one data channel.")
            await self._peer.setRemoteDescription(RTCSessionDescription(offer_sdp, "offer"))
            self._peer.addTrack(self._voice)
            if wants_loopback(offer_sdp, reached_on_loopback=reached_on_loopback):
                gather_loopback_only(self._peer)
            answer = await self._peer.createAnswer()
            await self._peer.setLocalDescription(answer)
            if self._closing is not None:
                raise OfferError("A newer call of this interview has begun.")
        except BaseException as error:
            await self.aclose()
            if isinstance(error, OfferError) or not isinstance(error, Exception):
                raise
            # aiortc parses with many kinds of exception; to the peer they are one.
            raise OfferError("The offer cannot be answered.") from error
        self._spawn(self._recogniser.start(), "start recogniser")
        self._spawn(self._handle_events(), "events")
        self._spawn(self._give_up_unconnected(), "connect limit")
        self._spawn(self._watch_interview(), "watch")
        return str(self._peer.localDescription.sdp)

    async def aclose(self) -> None:
        """End the call and everything it started. Idempotent; every caller waits for the end."""
        await asyncio.shield(self._begin_closing())

    def _begin_closing(self) -> asyncio.Task[None]:
        # A task of its own: the call's tasks may ask for it, and are cancelled by it.
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(), name="end of call")
        return self._closing

    async def _close(self) -> None:
        # The voice is the session's clock: without it nothing new begins.
        self._voice.stop()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            await self._recogniser.aclose()
            end_consent_checks(self._peer)
            await self._peer.close()
        finally:
            self._on_closed(self.call_id)

    # -- what the session asks for ---------------------------------------------------------------

    def send(self, event: Event) -> None:
        """Send a server event; a channel that is gone takes nothing.

        Raises:
            ValueError: it cannot be said in JSON, or not in one message.
        """
        if self._channel is not None and self._channel.readyState == "open":
            text = json.dumps(event, allow_nan=False)
            if len(text) > MAX_SENT_BYTES:
                raise ValueError("The event is too long for the channel.")
            self._channel.send(text)

    def play(self, line: str) -> None:
        """Load the line's clip off the loop, then play it."""
        self._loading = self._spawn(self._play(line), "clip")

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
        self._recogniser.begin(item_id)

    def end_utterance(self, item_id: str) -> None:
        """The utterance is over; without a recogniser that is its result."""
        if self._recogniser.alive:
            self._recogniser.end()
            return
        # Later: the item is announced first.
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

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

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
        if track.kind == "audio" and not self._listening:
            self._listening = True
            self._spawn(self._listen(track), "ear")

    async def _listen(self, track: MediaStreamTrack) -> None:
        ear = Ear(make_detector(), self, REOPEN_S)
        resampler = av.audio.resampler.AudioResampler("s16", "mono", RATE_HZ)
        with contextlib.suppress(MediaStreamError):
            while True:
                try:
                    async with asyncio.timeout(NO_SOUND_S if ear.speaking else None):
                        frame = await track.recv()
                except TimeoutError:
                    ear.hear(np.zeros(int(NO_SOUND_S * RATE_HZ), dtype=np.int16))
                    continue
                assert isinstance(frame, av.AudioFrame)
                frame.pts = None
                for piece in resampler.resample(frame):
                    ear.hear(piece.to_ndarray()[0].astype(np.int16, copy=False))

    def _on_channel(self, channel: RTCDataChannel) -> None:
        if channel.label != CHANNEL or self._channel is not None:
            return
        self._channel = channel
        channel.on("message", self._on_message)
        channel.on("close", self._begin_closing)
        self._opened = True
        self._session.open()

    def _on_message(self, message: str | bytes) -> None:
        # What is no text, or too long, is no event: the client is told so in its turn.
        usable = isinstance(message, str) and len(message) <= MAX_EVENT_CHARS
        with contextlib.suppress(asyncio.QueueFull):
            self._events.put_nowait(str(message) if usable else "")

    async def _handle_events(self) -> None:
        while True:
            text = await self._events.get()
            try:
                event = json.loads(text)
            except (ValueError, RecursionError):
                event = None
            try:
                await self._handle_event(event)
            except Exception:
                # One event that we fail at must not make the call deaf.
                logger.exception("A client event could not be handled")
                self.send(ga.error("The event could not be handled.", "server_error"))

    async def _handle_event(self, event: object) -> None:
        place = None
        if isinstance(event, dict) and event.get("type") == "session.update":
            place = await self._reader.current(self.grant.interview_id)
        self._session.client_event(event, place)

    def _on_result(self, result: Result) -> None:
        if result.final:
            self._session.recognised(result.utterance, result.text, accepted=result.accepted)
        else:
            self._session.partial(result.utterance, result.text)

    def _on_death(self) -> None:
        if self._closing is None:
            self._session.recogniser_gone()

    def _on_state(self) -> None:
        if self._peer.connectionState in ("failed", "closed"):
            self._begin_closing()

    async def _give_up_unconnected(self) -> None:
        await asyncio.sleep(self._limits.connect_s)
        if self._peer.connectionState != "connected":
            self._begin_closing()

    async def _watch_interview(self) -> None:
        """End the call of an interview that is over: nobody else may ever do."""
        while True:
            await asyncio.sleep(self._limits.watch_every_s)
            if not await self._goes_on():
                break
        await asyncio.sleep(self._limits.grace_s)
        logger.info("The interview is over: its call ends")
        self._begin_closing()

    async def _goes_on(self) -> bool:
        try:
            now = await self._reader.current(self.grant.interview_id)
        except Exception:
            # A database that is busy ends no call.
            logger.exception("The interview's state could not be read")
            return True
        return now is not None and now.status == "in-progress"


def _acceptable(offer_sdp: str) -> bool:
    """Whether an offer has the sections of a voice call, and none whose media nobody would take."""
    sections = [line.split(" ")[0] for line in offer_sdp.splitlines() if line.startswith("m=")]
    return sorted(sections) == ["m=application", "m=audio"]
