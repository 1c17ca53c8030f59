"""Sessions on disk whose sound tells where it is: in each second a tone of its own pitch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interview_desktop.audio.ogg_opus import PACKETS_A_PAGE, OggOpusWriter, page
from interview_desktop.audio.ogg_pages import Page, PageReader
from interview_desktop.audio.peaks import HEADER, peaks_path, stored_levels

RATE_HZ = 48_000
TONE_S = 0.2
STEP_HZ = 50
FIRST_HZ = 400


def tone_hz(second: int) -> int:
    """The pitch of a second."""
    return FIRST_HZ + STEP_HZ * second


def marked(seconds: int, every: range | None = None) -> NDArray[np.int16]:
    """Silence with a tone of 0.2 s at the beginning of each second of `every`: int16, 48 kHz."""
    sound = np.zeros(seconds * RATE_HZ, dtype=np.int16)
    time_s = np.arange(int(TONE_S * RATE_HZ)) / RATE_HZ
    for second in every if every is not None else range(seconds):
        tone = 9000 * np.sin(2 * np.pi * tone_hz(second) * time_s)
        sound[second * RATE_HZ :][: len(tone)] = tone.astype(np.int16)
    return sound


def write_track(path: Path, sound: NDArray[np.int16]) -> Path:
    """An Ogg Opus file of `sound`."""
    writer = OggOpusWriter(path)
    writer.write(sound)
    writer.close()
    return path


def seconds_heard(sound: NDArray[np.int16]) -> list[int]:
    """The seconds whose tones are in `sound`, in the order in which they are heard."""
    size = 4800
    window = np.hanning(size)
    heard: list[int] = []
    for start in range(0, len(sound) - size + 1, size // 2):
        spectrum = np.abs(np.fft.rfft(sound[start : start + size] * window, 4 * size))
        loudest = int(np.argmax(spectrum))
        if spectrum[loudest] < 2e6:
            continue
        second = round((loudest * RATE_HZ / (4 * size) - FIRST_HZ) / STEP_HZ)
        if heard[-1:] != [second]:
            heard.append(second)
    return heard


def onset(sound: NDArray[np.int16], after: int = 0, loud: int = 3000) -> int:
    """The first frame from `after` on that is loud."""
    return after + int(np.argmax(np.abs(sound[after:].astype(np.int32)) > loud))


def pages_of(path: Path) -> list[Page]:
    """All whole pages of a file."""
    pages, offset = [], 0
    with path.open("rb") as file:
        reader = PageReader(file)
        while (found := reader.next_page(offset)) is not None:
            pages.append(found)
            offset = found.end
    return pages


def repeat_track(source: Path, target: Path, times: int) -> Path:
    """A long track of one that the recorder wrote, packet by packet; its peaks as well.

    The last packet, which only flushes the codec, is left out, so that each round is as long as
    what was recorded.
    """
    head, tags, *pages = pages_of(source)
    packets = [packet for one in pages for packet in one.pieces()][:-1] * times
    with target.open("wb") as file:
        for sequence, one in enumerate((head, tags)):
            file.write(page(one.pieces(), 0, one.serial, sequence, one.flags))
        for start in range(0, len(packets), PACKETS_A_PAGE):
            group = packets[start : start + PACKETS_A_PAGE]
            granule, number = 960 * (start + len(group)), 2 + start // PACKETS_A_PAGE
            file.write(page(group, granule, head.serial, number, 0))
    peaks_path(target).write_bytes(HEADER + stored_levels(source).tobytes() * times)
    return target
