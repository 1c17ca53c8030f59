"""The player at a real loudspeaker: what is heard, and that nothing of it stays behind."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from interview_desktop.audio import devices, player
from interview_desktop.audio.errors import NoLoudspeakerError, SoundError
from interview_desktop.audio.peaks import Part, session_peaks
from interview_desktop.audio.player import Player
from tests.helpers.session_sound import marked, seconds_heard, write_track
from tests.helpers.sound_system import LOUDSPEAKER, Ear, listening

pytestmark = pytest.mark.pulse

SECONDS = 12
LIMIT_S = 30.0


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> list[Part]:
    folder = tmp_path_factory.mktemp("session")
    one = write_track(folder / "candidate.opus", marked(SECONDS, range(0, SECONDS, 2)))
    two = write_track(folder / "interviewer.opus", marked(SECONDS, range(1, SECONDS, 2)))
    return [(one, two)]


class Told:
    """What a player told."""

    def __init__(self) -> None:
        self.ready = threading.Event()
        self.errors: list[SoundError] = []

    def on_ready(self, error: SoundError | None) -> None:
        self.errors += [error] if error is not None else []
        self.ready.set()


@contextmanager
def opened(parts: list[Part]) -> Iterator[tuple[Player, Told]]:
    told = Told()
    made = Player(parts, told.on_ready, told.errors.append)
    try:
        assert told.ready.wait(LIMIT_S)
        yield made, told
    finally:
        made.close()
        assert made.join(LIMIT_S)


def until(condition: Callable[[], bool]) -> None:
    limit_s = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < limit_s
        time.sleep(0.005)


def heard(ear: Ear) -> list[int]:
    return seconds_heard(ear.sound())


def test_it_plays_from_where_it_is_sought_to_the_end(session: list[Part]) -> None:
    with opened(session) as (made, told), listening(LOUDSPEAKER) as ear:
        assert made.duration_ms == SECONDS * 1000
        made.seek(8900)
        assert (made.position_ms(), made.playing) == (8900, False)
        made.play()
        assert made.playing
        until(lambda: not made.playing)
        assert made.position_ms() == made.duration_ms
        until(lambda: heard(ear) == [9, 10, 11])
        # At the end Play begins again.
        made.play()
        assert made.position_ms() < 1000
        until(lambda: heard(ear) == [9, 10, 11, 0])
        assert told.errors == []


def test_pausing_keeps_the_place_and_seeking_while_it_plays_goes_on(session: list[Part]) -> None:
    with opened(session) as (made, _), listening(LOUDSPEAKER) as ear:
        made.play()
        until(lambda: made.position_ms() > 500)
        made.pause()
        place = made.position_ms()
        assert 500 < place < SECONDS * 1000
        made.seek(5900)
        made.play()
        until(lambda: made.position_ms() > 6400)
        made.seek(2900)
        assert made.playing
        until(lambda: made.position_ms() > 3400)
        assert made.position_ms() < 5000
        made.pause()
        paused = made.position_ms()
        until(lambda: heard(ear) == [0, 6, 3])
        assert made.position_ms() == paused


def test_it_loops_faster_and_without_silence(session: list[Part]) -> None:
    with opened(session) as (made, _), listening(LOUDSPEAKER) as ear:
        made.set_speed(2.0)
        made.set_loop(3900, 5400)
        assert made.position_ms() == 3900
        made.play()
        until(lambda: heard(ear)[:5] == [4, 5, 4, 5, 4])
        made.set_loop(0)
        made.set_speed(1.0)
        until(lambda: made.position_ms() > 6100)
        made.set_skip_silence(True)
        made.use_peaks(session_peaks(session))
        until(lambda: made.position_ms() > 8000)
        assert made.playing


def test_many_seeks_in_quick_succession_end_at_the_last(session: list[Part]) -> None:
    with opened(session) as (made, told), listening(LOUDSPEAKER) as ear:
        made.play()
        for place in range(200):
            made.seek(place * 53 % 11_000)
            made.set_speed(1.0 + place % 3 / 4)
        made.set_speed(1.0)
        made.seek(9900)
        until(lambda: not made.playing)
        assert heard(ear)[-2:] == [10, 11]
        assert told.errors == []


def _files() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_closing_at_any_moment_leaves_nothing(session: list[Part]) -> None:
    with opened(session) as (made, _):
        made.play()
        until(lambda: made.position_ms() > 0)
    files, streams = _files(), devices.open_streams()
    for wait_s in (0.0, 0.001, 0.005, 0.02, 0.1, 0.3):
        told = Told()
        made = Player(session, told.on_ready)
        made.play()
        told.ready.wait(wait_s)
        made.seek(3000)
        made.close()
        made.play()
        made.close()
        assert made.join(LIMIT_S)
        assert not made.playing
    assert devices.open_streams() == streams
    assert _files() == files
    assert "player" not in [one.name for one in threading.enumerate()]


def test_a_paused_player_gives_the_loudspeaker_back(
    session: list[Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "IDLE_S", 0.05)
    before = devices.open_streams()
    with opened(session) as (made, _), listening(LOUDSPEAKER) as ear:
        made.play()
        until(lambda: made.position_ms() > 300)
        assert devices.open_streams() == before + 1
        made.pause()
        until(lambda: devices.open_streams() == before)
        made.seek(5900)
        made.play()
        until(lambda: heard(ear) == [0, 6])


def test_a_loudspeaker_that_cannot_be_opened_is_told_and_trying_again_helps(
    session: list[Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise NoLoudspeakerError

    with opened(session) as (made, told):
        made.seek(5000)
        with monkeypatch.context() as refused:
            refused.setattr(player, "open_stream", refuse)
            made.play()
            until(lambda: bool(told.errors))
            assert isinstance(told.errors[0], NoLoudspeakerError)
            assert (made.playing, made.position_ms()) == (False, 5000)
        made.play()
        until(lambda: made.position_ms() > 5200)
        assert len(told.errors) == 1


def test_a_loudspeaker_that_stops_asking_is_opened_anew(
    session: list[Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "STALLED_S", 0.3)
    with opened(session) as (made, told):
        made.play()
        until(lambda: made.position_ms() > 300)
        first = made._stream
        first.stream.abort()
        until(lambda: made._stream not in (None, first))
        place = made.position_ms()
        until(lambda: made.position_ms() > place + 300)
        assert told.errors == []


def test_a_disk_that_fails_while_it_plays_is_told_once(
    session: list[Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with opened(session) as (made, told):
        made.play()
        until(lambda: made.position_ms() > 300)
        with monkeypatch.context() as broken:
            broken.setattr("interview_desktop.audio.ogg_pages.PageReader.next_page", fail)
            made.seek(6000)
            until(lambda: bool(told.errors))
            assert told.errors[0].what == "The sound of this session could not be read any further."
            assert not made.playing
        made.seek(2000)
        made.play()
        until(lambda: made.position_ms() > 2300)
        assert len(told.errors) == 1


def test_a_player_without_sound_says_so_and_plays_nothing(tmp_path: Path) -> None:
    with opened([(tmp_path / "a.opus", None)]) as (made, told):
        assert [one.sentence for one in told.errors] == [
            "The sound of this session could not be read."
        ]
        made.play()
        assert (made.playing, made.position_ms(), made.duration_ms) == (False, 0, 0)


def test_what_is_missing_is_noted(session: list[Part]) -> None:
    with opened([(session[0][0], None)]) as (made, _):
        assert made.notes == ("The interviewer's side could not be read. The other side plays.",)
        assert np.isclose(made.duration_ms, SECONDS * 1000)
