"""One peer connection: offer, answer, channel, sound, statistics, end."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCIceTransportPolicy,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamTrack

from interview_desktop.call.errors import CallError
from interview_desktop.call.ice_seam import (
    end_consent_checks,
    gather_loopback_only,
    is_loopback,
)
from interview_desktop.call.tracks import MicrophoneTrack, play_remote
from interview_desktop.domain.ice_plan import Rung
from interview_desktop.domain.interview import SessionGrant
from interview_desktop.domain.realtime_events import Event, parse
from interview_desktop.domain.sound import SoundPort

logger = logging.getLogger(__name__)

CHANNEL = "oai-events"
POST_TIMEOUT_S = 10.0
CLOSE_LIMIT_S = 5.0


class Peer:
    """The offering side of one attempt.

    `on_event(event)` gets every server event, `on_lost()` comes when a peer that was connected is
    gone. What was sent, received and lost is added to `packets` when the peer closes.

    Thread: the net thread's loop.
    """

    def __init__(
        self,
        grant: SessionGrant,
        rung: Rung,
        sound: SoundPort,
        on_event: Callable[[Event], None],
        on_lost: Callable[[], None],
        packets: Counter[str],
    ) -> None:
        self._grant = grant
        self._rung = rung
        self._sound = sound
        self._on_event = on_event
        self._on_lost = on_lost
        self._packets = packets
        self._peer = RTCPeerConnection(self._configuration())
        self.microphone = MicrophoneTrack()
        # Audio first: with the channel first aiortc 1.16 closes the bundle's one transport.
        self._peer.addTrack(self.microphone)
        self._channel = self._peer.createDataChannel(CHANNEL)
        self._open = asyncio.Event()
        self._dead = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None
        self._call_url = ""
        self._closed = False
        self._closing: asyncio.Task[None] | None = None
        self.call_id = ""
        self.odd_messages = 0

    async def negotiate(self) -> None:
        """Offer, post, take the answer.

        Raises:
            CallError: the way to the interviewer is closed, or it refused.
        """
        url = self._grant.connect_url
        if urlsplit(url).scheme != "https" and not is_loopback(url):
            raise CallError(
                "The interviewer's address does not protect the connection.",
                "Ask the server's administrator for an address with https.",
            )
        self._peer.on("track", self._on_track)
        self._peer.on("connectionstatechange", self._on_state)
        self._channel.on("open", self._open.set)
        self._channel.on("message", self._on_message)
        self._channel.on("close", self._lost)
        offer = await self._peer.createOffer()
        if is_loopback(url):
            gather_loopback_only(self._peer)
        await self._peer.setLocalDescription(offer)
        sdp = str(self._peer.localDescription.sdp)
        if self._rung.relay_only and " typ relay" not in sdp:
            raise CallError("The relay server does not answer.", "Trying another way.")
        answer = await self._post(url, sdp)
        try:
            await self._peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        except Exception as error:
            # aiortc's parser raises many kinds; to the person they are one.
            raise CallError("The interviewer's answer could not be used.", "Try again.") from error

    async def connected(self) -> None:
        """Wait until the channel is open; the caller sets the limit.

        Raises:
            CallError: this way leads nowhere.
        """
        waits = [asyncio.create_task(one.wait()) for one in (self._open, self._dead)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        if not self._open.is_set():
            raise CallError(
                "The call could not be connected.", "Check the network, then try again."
            )

    def send(self, event: Event) -> None:
        """Send a client event; ignored once the channel is gone."""
        if self._channel.readyState == "open":
            self._channel.send(json.dumps(event))

    async def aclose(self) -> None:
        """Hang up and release everything.

        Whoever calls it waits for the same end, and a cancelled caller does not stop it half-way:
        that would leave sockets behind.
        """
        if self._closing is None:
            self._closed = True
            self._closing = asyncio.create_task(self._close(), name="close peer")
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        self.microphone.stop()
        for step in (self._count_packets, self._stop_reading, self._close_connection):
            try:
                async with asyncio.timeout(CLOSE_LIMIT_S):
                    await step()
            except Exception:
                # Nobody can do anything about it any more; the next attempt has its own peer.
                logger.exception("A connection did not close in order")

    async def _count_packets(self) -> None:
        report: Any = await self._peer.getStats()
        for stats in report.values():
            if stats.type == "outbound-rtp":
                self._packets["sent"] += stats.packetsSent
            elif stats.type == "inbound-rtp":
                self._packets["received"] += stats.packetsReceived
                self._packets["lost"] += stats.packetsLost

    async def _stop_reading(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    async def _close_connection(self) -> None:
        end_consent_checks(self._peer)
        await self._peer.close()

    def _configuration(self) -> RTCConfiguration:
        servers = []
        turn = self._grant.turn
        if self._rung.turn_url and turn is not None:
            servers = [RTCIceServer(self._rung.turn_url, turn.username, turn.password)]
        policy = RTCIceTransportPolicy.RELAY if self._rung.relay_only else RTCIceTransportPolicy.ALL
        # An empty list, never None: that would ask a public STUN server.
        return RTCConfiguration(
            iceServers=servers,
            bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
            iceTransportPolicy=policy,
        )

    async def _post(self, url: str, sdp: str) -> str:
        local = is_loopback(url)
        headers = {
            "Content-Type": "application/sdp",
            "Authorization": f"Bearer {self._grant.client_secret}",
        }
        try:
            async with httpx.AsyncClient(
                timeout=POST_TIMEOUT_S, verify=not local, trust_env=not local
            ) as client:
                answer = await client.post(url, content=sdp, headers=headers)
        except httpx.HTTPError:
            raise CallError(
                "The interviewer does not answer.", "Check the network, then try again."
            ) from None
        # Only a success holds an answer; an error's body must never be taken for one.
        if not answer.is_success or not answer.text.startswith("v=0"):
            raise CallError(_refusal(answer), "Try again, or choose another interviewer.")
        self._call_url = urljoin(url, answer.headers.get("Location", ""))
        self.call_id = self._call_url.rpartition("/")[2] if self._call_url != url else ""
        return answer.text

    def _on_track(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio" and self._reader is None:
            self._reader = asyncio.create_task(
                play_remote(track, self._sound.play), name="interviewer sound"
            )

    def _on_message(self, message: str | bytes) -> None:
        event = parse(message)
        if event is None:
            self.odd_messages += 1
            return
        if self._closed:
            return
        try:
            self._on_event(event)
        except Exception:
            # Past here it would end the stack's own reading loop, and the call with it.
            logger.exception("An event of the interviewer could not be handled")

    def _on_state(self) -> None:
        if self._peer.connectionState in ("failed", "closed"):
            self._lost()

    def _lost(self) -> None:
        self._dead.set()
        if not self._closed and self._open.is_set():
            self._on_lost()


def _refusal(answer: httpx.Response) -> str:
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        return "The interviewer did not accept the session's key."
    return f"The interviewer refused the call (status {answer.status_code})."
