"""Plays a recorded session from the disk: seeking, speed, silence left out, loops."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interview_desktop.audio.devices import close_stream, load_library, open_stream
from interview_desktop.audio.errors import NoLoudspeakerError, SoundError, UnreadableSoundError
from interview_desktop.audio.opus_track import RATE_HZ
from interview_desktop.audio.peaks import Part, SessionPeaks, stored_peaks
from interview_desktop.audio.playback_run import PlaybackRun
from interview_desktop.audio.route import SHORTEST_LOOP_FRAMES, Route, Span, quiet_spans
from interview_desktop.audio.session_sound import SessionSound

logger = logging.getLogger(__name__)

SLOWEST, FASTEST = 0.75, 2.0
LATENCY_S = 0.03
# Sound begins when this much waits; the rest comes while it plays.
READY_FRAMES = RATE_HZ * 40 // 1000
TOP_UP_S = 0.1
# A paused player keeps the loudspeaker for this long: pressing Play again is then immediate.
IDLE_S = 10.0
# A loudspeaker that asks for nothing for so long was taken away.
STALLED_S = 2.0
_FRAMES_A_MS = RATE_HZ // 1000


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the person wants; replaced as a whole, under the player's lock."""

    number: int = 0  # of the last jump
    frame: int = 0  # where that jump leads
    playing: bool = False
    speed: float = 1.0
    skip_silence: bool = False
    loop: Span | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class _Cue:
    """A run and the jump it belongs to."""

    number: int
    run: PlaybackRun


@dataclass(frozen=True, slots=True)
class _Taken:
    """What the callback took last: `frame` reaches the speaker at `at_s` (monotonic)."""

    number: int
    frame: int
    count: int
    at_s: float


class Player:
    """One session's sound: parts one after the other, both sides mixed.

    Holds less than a megabyte however long the session is: files are read as they are played.
    `on_ready(error)` is called once from the player's thread when it knows the session, or with
    the error; `on_trouble(error)` from there when the loudspeaker fails, and it is paused then.

    Thread: everything returns at once and may be called from any thread. The player's own thread
    owns files, decoders and stream; the audio callback only copies what that thread has put
    ready. `close` lets the thread go, which then releases everything; `join` waits for that.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        on_ready: Callable[[SoundError | None], None],
        on_trouble: Callable[[SoundError], None] = lambda error: None,
    ) -> None:
        self._parts = tuple(parts)
        self._on_ready = on_ready
        self._on_trouble = on_trouble
        self._wake = threading.Condition()
        self._wish = _Wish()
        self._cue: _Cue | None = None
        self._taken: _Taken | None = None
        self._frames = 0
        self._cuts: tuple[Span, ...] = ()
        self._notes: tuple[str, ...] = ()
        # Owned by the player's thread.
        self._stream: Any = None
        self._opened_s = 0.0
        # Written by the callback: when the loudspeaker last asked for sound.
        self._asked_s = 0.0
        self._thread = threading.Thread(target=self._run, name="player", daemon=True)
        self._thread.start()

    @property
    def duration_ms(self) -> int:
        """Length of all parts; 0 until it is ready."""
        return self._frames // _FRAMES_A_MS

    @property
    def playing(self) -> bool:
        """Whether sound runs, or is about to."""
        return self._wish.playing

    @property
    def notes(self) -> tuple[str, ...]:
        """What of the session is missing, a sentence each; damage is added when it is met."""
        return self._notes

    def position_ms(self) -> int:
        """What is at the speaker now, its latency included; never past the end."""
        return self._heard(self._wish) // _FRAMES_A_MS

    def play(self) -> None:
        """Play from the position; from the beginning at the end."""
        with self._wake:
            wish = self._wish
            if wish.playing or wish.closed:
                return
            if self._frames and wish.frame >= self._frames:
                wish = self._jumped(wish, 0)
            self._tell(replace(wish, playing=True))

    def pause(self) -> None:
        """Stop and keep the position."""
        with self._wake:
            if self._wish.playing:
                # What the loudspeaker has not played yet comes again.
                wish = self._jumped(self._wish, self._heard(self._wish))
                self._tell(replace(wish, playing=False))

    def seek(self, ms: int) -> None:
        """Go to a position; what plays goes on there."""
        frame = max(0, ms * _FRAMES_A_MS)
        with self._wake:
            self._tell(self._jumped(self._wish, min(frame, self._frames or frame)))

    def set_speed(self, speed: float) -> None:
        """0.75 to 2 times, at the same pitch."""
        self._change(speed=max(SLOWEST, min(FASTEST, speed)))

    def set_skip_silence(self, skip: bool) -> None:
        """Leave out what both sides are silent in, as far as the peaks of it are known."""
        self._change(skip_silence=skip)

    def set_loop(self, start_ms: int, end_ms: int | None = None) -> None:
        """Repeat a passage, from 0.2 s on; `end_ms` None ends the repeating.

        From outside the passage it goes to its beginning.
        """
        if end_ms is None:
            self._change(loop=None)
            return
        start = max(0, start_ms) * _FRAMES_A_MS
        end = max(end_ms * _FRAMES_A_MS, start + SHORTEST_LOOP_FRAMES)
        self._change(loop=(start, end))

    def use_peaks(self, peaks: SessionPeaks) -> None:
        """Know from now on where silence is; those that are stored are known without this."""
        cuts = tuple(quiet_spans(peaks))
        with self._wake:
            if cuts == self._cuts:
                return
            self._cuts = cuts
        if self._wish.skip_silence:
            self._change()

    def close(self) -> None:
        """Silence, and release everything soon. Idempotent."""
        with self._wake:
            self._tell(replace(self._wish, playing=False, closed=True))

    def join(self, timeout_s: float) -> bool:
        """Wait until everything is released; False if that takes longer. Blocks."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # -- the wish (any thread) -----------------------------------------------------------------

    def _change(self, **values: Any) -> None:
        """Go on at the position in another way."""
        with self._wake:
            wish = replace(self._wish, **values)
            frame = self._heard(self._wish)
            loop = wish.loop
            if loop is not None and loop != self._wish.loop and not loop[0] <= frame < loop[1]:
                frame = min(loop[0], self._frames or loop[0])
            self._tell(self._jumped(wish, frame))

    @staticmethod
    def _jumped(wish: _Wish, frame: int) -> _Wish:
        return replace(wish, number=wish.number + 1, frame=frame)

    def _tell(self, wish: _Wish) -> None:
        """Under the lock."""
        self._wish = wish
        self._wake.notify_all()

    def _heard(self, wish: _Wish) -> int:
        """The frame of the session's line that is at the speaker."""
        cue, taken = self._cue, self._taken
        if cue is None or taken is None or not cue.number == taken.number == wish.number:
            return wish.frame
        since = (time.monotonic() - taken.at_s) * RATE_HZ
        return cue.run.place(taken.frame + min(since, taken.count))

    # -- the audio callback --------------------------------------------------------------------

    def _on_output(self, data: NDArray[np.int16], frames: int, when: Any, _status: Any) -> None:
        out, wish, cue = data[:, 0], self._wish, self._cue
        now_s = time.monotonic()
        self._asked_s = now_s
        if not wish.playing or cue is None or cue.number != wish.number:
            out.fill(0)
            return
        frame = cue.run.taken
        count = cue.run.take_into(out)
        # PortAudio gives no time in the first moments of a stream, and others never.
        told_s = when.outputBufferDacTime - when.currentTime if when is not None else 0.0
        ahead_s = max(told_s, 0.0) or LATENCY_S
        if count:
            self._taken = _Taken(cue.number, frame, count, now_s + ahead_s)

    # -- the player's thread -------------------------------------------------------------------

    def _run(self) -> None:
        try:
            sound = SessionSound(self._parts)
        except (UnreadableSoundError, OSError) as error:
            self.close()
            problem = UnreadableSoundError()
            problem.__cause__ = error
            self._on_ready(problem)
            return
        try:
            self._begin(sound, tuple(quiet_spans(stored_peaks(self._parts))))
            self._on_ready(None)
            # Without PortAudio the first Play says so.
            with contextlib.suppress(SoundError):
                load_library()
            while self._turn(sound):
                pass
        except Exception:
            logger.exception("The player failed")
            self.close()
            self._on_trouble(
                SoundError("The sound stopped on an error of the app.", "Open the session again.")
            )
        finally:
            sound.close()
            self._release()

    def _begin(self, sound: SessionSound, cuts: tuple[Span, ...]) -> None:
        self._notes = sound.notes
        with self._wake:
            self._cuts = self._cuts or cuts
            self._frames = sound.frames
            # It may have been sought before its length was known.
            self._wish = replace(self._wish, frame=min(self._wish.frame, sound.frames))

    def _turn(self, sound: SessionSound) -> bool:
        """Do what is wanted now, then wait; False when it is over."""
        wish = self._wish
        if wish.closed:
            return False
        cue = self._cue
        try:
            if cue is None or cue.number != wish.number:
                cue = _Cue(wish.number, self._new_run(sound, wish))
                self._fill(cue, READY_FRAMES)
                self._cue = cue
            if wish.playing and self._stream is None:
                self._open()
            if wish.playing:
                self._fill(cue, None)
        except OSError:
            self._fail(SoundError("The sound of this session could not be read any further."))
            return True
        except SoundError as error:
            self._fail(error)
            return True
        self._notes = sound.notes
        self._wait(wish, cue)
        return True

    def _new_run(self, sound: SessionSound, wish: _Wish) -> PlaybackRun:
        loop = wish.loop
        if loop is not None:
            loop = (loop[0], min(loop[1], sound.frames))
            if loop[1] - loop[0] < SHORTEST_LOOP_FRAMES:
                loop = None
        route = Route(sound.frames, loop, self._cuts if wish.skip_silence else ())
        return PlaybackRun(sound, route, wish.frame, wish.speed)

    def _fill(self, cue: _Cue, frames: int | None) -> None:
        """Put sound ready, until there is enough or the person wants something else."""
        while frames is None or len(cue.run) < frames:
            if self._wish.number != cue.number or self._wish.closed or not cue.run.fill():
                return

    def _wait(self, wish: _Wish, cue: _Cue) -> None:
        if wish.playing:
            self._watch(wish, cue)
        with self._wake:
            if self._wish is not wish:
                return
            if wish.playing:
                self._wake.wait(TOP_UP_S)
            elif self._stream is None:
                self._wake.wait()
            elif not self._wake.wait(IDLE_S):
                self._release()

    def _watch(self, wish: _Wish, cue: _Cue) -> None:
        """Notice the end, and a loudspeaker that is gone."""
        taken = cue.run.taken
        if cue.run.ended and (not taken or cue.run.place(taken) <= self._heard(wish)):
            with self._wake:
                if self._wish is wish:
                    self._tell(replace(self._jumped(wish, self._frames), playing=False))
        elif time.monotonic() - max(self._asked_s, self._opened_s) > STALLED_S:
            # The next turn opens what the system has now, or says that there is nothing.
            self._release()
            if self._asked_s < self._opened_s:
                self._fail(NoLoudspeakerError())

    def _open(self) -> None:
        self._opened_s = time.monotonic()
        self._stream = open_stream(
            "OutputStream", self._on_output, rate_hz=RATE_HZ, latency=LATENCY_S
        )

    def _release(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            close_stream(stream)

    def _fail(self, error: SoundError) -> None:
        """Pause, tell it, and try again only when the person wants something."""
        self._release()
        with self._wake:
            self.pause()
            wish = self._wish
        self._on_trouble(error)
        with self._wake:
            self._wake.wait_for(lambda: self._wish is not wish)
