"""What a run gives to the loudspeaker, and where on the session's line it says that it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from interview_desktop.audio.errors import UnreadableSoundError
from interview_desktop.audio.peaks import Part, session_peaks
from interview_desktop.audio.playback_run import RING_FRAMES, PlaybackRun
from interview_desktop.audio.route import Route, quiet_spans
from interview_desktop.audio.session_sound import DAMAGED, SessionSound
from tests.helpers.session_sound import marked, onset, seconds_heard, write_track

RATE = 48_000
SECONDS = 8


@pytest.fixture
def session(tmp_path: Path) -> list[Part]:
    """Two parts: even seconds are the candidate's, odd ones the interviewer's."""
    parts: list[Part] = []
    sides = (marked(SECONDS, range(0, SECONDS, 2)), marked(SECONDS, range(1, SECONDS, 2)))
    for number in range(2):
        piece = slice(number * 4 * RATE, (number + 1) * 4 * RATE)
        one, two = (
            write_track(tmp_path / f"{side}{number}.opus", sound[piece])
            for side, sound in zip(("candidate", "interviewer"), sides, strict=True)
        )
        parts.append((one, two))
    return parts


def played(run: PlaybackRun, most: int = 30 * RATE) -> NDArray[np.int16]:
    """Everything the run gives, up to `most` frames."""
    pieces, block = [np.zeros(0, dtype=np.int16)], np.empty(480, dtype=np.int16)
    while not run.ended and run.taken < most:
        while run.fill():
            assert len(run) <= RING_FRAMES
        pieces.append(block[: run.take_into(block)].copy())
    return np.concatenate(pieces)


@pytest.mark.parametrize("speed", [0.75, 1.0, 1.25, 1.5, 2.0])
def test_the_place_is_true_and_the_pitch_stays(session: list[Part], speed: float) -> None:
    sound = SessionSound(session)
    route = Route(sound.frames)
    for second in (2, 5):
        run = PlaybackRun(sound, route, second * RATE - RATE // 2, speed)
        heard = played(run)
        assert seconds_heard(heard) == list(range(second, SECONDS))
        assert len(heard) == pytest.approx((SECONDS + 0.5 - second) * RATE / speed, abs=3000)
        after = 0
        for one in range(second, SECONDS):
            begin = onset(heard, after)
            # At twice the speed the overlapping windows of 43 ms smear a sudden onset further.
            assert abs(run.place(begin) - one * RATE) <= (20 if speed < 2 else 30) * 48
            after = begin + int(0.5 * RATE / speed)
        assert run.place(run.taken) == pytest.approx(sound.frames, abs=2000)
    sound.close()


def test_a_passage_is_repeated(session: list[Part]) -> None:
    sound = SessionSound(session)
    # From the first part into the second.
    route = Route(sound.frames, (3 * RATE - 4800, 5 * RATE - 4800))
    for speed in (1.0, 1.5):
        run = PlaybackRun(sound, route, 2 * RATE - 4800, speed)
        heard = played(run, most=int(7 * RATE / speed))
        assert seconds_heard(heard)[:7] == [2, 3, 4, 3, 4, 3, 4]
        places = [run.place(frame) for frame in range(run.taken - 20_000, run.taken, 100)]
        assert all(route.loop and route.loop[0] <= one <= route.loop[1] for one in places)
        assert len(run._jumps) <= 4
    sound.close()


def test_silence_is_left_out_and_the_place_stays_true(tmp_path: Path) -> None:
    parts: list[Part] = [(write_track(tmp_path / "a.opus", marked(9, range(0, 9, 4))), None)]
    sound = SessionSound(parts)
    cuts = quiet_spans(session_peaks(parts))
    assert len(cuts) == 2
    for speed in (1.0, 1.5):
        run = PlaybackRun(sound, Route(sound.frames, None, cuts), 0, speed)
        heard = played(run)
        assert seconds_heard(heard) == [0, 4, 8]
        assert len(heard) < 2.8 * RATE / speed
        after = 0
        for one in (0, 4, 8):
            begin = onset(heard, after)
            assert abs(run.place(begin) - one * RATE) <= 20 * 48
            after = begin + int(0.3 * RATE / speed)
    sound.close()


def test_one_side_alone_plays_and_the_other_is_named(session: list[Part], tmp_path: Path) -> None:
    (tmp_path / "none.opus").write_bytes(b"none")
    (first, _), (_, second) = session
    sound = SessionSound([(first, None), (tmp_path / "none.opus", second)])
    assert sound.frames == SECONDS * RATE
    assert seconds_heard(sound.read(sound.frames)) == [0, 2, 5, 7]
    assert sound.notes == (
        "The interviewer's side of part 1 could not be read. The other side plays.",
        "Your side of part 2 could not be read. The other side plays.",
    )
    sound.close()


def test_sides_of_different_length_play_to_the_longer_end(tmp_path: Path) -> None:
    one = write_track(tmp_path / "a.opus", marked(2))
    two = write_track(tmp_path / "b.opus", marked(6, range(2, 6)))
    nothing = write_track(tmp_path / "c.opus", marked(0))
    sound = SessionSound([(nothing, nothing), (one, two)])
    assert seconds_heard(sound.read(10 * RATE)) == list(range(6))
    assert sound.notes == (
        "The sound of part 1 could not be read.",
        "Your side of part 2 ends at 0:02. The other side plays on.",
    )
    sound.close()


def test_damage_is_told_when_it_is_met(session: list[Part]) -> None:
    track = session[0][0]
    assert track is not None
    data = bytearray(track.read_bytes())
    data[len(data) // 2] ^= 0xFF
    track.write_bytes(data)
    sound = SessionSound(session)
    assert DAMAGED not in sound.notes
    assert {1, 3, 4, 5, 6, 7} <= set(seconds_heard(sound.read(sound.frames)))
    assert sound.notes == (DAMAGED,)
    sound.close()


def test_a_session_without_sound_is_refused(tmp_path: Path) -> None:
    for parts in ([], [(None, None)], [(tmp_path / "a", tmp_path / "b")]):
        with pytest.raises(UnreadableSoundError):
            SessionSound(parts)
