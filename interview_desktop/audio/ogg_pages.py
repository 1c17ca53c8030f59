"""Ogg pages found in any file, also one that was cut off or damaged: only whole pages count.

Source: RFC 3533.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

HEADER = struct.Struct("<4sBBqIIIB")
CONTINUED, BOS, EOS = 1, 2, 4
MAX_SEGMENTS = 255
# Source: RFC 3533, section 6: 27 bytes, 255 lacing values, 255 segments of 255 bytes.
MAX_PAGE_BYTES = HEADER.size + MAX_SEGMENTS + MAX_SEGMENTS * 255
_CHECKSUM_AT = 22
_MARK = b"OggS"
_READ_BYTES = 2 * MAX_PAGE_BYTES
_MIRRORED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))


def checksum(data: bytes) -> int:
    """Ogg's CRC of a page whose checksum field is zero.

    It is zlib's polynomial read the other way round and without inversions: mirroring the bits
    before and after lets zlib compute it, a thousand times quicker than Python would.
    """
    mirrored = zlib.crc32(data.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


@dataclass(frozen=True, slots=True)
class Page:
    """One whole page.

    Args:
        offset: of its first byte in the file.
        end: of the byte after its last one.
        granule: where its last finished packet ends; -1 if none ends on it.
        lacing: the lengths of the pieces of its packets.
        body: the packets' bytes.
    """

    offset: int
    end: int
    flags: int
    granule: int
    serial: int
    lacing: bytes
    body: bytes

    def pieces(self) -> list[bytes]:
        """The packets on this page; the first may be a packet's end, the last its beginning."""
        pieces, start, length = [], 0, 0
        for value in self.lacing:
            length += value
            if value < 255:
                pieces.append(self.body[start : start + length])
                start, length = start + length, 0
        if self.unfinished:
            pieces.append(self.body[start:])
        return pieces

    @property
    def unfinished(self) -> bool:
        """Whether the last packet goes on, on the next page."""
        return self.lacing[-1:] == b"\xff"


def page_in(data: bytes, at: int, offset: int = 0) -> Page | None:
    """The whole page at `data[at]`, or None; `offset` is where `data` begins in the file."""
    if at + HEADER.size > len(data) or not data.startswith(_MARK, at):
        return None
    _, version, flags, granule, serial, _, known, segments = HEADER.unpack_from(data, at)
    lacing = data[at + HEADER.size : at + HEADER.size + segments]
    body = at + HEADER.size + segments
    end = body + sum(lacing)
    if version != 0 or granule < -1 or end > len(data):
        return None
    blank = data[at : at + _CHECKSUM_AT] + bytes(4) + data[at + _CHECKSUM_AT + 4 : end]
    if checksum(blank) != known:
        return None
    return Page(offset + at, offset + end, flags, granule, serial, lacing, data[body:end])


def last_page(data: bytes) -> Page | None:
    """The last whole page of `data` on which a packet ends."""
    found = len(data)
    while (found := data.rfind(_MARK, 0, found)) >= 0:
        page = page_in(data, found)
        if page is not None and page.granule >= 0:
            return page
    return None


class PageReader:
    """Finds the next whole page from any place of a file; holds 130 kB of it.

    Thread: one at a time; blocks on the disk.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, 2)
        self._data = b""
        self._start = 0

    def next_page(self, offset: int, before: int | None = None) -> Page | None:
        """The first whole page that begins at `offset` or later, and before `before`.

        Raises:
            OSError: the disk fails.
        """
        limit = self.size if before is None else min(before, self.size)
        while offset < limit:
            self._hold(offset)
            found = self._data.find(_MARK, offset - self._start)
            if found < 0:
                # The mark itself may lie across the border.
                offset = max(offset + 1, self._start + len(self._data) - len(_MARK) + 1)
                continue
            offset = self._start + found
            if offset >= limit:
                return None
            self._hold(offset)
            page = page_in(self._data, offset - self._start, self._start)
            if page is not None:
                return page
            offset += 1
        return None

    def _hold(self, offset: int) -> None:
        """Have the largest possible page from `offset` on in memory, or all that there is."""
        wanted = min(offset + MAX_PAGE_BYTES, self.size)
        if self._start <= offset and wanted <= self._start + len(self._data):
            return
        self._file.seek(offset)
        self._data = self._file.read(_READ_BYTES)
        self._start = offset
        if len(self._data) < wanted - offset:
            # It has become shorter meanwhile.
            self.size = offset + len(self._data)
