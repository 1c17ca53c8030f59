"""One call from start to end: runs the state machine's effects and feeds events back."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from interview_desktop.api.client import InterviewApi
from interview_desktop.call.climbing import climb
from interview_desktop.call.conversation import Conversation
from interview_desktop.call.grants import Grants
from interview_desktop.call.line import OnTheLine
from interview_desktop.call.next_try import NextTry
from interview_desktop.call.outbox import Outbox
from interview_desktop.call.peer import Peer
from interview_desktop.domain.call_events import (
    CallEvent,
    CallState,
    ConnectionChanged,
    NotesState,
    StateChanged,
)
from interview_desktop.domain.call_machine import (
    FINAL,
    TIME_LIMITS_S,
    Effect,
    Event,
    Kind,
    Machine,
    transition,
)
from interview_desktop.domain.earlier import Earlier
from interview_desktop.domain.ice_plan import Rung
from interview_desktop.domain.interview import Interview, SessionGrant
from interview_desktop.domain.journal import Journal
from interview_desktop.domain.sound import SoundPort
from interview_desktop.domain.transcript import Caption
from interview_desktop.errors import AppError

logger = logging.getLogger(__name__)

FLUSH_LIMIT_S = 10.0
SOUND_LIMIT_S = 8.0


NOTHING_EARLIER = Earlier()


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """How a call ended."""

    state: CallState
    interview: Interview
    sentence: str = ""


class CallSession:
    """Holds one call for one interview.

    `listener` gets every fact on the net thread. Commands do nothing while the call is not live;
    notes are kept at any time. `earlier` is what the interview's earlier parts left, `journal` is
    where this one is written down, `reachable()` returns when it makes sense to connect again.

    Thread: the net thread's loop.
    """

    def __init__(
        self,
        api: InterviewApi,
        interview: Interview,
        sound: SoundPort,
        listener: Callable[[CallEvent], None],
        clock: Callable[[], float] = time.monotonic,
        journal: Journal | None = None,
        earlier: Earlier = NOTHING_EARLIER,
        reachable: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._api = api
        self._earlier = earlier
        self._sound = OnTheLine(sound, earlier.offset_ms)
        self._listener = listener
        self._clock = clock
        self._machine = Machine()
        self._inbox: asyncio.Queue[Event] = asyncio.Queue()
        self._steps: set[asyncio.Task[None]] = set()
        self._finished = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._peer: Peer | None = None
        self._grant: SessionGrant | None = None
        self._sound_runs = False
        self._sound_started_s = 0.0
        self._packets = Counter({"sent": 0, "received": 0, "lost": 0, "concealed": 0})
        # Every peer that has not been released yet, the present one among them.
        self._peers: set[Peer] = set()
        self._grants = Grants(api)
        self._next_try = NextTry(listener, reachable)
        self._why_lost = ""
        # Whether anything was said in this call.
        self.was_live = False
        self._outbox = Outbox(api, interview.id, journal)
        self._conversation = Conversation(
            api, interview, self._sound, self._outbox, listener, self._send, self._finish
        )

    # -- what others may know --------------------------------------------------------------------

    @property
    def state(self) -> CallState:
        """Where the call is."""
        return self._machine.state

    @property
    def interview(self) -> Interview:
        """The interview as the server last told it."""
        return self._conversation.interview

    @property
    def transcript(self) -> list[Caption]:
        """Every line with words, in order."""
        return self._conversation.captions.lines()

    @property
    def events(self) -> list[dict[str, Any]]:
        """What happened, as the report shows it."""
        return self._conversation.events

    @property
    def packets(self) -> dict[str, int]:
        """RTP packets of all connections of this call."""
        return dict(self._packets)

    def sound_started_ms(self, since_s: float) -> int:
        """Milliseconds from `since_s` (the session's clock) to the recording's line's beginning."""
        return round((self._sound_started_s - since_s) * 1000)

    # -- commands ----------------------------------------------------------------------------------

    async def think(self, seconds: int | None) -> None:
        """Suspend every reply until the candidate speaks or is ready."""
        if self._live:
            self._conversation.think(seconds)

    async def ready(self) -> None:
        """End Thinking."""
        if self._live:
            self._conversation.ready()

    async def hint(self) -> None:
        """Ask for the next hint."""
        if self._live:
            self._conversation.press_hint()

    async def repeat(self) -> None:
        """Ask for the question again."""
        if self._live:
            self._conversation.press_repeat()

    async def say(self, text: str) -> None:
        """Say something in writing."""
        if self._live:
            self._conversation.say(text)

    async def show_exhibit(self, exhibit_id: str) -> None:
        """Put an exhibit in front again."""
        if self._live:
            self._conversation.show_exhibit(exhibit_id)

    async def confirm_number(self, text: str, value: float, unit: str) -> None:
        """The number that was heard is right, or was corrected to this."""
        if self._live:
            await self._conversation.confirm_number(text, value, unit)

    async def done_with_question(self, question: int | None = None) -> None:
        """Move on; after question 4 the interview is completed and the call ends.

        `question` is the one that the person saw when pressing: if the call has left it
        meanwhile, nothing happens.
        """
        if self._live:
            await self._conversation.move_on(question)

    async def notes(self, text: str) -> None:
        """Keep the candidate's notes as they stand now; on the disk at once, live or not."""
        self._listener(NotesState(saved=False))
        self._outbox.notes(text, lambda: self._listener(NotesState(saved=True)))

    async def try_now(self) -> None:
        """Connect again without waiting for the next try."""
        self._next_try.now()

    def lost(self, sentence: str) -> None:
        """Take the connection for gone: whoever calls this knows before the network does.

        Thread: the net thread's loop.
        """
        if self._live:
            self._why_lost = sentence
        if self._machine.state in (CallState.LIVE, CallState.RECOVERING):
            self._feed(Kind.DROPPED)

    async def set_muted(self, muted: bool) -> None:
        """Send and record silence instead of the microphone."""
        self._sound.set_muted(muted)

    async def end(self) -> None:
        """End the call; the interview stays in progress and can be resumed."""
        self._feed(Kind.END)

    async def finished(self) -> None:
        """Wait until `run` has released everything; the caller sets the limit."""
        await self._finished.wait()

    # -- running -----------------------------------------------------------------------------------

    async def run(self) -> CallOutcome:
        """Hold the call; returns when it has ended or failed, with everything released."""
        try:
            self._outbox.take_up()
            self._conversation.restore(self._earlier)
            self._feed(Kind.START)
            while self._machine.state not in FINAL:
                event = await self._inbox.get()
                before = self._machine.state
                self._machine, effects = transition(self._machine, event)
                if self._machine.state is not before or Effect.AUTHORIZE in effects:
                    self._entered()
                for effect in effects:
                    self._perform(effect)
        finally:
            await self._abandon()
            self._finished.set()
        return CallOutcome(self._machine.state, self.interview, self._machine.failure)

    @property
    def _live(self) -> bool:
        return self._machine.state is CallState.LIVE

    def _feed(self, kind: Kind, sentence: str = "", attempt: int | None = None) -> None:
        number = self._machine.attempt if attempt is None else attempt
        self._inbox.put_nowait(Event(kind, number, sentence))

    def _entered(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        state, attempt = self._machine.state, self._machine.attempt
        limit_s = TIME_LIMITS_S[state]
        if limit_s is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(limit_s, self._feed, Kind.TIMED_OUT, "", attempt)
        self.was_live = self.was_live or state is CallState.LIVE
        sentence = self._machine.failure
        if state is CallState.RECOVERING:
            sentence, self._why_lost = self._why_lost, ""
        self._listener(StateChanged(state, self._sound.position_ms(), sentence))

    def _perform(self, effect: Effect) -> None:
        steps: dict[Effect, Callable[[], Coroutine[Any, Any, None]]] = {
            Effect.PREPARE: self._prepare,
            Effect.AUTHORIZE: self._authorize,
            Effect.NEGOTIATE: self._negotiate,
            Effect.CONVERSE: self._converse,
            Effect.CLOSE_PEER: self._close_peer,
            Effect.RELEASE: self._release,
        }
        if effect not in steps:
            return
        if effect in (Effect.CLOSE_PEER, Effect.RELEASE):
            # Whatever the old attempt was doing has no meaning any more.
            for step in self._steps:
                step.cancel()
        task = asyncio.create_task(
            self._guarded(steps[effect](), self._machine.attempt), name=f"call {effect.name}"
        )
        self._steps.add(task)
        task.add_done_callback(self._steps.discard)

    async def _guarded(self, step: Coroutine[Any, Any, None], attempt: int) -> None:
        try:
            await step
        except AppError as error:
            self._feed(Kind.REFUSED, error.sentence, attempt)
        except Exception:
            logger.exception("A step of the call failed")
            self._feed(Kind.REFUSED, "The call stopped on an error of the app.", attempt)

    async def _prepare(self) -> None:
        # From here on it must be closed: whoever ends the call now cannot stop the thread.
        self._sound_runs = True
        await asyncio.to_thread(self._sound.start, self._on_packet)
        recorded_ms = self._sound.position_ms() - self._earlier.offset_ms
        self._sound_started_s = self._clock() - recorded_ms / 1000
        self._feed(Kind.PREPARED)

    async def _authorize(self) -> None:
        attempt = self._machine.attempt
        if attempt > 0:
            await self._next_try.wait(
                self._machine.recoveries, self.interview.progress.current_question
            )
        number = self.interview.progress.current_question
        self._grant = await self._grants.next(self.interview)
        self._conversation.show(await self._api.question(self.interview.id, number))
        if attempt == 0:
            self._feed(Kind.AUTHORIZED, attempt=attempt)
        else:
            await self._connect(attempt)

    async def _negotiate(self) -> None:
        await self._connect(self._machine.attempt)

    async def _connect(self, attempt: int) -> None:
        assert self._grant is not None
        grant = self._grant

        def make_peer(rung: Rung) -> Peer:
            peer = Peer(
                grant,
                rung,
                self._sound,
                self._conversation.on_event,
                lambda: self._feed(Kind.DROPPED, attempt=attempt),
                self._packets,
            )
            self._peer = peer
            self._peers.add(peer)
            return peer

        rung = await climb(
            grant.turn,
            make_peer,
            self._discard,
            lambda: self._feed(Kind.NEGOTIATED, attempt=attempt),
        )
        self._feed(Kind.CONNECTED, attempt=attempt)
        self._listener(ConnectionChanged("relay" if rung.relay_only else "direct", None))

    async def _converse(self) -> None:
        assert self._grant is not None
        refill = self._machine.attempt > 0 or bool(self._earlier.captions)
        await self._conversation.begin(self._grant, refill=refill)

    async def _close_peer(self) -> None:
        self._conversation.pause()
        self._sound.flush_playout()
        self._peer = None
        await asyncio.gather(*map(self._discard, list(self._peers)))

    async def _discard(self, peer: Peer) -> None:
        await peer.aclose()
        self._peers.discard(peer)

    async def _release(self) -> None:
        await self._close_peer()
        self._conversation.finish()
        await self._outbox.flush(FLUSH_LIMIT_S)
        await self._close_sound()
        self._feed(Kind.CLOSED)

    async def _abandon(self) -> None:
        """Release what is left, however `run` ends."""
        if self._timer is not None:
            self._timer.cancel()
        steps = list(self._steps)
        for step in steps:
            step.cancel()
        await asyncio.gather(*steps, return_exceptions=True)
        await self._close_peer()
        await self._conversation.aclose()
        await self._outbox.aclose()
        await self._close_sound()

    async def _close_sound(self) -> None:
        if not self._sound_runs:
            return
        try:
            await asyncio.wait_for(asyncio.to_thread(self._sound.close), SOUND_LIMIT_S)
        except TimeoutError:
            logger.error("The sound devices did not close in time")
        self._sound_runs = False

    def _on_packet(self, packet: bytes) -> None:
        peer = self._peer
        if peer is not None:
            peer.microphone.push(packet)

    def _send(self, event: dict[str, Any]) -> None:
        if self._peer is not None:
            self._peer.send(event)

    def _finish(self) -> None:
        self._feed(Kind.END)
