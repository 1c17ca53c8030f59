"""Microphones that go, come and are chosen while the room stands, and what the check remembers."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from interview_desktop.ui.views.preflight import PreflightView
from interview_desktop.ui.views.room import RoomView
from tests.helpers.sound_system import Plug, pactl, second_microphone, tone
from tests.helpers.whole_window import CARD, WholeWindow
from tests.helpers.window import has_button

pytestmark = [pytest.mark.pulse, pytest.mark.keyring]
HEADSET = "USB headset"
TONE_HZ = 440.0
SKIP = "Skip the check on this device"


@pytest.fixture
def headset() -> Iterator[Plug]:
    with second_microphone(HEADSET) as plug:
        yield plug


def _choice(app: WholeWindow, room: RoomView, name: str) -> QAction:
    """The entry of the device menu, with the list as it is fetched when the menu is opened."""

    def found() -> list[QAction]:
        menus = [one for one in room.findChildren(QMenu) if one.isVisible()]
        return [one for menu in menus for one in menu.actions() if one.text().startswith(name)]

    app.press(room, "Microphone and loudspeaker")
    app.until(lambda: bool(found()))
    return found()[0]


def _close_menus(room: RoomView) -> None:
    for menu in room.findChildren(QMenu):
        menu.close()


def _in_use(app: WholeWindow) -> str:
    device = app.call.sound.in_use("microphone")
    return device.id if device is not None else ""


def test_a_microphone_that_is_pulled_out_is_told_in_the_room_until_it_is_back(
    app: WholeWindow, headset: Plug
) -> None:
    app.desktop.settings.change(microphone=headset.id)
    with tone(TONE_HZ):
        room = app.start()
        assert _in_use(app) == headset.id
        headset.unplug()
        app.until(lambda: _in_use(app) == "vmic")
        app.until(lambda: any("is gone. We go on with" in one for one in _told(room)))
        assert room.state.live
        headset.plug()
        app.until(lambda: _in_use(app) == headset.id)
        app.until(lambda: any("is back. We use it again." in one for one in _told(room)))
        assert not any("is gone" in one for one in _told(room))
        app.end(room)
    # It stays the choice.
    assert app.desktop.settings.value.microphone == headset.id


def _told(room: RoomView) -> list[str]:
    return [one for one in room.talk.message_texts() if one.startswith(HEADSET)]


def test_a_microphone_that_is_chosen_in_the_room_is_kept_for_the_next_call(
    app: WholeWindow, headset: Plug
) -> None:
    room = app.start()
    assert _in_use(app) == "vmic"
    _choice(app, room, HEADSET).trigger()
    _close_menus(room)
    app.until(lambda: _in_use(app) == headset.id)
    assert _choice(app, room, HEADSET).isChecked()
    _close_menus(room)
    app.end(room)
    kept = app.data / "settings.json"
    app.until(lambda: json.loads(kept.read_text())["microphone"] == headset.id)
    app.until(lambda: has_button(app.desktop.pages.home, "Resume at question 1"))
    app.press(app.desktop.pages.home, "Resume at question 1")
    again = app.room()
    app.until(lambda: again.state.live)
    assert _in_use(app) == headset.id
    app.end(again)


def test_the_check_comes_once_for_each_pair_of_devices(app: WholeWindow, headset: Plug) -> None:
    def press_the_case() -> None:
        app.press(app.cases(), CARD)
        app.until(lambda: isinstance(app.current, PreflightView | RoomView))

    def enter_and_leave() -> None:
        room = app.room()
        app.until(lambda: room.state.live)
        app.end(room)

    # A microphone that sends nothing would have to be put right first.
    with tone(TONE_HZ), tone(TONE_HZ, headset.sink):
        press_the_case()
        check = app.preflight()
        app.press(check, SKIP)
        enter_and_leave()
        # The same devices: straight to the room.
        press_the_case()
        assert not isinstance(app.current, PreflightView)
        enter_and_leave()
        # Another one of the system's brings the check back.
        pactl("set-default-source", headset.id)
        press_the_case()
        check = app.preflight()
        app.press(check, "Back")
        app.until(lambda: app.current is app.desktop.pages.home)
        pactl("set-default-source", "vmic")
        press_the_case()
        assert not isinstance(app.current, PreflightView)
        enter_and_leave()
    kept = json.loads((app.data / "settings.json").read_text())
    assert [one.split("|")[0] for one in kept["preflight_passed"]] == ["vmic"]
