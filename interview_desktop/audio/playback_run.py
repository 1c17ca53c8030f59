"""Sound from one place on, ready to be taken by an audio callback, and where it lies."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

from interview_desktop.audio.ring import Ring
from interview_desktop.audio.route import Route, Span
from interview_desktop.audio.session_sound import SessionSound
from interview_desktop.audio.time_stretch import AHEAD_FRAMES, TimeStretch

BLOCK_FRAMES = 960
# 0.68 s, 64 kB: more than any hiccup of the interpreter, little enough to be made anew at a jump.
RING_FRAMES = 32_768
# The most that comes out of the time stretch at once, at 0.75 times.
ROOM_FRAMES = 8192
FADE_FRAMES = 240
_RISE: NDArray[np.float32] = np.linspace(0, 1, FADE_FRAMES, dtype=np.float32)


class PlaybackRun:
    """What is played since the last jump by the person: each jump begins a new run.

    Thread: `fill` on the player's thread, `take_into` in the audio callback, `place` and `ended`
    from anywhere.
    """

    def __init__(self, sound: SessionSound, route: Route, frame: int, speed: float) -> None:
        self._sound = sound
        self._route = route
        self._speed = speed
        self._stretch = TimeStretch(speed) if speed != 1.0 else None
        self._ahead = AHEAD_FRAMES if speed != 1.0 else 0
        self._ring = Ring(RING_FRAMES)
        self._span: Span | None = route.span(frame)
        self._rising = True
        self._done = False
        self._given = 0
        first = self._span[0] if self._span is not None else route.frames
        # (frames given so far, place on the line) of each jump, replaced as a whole.
        self._jumps: tuple[Span, ...] = ((0, first),)
        if self._span is not None:
            sound.seek(first)

    @property
    def ended(self) -> bool:
        """Whether everything was taken and nothing more comes."""
        return self._done and not len(self._ring)

    @property
    def taken(self) -> int:
        """Frames that the callback has taken."""
        return self._ring.taken

    def __len__(self) -> int:
        return len(self._ring)

    def place(self, taken: float) -> int:
        """Where on the session's line the frame lies that was taken as number `taken`."""
        given = max(0.0, taken) * self._speed
        given = given + self._ahead if given else given
        jumps = self._jumps
        index = max(0, bisect_right(jumps, given, key=lambda jump: jump[0]) - 1)
        start, line = jumps[index]
        return min(self._route.frames, line + max(0, round(given - start)))

    def take_into(self, out: NDArray[np.int16]) -> int:
        """Fill `out`, with silence at its end; returns the frames of sound. Wait-free."""
        count = self._ring.read_into(out)
        out[count:] = 0
        return count

    def fill(self) -> bool:
        """Put the next 20 ms in; False when there is no room or nothing more to come.

        Raises:
            OSError: the disk fails.
        """
        if self._done or self._ring.capacity - len(self._ring) < ROOM_FRAMES:
            return False
        if self._span is None:
            if self._stretch is not None:
                self._ring.write(self._stretch.finish())
            self._done = True
            return True
        start, end = self._span
        block = self._sound.read(min(BLOCK_FRAMES, end - start))
        if not len(block):
            self._span = None
            return True
        start += len(block)
        block = self._faded(block, last=start == end and end < self._route.frames)
        self._given += len(block)
        if start < end:
            self._span = (start, end)
        else:
            self._jump(end)
        self._ring.write(self._stretch.process(block) if self._stretch is not None else block)
        return True

    def _jump(self, end: int) -> None:
        self._span = self._route.span(end)
        if self._span is None or self._span[0] == end:
            return
        self._sound.seek(self._span[0])
        self._rising = True
        # Of the jumps that were heard long ago only the last one is needed.
        heard = self._ring.taken * self._speed - RING_FRAMES
        kept = max(0, bisect_right(self._jumps, heard, key=lambda jump: jump[0]) - 1)
        self._jumps = (*self._jumps[kept:], (self._given, self._span[0]))

    def _faded(self, block: NDArray[np.int16], *, last: bool) -> NDArray[np.int16]:
        """Without the click of a sudden begin or end."""
        if not (self._rising or last):
            return block
        loud = block.astype(np.float32)
        length = min(FADE_FRAMES, len(block))
        if self._rising:
            loud[:length] *= _RISE[:length]
        if last:
            loud[-length:] *= _RISE[:length][::-1]
        self._rising = False
        return loud.astype(np.int16)
