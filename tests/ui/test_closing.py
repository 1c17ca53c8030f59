"""The window is closed in the middle of something: all ends in order, and nothing is left."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interview_desktop.audio.devices import open_streams
from interview_desktop.config import app_paths
from interview_desktop.desktop import Desktop
from interview_desktop.domain.call_events import CallState
from interview_desktop.domain.journal import read, told
from interview_desktop.runtime.journal import path_of
from interview_desktop.ui.theme import install
from tests.helpers.processes import descendants
from tests.helpers.session_sound import marked
from tests.helpers.whole_window import CARD, WholeWindow, words
from tests.helpers.window import has_button

pytestmark = [pytest.mark.pulse, pytest.mark.keyring]
# The call's own limit is longer; nothing of it should be needed.
CLOSE_LIMIT_MS = 15_000
# Larger than what a quick disk and a loopback bring at once.
LONG_S = 1500
LAST_WORDS = "the last words"
Moment = Callable[[WholeWindow], None]


def _preflight(app: WholeWindow) -> None:
    app.press(app.cases(), CARD)
    app.preflight()


def _asked_for(app: WholeWindow) -> None:
    app.desktop.settings.change(preflight_skip=True)
    app.press(app.cases(), CARD)
    app.room()


def _made(app: WholeWindow) -> None:
    _asked_for(app)
    app.until(lambda: app.desktop.room is not None and app.desktop.room.call is not None)


def _in(*states: CallState) -> Moment:
    def wait(app: WholeWindow) -> None:
        _made(app)
        room = app.room()
        app.until(lambda: room.state.call in states)

    return wait


def _live(app: WholeWindow) -> None:
    room = app.start()
    app.type(room.notes.edit, LAST_WORDS)


def _ending(app: WholeWindow) -> None:
    room = app.start()
    app.press(room, "End")
    app.press(room, "End interview")
    app.until(lambda: room.state.call is CallState.ENDING)


def _playing(app: WholeWindow) -> None:
    interview = app.new_interview()
    app.add_part(interview, candidate=marked(20), interviewer=marked(20))
    screen = app.session()
    review = screen.review
    assert review is not None
    app.until(lambda: has_button(review.view, "Play"))
    app.press(review.view, "Play")
    app.until(lambda: review.player is not None and review.player.position_ms() > 200)


MOMENTS: dict[str, Moment] = {
    "preflight": _preflight,
    "asked for": _asked_for,
    "made": _made,
    "connecting": _in(CallState.NEGOTIATING, CallState.CONNECTING),
    "live": _live,
    "ending": _ending,
    "playing": _playing,
}


@pytest.fixture
def opened(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[WholeWindow]:
    """The app; closed by the test itself."""
    install(qapp)
    desktop = Desktop(app_paths(tmp_path / "data"))
    desktop.window.show()
    qtbot.waitExposed(desktop.window)
    closed: list[bool] = []
    desktop.closed.connect(lambda: closed.append(True))
    yield WholeWindow(desktop, qtbot, tmp_path / "data")
    desktop.window.close()
    qtbot.waitUntil(lambda: bool(closed), timeout=25_000)
    desktop.window.deleteLater()


def _closed(app: WholeWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(app.desktop.closed, timeout=CLOSE_LIMIT_MS):
        app.desktop.window.close()
    assert not app.desktop.window.isVisible()


def _internet_sockets() -> set[str]:
    """The inodes of this process's TCP and UDP sockets."""
    mine = set()
    for one in Path("/proc/self/fd").iterdir():
        try:
            target = os.readlink(one)
        except OSError:
            continue
        if target.startswith("socket:["):
            mine.add(target[8:-1])
    known: set[str] = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        lines = Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        known |= {line.split()[9] for line in lines}
    return mine & known


def _left(before: set[int], threads: set[int | None], sockets: set[str]) -> list[str]:
    found = [f"process {one}" for one in set(descendants(os.getpid())) - before]
    # A thread of the sound system leaves a dummy for each of its callbacks' threads.
    found += [
        one.name
        for one in threading.enumerate()
        if one.ident not in threads and not isinstance(one, threading._DummyThread)
    ]
    found += [f"socket {one}" for one in _internet_sockets() - sockets]
    return [*found, f"{open_streams()} streams"] if open_streams() else found


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS.keys())
def test_closing_leaves_nothing_running_and_nothing_open(
    request: pytest.FixtureRequest, qtbot: QtBot, moment: Moment
) -> None:
    processes = set(descendants(os.getpid()))
    threads = {one.ident for one in threading.enumerate()}
    sockets = _internet_sockets()
    app: WholeWindow = request.getfixturevalue("opened")
    moment(app)
    _closed(app, qtbot)

    def nothing_left() -> None:
        assert _left(processes, threads, sockets) == []

    qtbot.waitUntil(nothing_left, timeout=CLOSE_LIMIT_MS)
    for part in app.recordings:
        assert not (part / "recording").exists()
    if moment in (_live, _ending):
        (part,) = app.recordings
        assert (part / "candidate.opus").stat().st_size > 0
        interview_id, journals = part.parent.name, app.data / "journals"
        # Written down here, whether or not the server has them as well.
        written = read(path_of(journals, interview_id).read_bytes())
        words_kept = told(written.records).notes
        assert words_kept == (LAST_WORDS if moment is _live else "")
    elif moment is not _playing:
        assert app.recordings == []


def test_closing_in_the_middle_of_a_download_keeps_nothing_half(
    opened: WholeWindow, qtbot: QtBot
) -> None:
    app = opened
    interview = app.new_interview()
    part = app.add_part(interview, candidate=marked(LONG_S), interviewer=marked(LONG_S))
    assert app.asked(app.workspace.sender.send())
    for track in part.iterdir():
        track.unlink()
    part.rmdir()
    screen = app.session()
    review = screen.review
    assert review is not None
    app.until(lambda: "Loading the sound" in words(review.view))
    _closed(app, qtbot)
    assert {one.suffix for one in (app.data / "cache").rglob("*") if one.is_file()} <= {".opus"}
