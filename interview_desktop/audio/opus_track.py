"""One track of a recording, read from any place: what is damaged or missing is silence."""

from __future__ import annotations

import struct
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from numpy.typing import NDArray

from interview_desktop.audio.errors import UnreadableSoundError
from interview_desktop.audio.ogg_pages import MAX_PAGE_BYTES, Page, PageReader, last_page

RATE_HZ = 48_000
# Source: RFC 7845, section 4.6: decode 80 ms before the place that is wanted.
PRE_ROLL_FRAMES = 3840
# Source: RFC 6716, section 3.1: frame sizes by the table-of-contents byte, in 48 kHz frames.
_SILK_FRAMES = (480, 960, 1920, 2880)
_HYBRID_FRAMES = (480, 960)
_CELT_FRAMES = (120, 240, 480, 960)
_MAX_PACKET_FRAMES = 5760
# Granules of a damaged file may claim centuries; nobody records for longer than a day.
MAX_FRAMES = 24 * 3600 * RATE_HZ
_HEAD = struct.Struct("<8sBBHIhB")


def packet_frames(packet: bytes) -> int:
    """How long an Opus packet sounds, in frames of 48 kHz; 0 for what is none."""
    if not packet:
        return 0
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:
        one = _SILK_FRAMES[config & 3]
    elif config < 16:
        one = _HYBRID_FRAMES[config & 1]
    else:
        one = _CELT_FRAMES[config & 3]
    count = (1, 2, 2, packet[1] & 63 if len(packet) > 1 else 0)[code]
    frames = one * count
    return frames if frames <= _MAX_PACKET_FRAMES else 0


class OpusTrack:
    """An Ogg Opus file as 48 kHz mono, with a place that reading goes on from.

    Holds some 150 kB however long the recording is. Use it as a context, or close it.

    Thread: one at a time; blocks on the disk and for the decoding.

    Raises:
        UnreadableSoundError: it is no Ogg Opus file, or has no sound in it.
        OSError: it cannot be opened or read.
    """

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("rb")
        try:
            self._pages = PageReader(self._file)
            self._begin()
        except BaseException:
            self._file.close()
            raise

    @property
    def frames(self) -> int:
        """Length of the track."""
        return self._frames

    @property
    def damaged(self) -> bool:
        """Whether something was met so far that could not be read."""
        return self._damaged

    def close(self) -> None:
        """Close the file. Idempotent."""
        self._file.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def seek(self, frame: int) -> None:
        """Go on from `frame`."""
        self._position = max(0, frame)
        self._decode_from = self._position + self._pre_skip - PRE_ROLL_FRAMES
        before = self._page_before(self._decode_from)
        self._offset = before.end if before is not None else self._first_page
        self._expected = before.granule if before is not None else 0
        self._begun, self._waiting = b"", before is not None and before.unfinished
        self._packets.clear()
        self._sound = np.empty(0, dtype=np.int16)
        self._decoder = self._new_decoder()

    def read(self, count: int) -> NDArray[np.int16]:
        """The next `count` frames: int16, shape (count,); silence after the end and in gaps."""
        out, done = np.zeros(count, dtype=np.int16), 0
        while done < count and self._position < self._frames:
            if not len(self._sound) and not self._decode_next():
                break
            # Where the sound that waits lies, as seen from the place that is wanted.
            ahead = self._sound_at - self._pre_skip - self._position
            if ahead < 0:
                self._drop(min(-ahead, len(self._sound)))
                continue
            most = min(count - done, self._frames - self._position)
            silent = min(ahead, most)
            taken = min(most - silent, len(self._sound))
            done += silent
            out[done : done + taken] = self._sound[:taken]
            self._drop(taken)
            done += taken
            self._position += silent + taken
        self._position += count - done
        return out

    def _begin(self) -> None:
        first = self._pages.next_page(0)
        head = first.body if first is not None else b""
        if first is None or len(head) < _HEAD.size:
            raise UnreadableSoundError
        mark, version, channels, self._pre_skip, _, _, family = _HEAD.unpack_from(head)
        if mark != b"OpusHead" or version >> 4 or family or channels not in (1, 2):
            raise UnreadableSoundError
        self._serial, self._channels = first.serial, channels
        self._first_page = self._after_tags(first.end)
        self._frames = self._length()
        if not self._frames:
            raise UnreadableSoundError
        self._damaged = False
        self._packets: deque[tuple[int, bytes]] = deque()
        self._sound_at = 0
        self.seek(0)

    def _after_tags(self, offset: int) -> int:
        """Where sound begins; the comments may be long, missing or damaged."""
        page = self._pages.next_page(offset)
        if page is None or not page.body.startswith(b"OpusTags"):
            return offset
        while page.unfinished and (following := self._pages.next_page(page.end)) is not None:
            page = following
        return page.end

    def _length(self) -> int:
        """By the last whole page; the file is read from its end."""
        size, window = self._pages.size, 2 * MAX_PAGE_BYTES
        while True:
            self._file.seek(max(0, size - window))
            last = last_page(self._file.read(window))
            if last is not None or window >= size:
                granule = last.granule if last is not None else 0
                # A packet has a byte of length and one of content at least.
                possible = min(size * _MAX_PACKET_FRAMES // 2, MAX_FRAMES)
                length: int = max(0, min(granule - self._pre_skip, possible))
                return length
            window *= 8

    def _page_before(self, granule: int) -> Page | None:
        """The last page that ends at `granule` or before it."""
        low, high, best = self._first_page, self._pages.size, None
        while low < high:
            # Near the end page by page: halving would meet the same pages again.
            middle = (low + high) // 2 if high - low > MAX_PAGE_BYTES else low
            page = self._timed_page(middle, high)
            if page is not None and page.granule <= granule:
                best, low = page, page.end
            elif middle == low:
                break
            else:
                high = middle
        return best

    def _timed_page(self, offset: int, before: int) -> Page | None:
        """The first page of this track from `offset` on that tells its time."""
        while (page := self._pages.next_page(offset, before)) is not None:
            if page.serial == self._serial and page.granule >= 0:
                return page
            offset = page.end
        return None

    def _decode_next(self) -> bool:
        """Have sound in `_sound`; False at the end of the file."""
        while True:
            while self._packets:
                start, packet = self._packets.popleft()
                frames = packet_frames(packet)
                if start + frames <= self._decode_from:
                    continue
                self._sound, self._sound_at = self._decoded(packet, frames), start
                if len(self._sound):
                    return True
            page = self._pages.next_page(self._offset)
            if page is None:
                return False
            if page.offset != self._offset:
                self._damaged = True
                self._begun, self._waiting = b"", True
            self._offset = page.end
            if page.serial == self._serial:
                self._take(page)

    def _take(self, page: Page) -> None:
        """Put the page's packets on the time line."""
        pieces = page.pieces()
        if page.flags & 1:
            if pieces and self._waiting:
                # The packet's beginning lies before the place that was sought, or is lost.
                pieces.pop(0)
            elif pieces:
                pieces[0] = self._begun + pieces[0]
        self._begun = pieces.pop() if page.unfinished and pieces else b""
        self._waiting = page.unfinished and not self._begun
        total = sum(map(packet_frames, pieces))
        start = self._expected
        # The last page may end before its last packet does: it goes on where the others ended.
        if page.granule >= 0 and not page.flags & 4:
            start = max(0, page.granule - total)
            if start > self._expected:
                self._damaged = True
        elif page.granule >= 0 and page.granule > start + total:
            start, self._damaged = page.granule - total, True
        for packet in pieces:
            self._packets.append((start, packet))
            start += packet_frames(packet)
        self._expected = start

    def _decoded(self, packet: bytes, frames: int) -> NDArray[np.int16]:
        try:
            decoded = [
                frame.to_ndarray().reshape(-1, self._channels)
                for frame in self._decoder.decode(av.Packet(packet))
            ]
        except (av.FFmpegError, ValueError):
            self._damaged = True
            return np.zeros(frames, dtype=np.int16)
        if not decoded:
            return np.zeros(frames, dtype=np.int16)
        sound = np.concatenate(decoded).astype(np.int16, copy=False)[: frames or None]
        if self._channels == 1:
            return sound[:, 0]
        middle: NDArray[np.int16] = sound.mean(axis=1).astype(np.int16)
        return middle

    def _new_decoder(self) -> AudioCodecContext:
        decoder = AudioCodecContext.create("libopus", "r")
        # Without a pre-skip: the time line is kept here.
        decoder.extradata = _HEAD.pack(b"OpusHead", 1, self._channels, 0, RATE_HZ, 0, 0)
        decoder.sample_rate = RATE_HZ
        decoder.layout = "mono" if self._channels == 1 else "stereo"
        return decoder

    def _drop(self, count: int) -> None:
        self._sound = self._sound[count:]
        self._sound_at += count
