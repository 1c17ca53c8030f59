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
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interview_desktop.audio.file_sound import read_wav
from interview_desktop.config import app_paths
from interview_desktop.desktop import Desktop
from interview_desktop.domain.call_events import Presence
from interview_desktop.ui import theme
from interview_desktop.ui.views.review import ReviewView
from interview_desktop.ui.views.room import RoomView
from interview_desktop.ui.widgets.lines import Line
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


def _ask_again(
    desktop: Desktop, qtbot: QtBot, voices: dict[str, Path], folder: Path, until: Until
) -> None:
    """Interrupt the interviewer by voice, and hear the question once more to its end."""
    qtbot.mouseClick(button(desktop.home, CARD), LEFT)
    room = desktop.window.current
    assert isinstance(room, RoomView)

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
    """Thinking, a hint, and Done with every question; ends in Review."""
    window = desktop.window
    room = window.current
    assert isinstance(room, RoomView)
    qtbot.mouseClick(button(room, "Thinking"), LEFT)
    until(lambda: room.state.thinking)
    _picture(desktop, "room-thinking", folder)
    qtbot.mouseClick(button(room, "I am ready"), LEFT)
    until(lambda: not room.state.thinking)
    qtbot.mouseClick(button(room, "Hint"), LEFT)
    until(lambda: room.state.hints_used == 1)
    # What the case says of the client is told to whoever asks, in writing as well.
    fact = CASE.clarifications[0]
    qtbot.mouseClick(button(room, "Type instead"), LEFT)
    qtbot.keyClicks(room.talk.field.edit, f"{fact.asks[0].capitalize()}?")
    qtbot.keyClick(room.talk.field.edit, Qt.Key.Key_Return)
    until(lambda: any(line.text.startswith(fact.answer[:20]) for line in room.state.captions))
    _picture(desktop, "room-typed", folder)
    for number in (1, 2, 3, 4):
        until(lambda name=f"Done with question {number}": has_button(room, name))  # type: ignore[misc]
        if number == 2:
            until(lambda: room.case.exhibit_view is not None)
            _picture(desktop, "room-exhibit", folder)
        qtbot.mouseClick(button(room, f"Done with question {number}"), LEFT)
    until(lambda: isinstance(window.current, ReviewView))


def test_a_case_from_home_to_review(
    desktop: Desktop, qtbot: QtBot, tmp_path: Path, until: Until
) -> None:
    voices = {
        "interruption": say("sorry just a moment please", tmp_path / "a.wav", voice="slt"),
        "request": say("could you repeat the question", tmp_path / "b.wav", voice="slt"),
    }
    until(lambda: has_button(desktop.home, CARD))
    _picture(desktop, "home", tmp_path)
    with listening(LOUDSPEAKER) as first:
        _ask_again(desktop, qtbot, voices, tmp_path, until)
        _go_through(desktop, qtbot, tmp_path, until)
    review = desktop.window.current
    assert isinstance(review, ReviewView)
    until(lambda: bool(review.findChildren(Line)) and has_button(review, "Play"))
    mine = next(
        one
        for one in review.findChildren(Line)
        if one._caption.text == "could you repeat the question"
    )
    with listening(LOUDSPEAKER) as second:
        qtbot.mouseClick(mine, LEFT)
        until(lambda: desktop._player is not None and desktop._player.playing)
        assert desktop._player is not None
        assert desktop._player.position_ms() >= mine._caption.start_ms
        until(lambda: desktop._player.position_ms() > mine._caption.end_ms + 500)  # type: ignore[union-attr]
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


def test_without_a_microphone_the_room_says_so_and_trying_again_helps(
    desktop: Desktop,
    qtbot: QtBot,
    tmp_path: Path,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    until(lambda: has_button(desktop.home, CARD))
    with monkeypatch.context() as unplugged:
        unplugged.setenv("PULSE_SERVER", "unix:/nonexistent")
        qtbot.mouseClick(button(desktop.home, CARD), LEFT)
        room = desktop.window.current
        assert isinstance(room, RoomView)
        until(
            lambda: any(
                "No microphone could be opened." in one for one in room.talk.message_texts()
            )
        )
        until(lambda: has_button(room, "Try again"))
        _picture(desktop, "room-no-microphone", tmp_path)
    qtbot.mouseClick(button(room, "Try again"), LEFT)
    until(lambda: any("Welcome" in line.text for line in room.state.captions))
    assert room.talk.message_texts() == []
    assert not has_button(room, "Try again")
    qtbot.mouseClick(button(room, "End"), LEFT)
    qtbot.mouseClick(button(room, "End interview"), LEFT)
    until(lambda: isinstance(desktop.window.current, ReviewView))
    # The try without a microphone left nothing behind.
    assert len(list((tmp_path / "data" / "recordings").glob("*/*"))) == 1


@pytest.mark.usefixtures("no_keyring")
def test_without_a_keyring_home_says_so_and_goes_on_saying_it(
    desktop: Desktop, qtbot: QtBot, tmp_path: Path, until: Until
) -> None:
    until(lambda: has_button(desktop.home, CARD))
    assert "No system keyring" in desktop.home._note.text()
    _picture(desktop, "home-no-keyring", tmp_path)
    qtbot.mouseClick(button(desktop.home, CARD), LEFT)
    room = desktop.window.current
    assert isinstance(room, RoomView)
    until(lambda: any("Welcome" in line.text for line in room.state.captions))
    qtbot.mouseClick(button(room, "End"), LEFT)
    qtbot.mouseClick(button(room, "End interview"), LEFT)
    until(lambda: has_button(desktop.window, "Back"))
    qtbot.mouseClick(button(desktop.window, "Back"), LEFT)
    assert "No system keyring" in desktop.home._note.text()
