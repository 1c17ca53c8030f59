"""Ogg Opus read from any place, also from files that are cut off, damaged or odd."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desktop.audio.errors import UnreadableSoundError
from interview_desktop.audio.ogg_opus import page
from interview_desktop.audio.ogg_pages import HEADER, checksum
from interview_desktop.audio.opus_track import MAX_FRAMES, OpusTrack, packet_frames
from tests.helpers.session_sound import (
    marked,
    onset,
    pages_of,
    seconds_heard,
    write_track,
)

SECONDS = 6
RATE = 48_000


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_track(tmp_path_factory.mktemp("track") / "a.opus", marked(SECONDS))


def test_a_place_is_where_the_sound_lies(good: Path) -> None:
    with OpusTrack(good) as track:
        assert track.frames == SECONDS * RATE
        for second in (3, 0, 5, 1, 4):
            track.seek(second * RATE - 4800)
            sound = track.read(RATE // 2)
            assert seconds_heard(sound) == [second] or second == 0
            if second:
                assert abs(onset(sound) - 4800) < 240
        assert not track.damaged


@given(st.lists(st.integers(0, SECONDS * RATE + 5000), min_size=1, max_size=8))
def test_seeking_gives_what_reading_on_gives(good: Path, places: list[int]) -> None:
    with OpusTrack(good) as track:
        whole = track.read(SECONDS * RATE + 20_000).astype(np.float64)
        for place in places:
            track.seek(place)
            piece, wanted = track.read(9600).astype(np.float64), whole[place : place + 9600]
            assert len(piece) == 9600
            # The codec has another past at its beginning; at another place nothing would fit.
            rest = piece[: len(wanted)] - wanted
            # The second term is a millisecond of a tone: what rings on after its end. At every
            # place of this track the difference is less than half of what is allowed.
            assert np.dot(rest, rest) <= 0.25 * np.dot(wanted, wanted) + 2e9


def test_a_lost_page_is_silence_and_moves_nothing(good: Path, tmp_path: Path) -> None:
    pages, data = pages_of(good), bytearray(good.read_bytes())
    # The page that holds the third second's tone.
    lost = next(one for one in pages if one.granule > 2 * RATE + 9600)
    for path, change in (("byte", "damaged"), ("cut", "gone")):
        broken = bytearray(data)
        if change == "damaged":
            broken[lost.end - 20] ^= 0xFF
        else:
            del broken[lost.offset : lost.end]
        (tmp_path / path).write_bytes(broken)
        with OpusTrack(tmp_path / path) as track:
            assert seconds_heard(track.read(track.frames)) == [0, 1, 3, 4, 5]
            assert track.damaged
            track.seek(4 * RATE - 4800)
            assert abs(onset(track.read(RATE // 2)) - 4800) < 240


@pytest.mark.parametrize("cut", [1, 30, 500, 2000])
def test_what_is_left_of_a_truncated_track_plays(good: Path, tmp_path: Path, cut: int) -> None:
    (tmp_path / "a").write_bytes(good.read_bytes()[:-cut])
    with OpusTrack(tmp_path / "a") as track:
        assert (SECONDS - 3) * RATE < track.frames < SECONDS * RATE
        assert seconds_heard(track.read(track.frames))[:3] == [0, 1, 2]
        # After the end it is silent.
        assert not track.read(1000).any()


def test_packets_may_go_over_pages_and_comments_may_be_long(good: Path, tmp_path: Path) -> None:
    pages = pages_of(good)
    packets = [packet for one in pages[2:] for packet in one.pieces()]
    tags = b"OpusTags" + bytes(70_000)
    data = page(pages[0].pieces(), 0, 9, 0, 2)
    for flags, lacing, body in (
        (0, b"\xff" * 255, tags[: 255 * 255]),
        (1, *_rest_of(tags[255 * 255 :])),
    ):
        data += _page(flags, -1 if not flags else 0, lacing, body)
    granule, carried = 0, b""
    for start in range(0, len(packets), 10):
        group = packets[start : start + 10]
        granule += 960 * len(group)
        whole, last = group[:-1], group[-1]
        # Every page but the last ends in the middle of a packet's 255 bytes, where it is long.
        lacing, body = b"", b""
        for packet in [carried, *whole] if carried else whole:
            more = _rest_of(packet)
            lacing, body = lacing + more[0], body + more[1]
        flags, ends = int(bool(carried)), granule
        if len(last) >= 255:
            lacing, body, carried = lacing + b"\xff", body + last[:255], last[255:]
            ends -= 960
        else:
            more, carried = _rest_of(last), b""
            lacing, body = lacing + more[0], body + more[1]
        data += _page(flags, ends, lacing, body)
    (tmp_path / "a").write_bytes(data)
    with OpusTrack(tmp_path / "a") as track:
        assert seconds_heard(track.read(track.frames)) == list(range(SECONDS))
        for second in (4, 2):
            track.seek(second * RATE - 4800)
            assert abs(onset(track.read(RATE // 2)) - 4800) < 240
        assert not track.damaged


def _rest_of(packet: bytes) -> tuple[bytes, bytes]:
    full, rest = divmod(len(packet), 255)
    return b"\xff" * full + bytes([rest]), packet


def _page(flags: int, granule: int, lacing: bytes, body: bytes) -> bytes:
    head = HEADER.pack(b"OggS", 0, flags, granule, 9, 0, 0, len(lacing)) + lacing + body
    return head[:22] + struct.pack("<I", checksum(head)) + head[26:]


def test_a_stereo_track_of_another_program_plays(tmp_path: Path) -> None:
    left = marked(3, range(0, 3, 2))
    with av.open(str(tmp_path / "a.ogg"), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE, layout="stereo")
        for start in range(0, len(left), 960):
            both = np.repeat(left[start : start + 960], 2)[np.newaxis, :]
            frame = av.AudioFrame.from_ndarray(both, format="s16", layout="stereo")
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with OpusTrack(tmp_path / "a.ogg") as track:
        assert seconds_heard(track.read(track.frames)) == [0, 2]
        track.seek(2 * RATE - 4800)
        assert abs(onset(track.read(RATE // 2)) - 4800) < 240


@given(st.binary(max_size=400))
def test_no_bytes_at_all_bring_it_down(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.opus"
    path.write_bytes(data)
    with pytest.raises(UnreadableSoundError):
        OpusTrack(path)


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("byte"), st.floats(0, 1), st.integers(1, 255)),
        st.tuples(st.just("cut"), st.floats(0, 1), st.integers(1, 3000)),
        st.tuples(st.just("put"), st.floats(0, 1), st.integers(1, 3000)),
        st.tuples(st.just("granule"), st.floats(0, 1), st.integers(-(2**62), 2**62)),
    ),
    max_size=6,
)


@given(CHANGES, st.lists(st.integers(0, 2 * SECONDS * RATE), max_size=4))
def test_no_damage_brings_it_down(
    good: Path, changes: list[tuple[str, float, int]], places: list[int]
) -> None:
    data = bytearray(good.read_bytes())
    pages = pages_of(good)
    for kind, where, value in changes:
        at = min(int(where * len(data)), len(data) - 1)
        if kind == "byte":
            data[at] ^= value
        elif kind == "cut":
            del data[at : at + value]
        elif kind == "put":
            data[at:at] = b"OggS" + bytes(value)
        else:
            # A page that is whole and lies about its time.
            one = pages[int(where * (len(pages) - 1))]
            data[one.offset : one.end] = page(one.pieces(), value, one.serial, 0, one.flags)
        data = data or bytearray(b"x")
    path = good.with_name("broken.opus")
    path.write_bytes(data)
    try:
        track = OpusTrack(path)
    except UnreadableSoundError:
        return
    with track:
        assert 0 < track.frames <= MAX_FRAMES
        assert len(track.read(SECONDS * RATE)) == SECONDS * RATE
        for place in places:
            track.seek(place)
            assert len(track.read(5000)) == 5000


@given(st.binary(max_size=4))
def test_a_packets_length_is_never_more_than_opus_allows(packet: bytes) -> None:
    assert 0 <= packet_frames(packet) <= 5760


@given(st.binary(max_size=600))
def test_the_checksum_is_that_of_the_standard(data: bytes) -> None:
    # Source: RFC 3533, section 6: polynomial 0x04c11db7, nothing inverted, bit by bit.
    crc = 0
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = ((crc << 1) ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    assert checksum(data) == crc
