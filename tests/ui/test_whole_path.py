"""The real window: Home, a case, the room, Review; with a voice in the virtual microphone.

`INTERVIEW_PICTURES=DIR` keeps the pictures of the screens.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from interview_desktop.audio.file_sound import read_wav
from interview_desktop.config import app_paths
from interview_desktop.desktop import Desktop
from interview_desktop.domain.call_events import Presence
from interview_desktop.ui import theme
from interview_desktop.ui.views.library import LibraryView
from interview_desktop.ui.views.preflight import PreflightView
from interview_desktop.ui.views.room import RoomView
from interview_desktop.ui.views.session import SessionView
from interview_desktop.ui.widgets.score import Score
from interview_desktop.ui.widgets.sidebar import Sidebar
from interview_desktop.ui.widgets.toast import Toast
from server.cases import load_case
from server.cases.speech import clip_path
from server.config import ASSETS
from tests.helpers.sound_system import LOUDSPEAKER, listening, spoken
from tests.helpers.speech import say, share_heard
from tests.helpers.window import button, has_button

pytestmark = [pytest.mark.pulse, pytest.mark.keyring]
PICTURES = os.environ.get("INTERVIEW_PICTURES")
Until = Callable[[Callable[[], bool]], None]
LEFT = Qt.MouseButton.LeftButton
CARD = "From the stockroom"
NOTES = "Market: size, growth, who buys"
WRONG_NUMBER = "6.48 million euros"
DIAGNOSIS = "That is the revenue."
CASE = load_case(ASSETS / "cases" / "market-entry-scanning-software.yaml")


@pytest.fixture
def no_keyring() -> Iterator[None]:
    """The backend that the keyring library itself picks where a system has none."""
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def desktop(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desktop]:
    theme.install(qapp)
    # Not handed to qtbot, which would delete the window before the app has closed in order.
    made = Desktop(app_paths(tmp_path / "data"))
    made.window.show()
    qtbot.waitExposed(made.window)
    yield made
    with qtbot.waitSignal(made.closed, timeout=25_000):
        made.window.close()
    made.window.deleteLater()


def _picture(desktop: Desktop, name: str, folder: Path) -> None:
    target = Path(PICTURES) if PICTURES else folder
    assert desktop.window.grab().save(str(target / f"{name}.png"))


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    """Wait for a condition while the window lives; 40 s at most."""
    return lambda condition: qtbot.waitUntil(condition, timeout=40_000)


def _card(desktop: Desktop, qtbot: QtBot, until: Until) -> None:
    """From Home to the library, and there the case."""
    until(lambda: bool(desktop.pages.cases))
    (sidebar,) = desktop.window.findChildren(Sidebar)
    qtbot.mouseClick(sidebar.item("cases"), LEFT)
    library = desktop.window.current
    assert isinstance(library, LibraryView)
    until(lambda: has_button(library, CARD))
    qtbot.mouseClick(button(library, CARD), LEFT)


def _room(desktop: Desktop, until: Until) -> RoomView:
    until(lambda: isinstance(desktop.window.current, RoomView))
    room = desktop.window.current
    assert isinstance(room, RoomView)
    return room


def _check(desktop: Desktop, qtbot: QtBot, voice: Path, folder: Path, until: Until) -> None:
    """The check hears the candidate; then the interview begins."""
    until(lambda: isinstance(desktop.window.current, PreflightView))
    check = desktop.window.current
    assert check is not None
    with spoken(voice) as speaking:
        until(lambda: "Checking…" not in _words(check))
        until(lambda: has_button(check, "Start interview"))
        until(lambda: speaking.poll() is not None)
    _picture(desktop, "preflight", folder)
    qtbot.mouseClick(button(check, "Start interview"), LEFT)


def _ask_again(
    desktop: Desktop, qtbot: QtBot, voices: dict[str, Path], folder: Path, until: Until
) -> None:
    """Interrupt the interviewer by voice, and hear the question once more to its end."""
    room = _room(desktop, until)

    def lines() -> list[str]:
        return [line.text for line in room.state.captions]

    until(lambda: any("Larkfield" in line for line in lines()))
    _picture(desktop, "room", folder)
    with spoken(voices["interruption"]) as speaking:
        until(lambda: room.state.presence is Presence.LISTENING)
        until(lambda: speaking.poll() is not None)
    until(lambda: room.state.presence is Presence.WAITING)
    with spoken(voices["request"]) as speaking:
        until(lambda: speaking.poll() is not None)
    until(lambda: "could you repeat the question" in lines())
    until(lambda: lines()[-1] == CASE.question(1).prompt)
    until(lambda: room.state.presence is Presence.WAITING)
    assert room.state.captions[0].interrupted


def _go_through(desktop: Desktop, qtbot: QtBot, folder: Path, until: Until) -> None:
    """Notes, Thinking, a hint, a number, and Done with every question; ends in the debrief."""
    window = desktop.window
    room = _room(desktop, until)
    qtbot.keyClicks(room.notes.edit, NOTES)
    qtbot.mouseClick(button(room, "Start thinking"), LEFT)
    until(lambda: room.state.thinking)
    _picture(desktop, "room-thinking", folder)
    qtbot.mouseClick(button(room, "I am ready"), LEFT)
    until(lambda: not room.state.thinking)
    qtbot.mouseClick(button(room, "Hint"), LEFT)
    until(lambda: room.state.hints_used == 1)
    # What the case says of the client is told to whoever asks, in writing as well.
    fact = CASE.clarifications[0]
    qtbot.mouseClick(button(room, "Type instead"), LEFT)
    _type(qtbot, room, f"{fact.asks[0].capitalize()}?")
    until(lambda: any(line.text.startswith(fact.answer[:20]) for line in room.state.captions))
    _picture(desktop, "room-typed", folder)
    for number in (1, 2, 3, 4):
        until(lambda name=f"Done with question {number}": has_button(room, name))  # type: ignore[misc]
        if number == 2:
            until(lambda: room.case.exhibit_view is not None)
            _picture(desktop, "room-exhibit", folder)
        if number == 3:
            _type(qtbot, room, WRONG_NUMBER)
            until(lambda: room.state.heard is not None)
            _picture(desktop, "room-number", folder)
            qtbot.mouseClick(button(room, "Right"), LEFT)
            until(lambda: room.state.heard is None)
        qtbot.mouseClick(button(room, f"Done with question {number}"), LEFT)
    until(lambda: isinstance(window.current, SessionView))


def _type(qtbot: QtBot, room: RoomView, words: str) -> None:
    qtbot.keyClicks(room.talk.field.edit, words)
    qtbot.keyClick(room.talk.field.edit, Qt.Key.Key_Return)


def _score_oneself(desktop: Desktop, qtbot: QtBot, folder: Path, until: Until) -> None:
    """The own scores come first, by the keyboard; then what was measured of the number."""
    screen = desktop.session_screen
    assert screen is not None
    view = screen.debrief
    assert view is not None
    until(lambda: bool(view.findChildren(Score)))
    _picture(desktop, "debrief", folder)
    assert DIAGNOSIS not in _words(view)
    for score in view.findChildren(Score):
        score.track.setFocus()
        qtbot.keyClick(score.track, Qt.Key.Key_3)
    until(lambda: has_button(view, "Save my scores"))
    qtbot.mouseClick(button(view, "Save my scores"), LEFT)
    until(lambda: DIAGNOSIS in _words(view))
    _picture(desktop, "debrief-saved", folder)


def _words(view: QWidget) -> str:
    return " ".join(one.text() for one in view.findChildren(QLabel))


def test_a_case_from_home_to_review(
    desktop: Desktop, qtbot: QtBot, tmp_path: Path, until: Until
) -> None:
    voices = {
        "check": say("one two three four five six seven eight nine ten", tmp_path / "c.wav"),
        "interruption": say("sorry just a moment please", tmp_path / "a.wav", voice="slt"),
        "request": say("could you repeat the question", tmp_path / "b.wav", voice="slt"),
    }
    until(lambda: has_button(desktop.pages.home, "Start with"))
    _picture(desktop, "home-first", tmp_path)
    _card(desktop, qtbot, until)
    _check(desktop, qtbot, voices["check"], tmp_path, until)
    with listening(LOUDSPEAKER) as first:
        _ask_again(desktop, qtbot, voices, tmp_path, until)
        _go_through(desktop, qtbot, tmp_path, until)
    _score_oneself(desktop, qtbot, tmp_path, until)
    screen = desktop.session_screen
    assert screen is not None
    screen.view.open("notes")
    until(lambda: screen.notes is not None and screen.notes.text() == NOTES)
    screen.view.open("review")
    review = screen.review
    assert review is not None
    lines = review.view.transcript
    until(lambda: bool(lines.all_lines()) and has_button(review.view, "Play"))
    row, mine = next(
        (row, one)
        for row, one in enumerate(lines.all_lines())
        if one.text == "could you repeat the question"
    )
    with listening(LOUDSPEAKER) as second:
        place = lines.lines.visualRect(lines.lines.model().index(row, 0))
        qtbot.mouseClick(lines.lines.viewport(), LEFT, pos=place.center())
        until(lambda: review.player is not None and review.player.playing)
        assert review.player is not None
        until(lambda: review.player.position_ms() >= mine.start_ms)  # type: ignore[union-attr]
        until(lambda: review.player.position_ms() > mine.end_ms + 500)  # type: ignore[union-attr]
        _picture(desktop, "review", tmp_path)
    # What the interviewer said came out of the loudspeaker, and what was said came back in Review.
    question = read_wav(clip_path(ASSETS / "speech", CASE.question(1).prompt))
    assert share_heard(first.sound(), question) > 0.8
    assert share_heard(second.sound(), read_wav(voices["request"])) > 0.6
    recordings = tmp_path / "data" / "recordings"
    (track,) = recordings.glob("*/*/candidate.opus")
    assert share_heard(read_wav(track), read_wav(voices["request"])) > 0.8
    (track,) = recordings.glob("*/*/interviewer.opus")
    assert share_heard(read_wav(track), question) > 0.8


def test_an_interview_that_was_stopped_goes_on_with_its_words_and_notes(
    desktop: Desktop, qtbot: QtBot, tmp_path: Path, until: Until
) -> None:
    desktop.settings.change(preflight_skip=True)
    _card(desktop, qtbot, until)
    room = _room(desktop, until)
    until(lambda: any("Larkfield" in line.text for line in room.state.captions))
    qtbot.keyClicks(room.notes.edit, NOTES)
    qtbot.mouseClick(button(room, "Done with question 1"), LEFT)
    until(lambda: has_button(room, "Done with question 2"))
    _end(desktop, qtbot, room, until)
    until(lambda: has_button(desktop.pages.home, "Resume at question 2"))
    qtbot.waitUntil(lambda: not desktop.pages.home.findChildren(Toast), timeout=10_000)
    _picture(desktop, "home", tmp_path)
    qtbot.mouseClick(button(desktop.pages.home, "Resume at question 2"), LEFT)
    again = _room(desktop, until)
    until(lambda: has_button(again, "Done with question 2"))
    assert any("Larkfield" in line.text for line in again.state.captions)
    assert again.notes.text() == NOTES
    _end(desktop, qtbot, again, until)
    # Two starts, two parts of one recording.
    assert len(list((tmp_path / "data" / "recordings").glob("*/*/candidate.opus"))) == 2


def _end(desktop: Desktop, qtbot: QtBot, room: RoomView, until: Until) -> None:
    qtbot.mouseClick(button(room, "End"), LEFT)
    qtbot.mouseClick(button(room, "End interview"), LEFT)
    until(lambda: desktop.window.current is desktop.pages.home)


def test_without_a_microphone_the_room_says_so_and_trying_again_helps(
    desktop: Desktop,
    qtbot: QtBot,
    tmp_path: Path,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desktop.settings.change(preflight_skip=True)
    until(lambda: bool(desktop.pages.cases))
    with monkeypatch.context() as unplugged:
        unplugged.setenv("PULSE_SERVER", "unix:/nonexistent")
        _card(desktop, qtbot, until)
        room = _room(desktop, until)
        until(
            lambda: any(
                "No microphone could be opened." in one for one in room.talk.message_texts()
            )
        )
        until(lambda: has_button(room, "Try again"))
        _picture(desktop, "room-no-microphone", tmp_path)
    qtbot.mouseClick(button(room, "Try again"), LEFT)
    until(lambda: any("Welcome" in line.text for line in room.state.captions))
    assert not any("No microphone" in one for one in room.talk.message_texts())
    assert not has_button(room, "Try again")
    _end(desktop, qtbot, room, until)
    # The try without a microphone left nothing behind.
    assert len(list((tmp_path / "data" / "recordings").glob("*/*"))) == 1


@pytest.mark.usefixtures("no_keyring")
def test_without_a_keyring_home_says_so_and_goes_on_saying_it(
    desktop: Desktop, qtbot: QtBot, tmp_path: Path, until: Until
) -> None:
    desktop.settings.change(preflight_skip=True)
    until(lambda: "No system keyring" in _words(desktop.pages.home))
    _picture(desktop, "home-no-keyring", tmp_path)
    _card(desktop, qtbot, until)
    room = _room(desktop, until)
    until(lambda: any("Welcome" in line.text for line in room.state.captions))
    _end(desktop, qtbot, room, until)
    assert "No system keyring" in _words(desktop.pages.home)
