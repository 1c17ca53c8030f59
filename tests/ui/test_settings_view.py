"""Settings: every choice by mouse and keyboard, what is said of it, and the room for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from interview_desktop.domain.settings import Settings, read_settings
from interview_desktop.ui.gallery.preflight import LOUDSPEAKERS, MICROPHONES
from interview_desktop.ui.gallery.settings import ABOUT
from interview_desktop.ui.theme import theme
from interview_desktop.ui.views.settings import SettingsView
from interview_desktop.ui.widgets.combo import Combo
from interview_desktop.ui.widgets.switch import Switch
from tests.helpers.geometry import SIZES, faults, place, words_of
from tests.helpers.window import button

pytestmark = pytest.mark.usefixtures("look")
Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
Make = Callable[..., SettingsView]


@pytest.fixture
def made(qtbot: QtBot) -> Iterator[Make]:
    views: list[SettingsView] = []

    def make(settings: Settings | None = None, size: tuple[int, int] = (1280, 800)) -> SettingsView:
        view = SettingsView()
        views.append(view)
        qtbot.addWidget(view)
        view.show_settings(settings or Settings())
        view.show_devices(MICROPHONES, LOUDSPEAKERS)
        view.show_about(ABOUT)
        view.resize(*size)
        with qtbot.waitActive(view):
            view.show()
            view.activateWindow()
        QApplication.processEvents()
        return view

    yield make
    views.clear()


def combo(view: QWidget, name: str) -> Combo:
    found = button(view, name)
    assert isinstance(found, Combo)
    return found


@pytest.mark.parametrize(("width", "height", "scale"), SIZES)
def test_nothing_overlaps_or_is_cut_at_any_size(
    made: Make, width: int, height: int, scale: float
) -> None:
    theme.set_scale(scale)
    view = made(Settings(microphone="gone"), (width, height))
    view.unfold_licences()
    QApplication.processEvents()
    assert faults(view) == []


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("Dark", "appearance", "dark"),
        ("150\u00a0%", "text_size", 150),
        ("Off", "processing", "off"),
        ("Push-to-talk", "push_to_talk", True),
        ("Single-key shortcuts", "single_keys", False),
        ("Read captions to a screen reader", "announce_captions", False),
        ("Show the check before an interview", "preflight_skip", True),
    ],
)
def test_a_choice_is_told_with_the_value_of_its_setting(
    qtbot: QtBot, made: Make, words: str, field: str, value: object
) -> None:
    view = made()
    pressed = button(view, words)
    with qtbot.waitSignal(view.changed) as told:
        qtbot.mouseClick(pressed, LEFT, pos=pressed.rect().center())
    assert told.args == [field, value]
    kept = read_settings(json.dumps({"version": 1, field: value}).encode())
    assert not kept.damaged and getattr(kept.settings, field) == value


def test_showing_other_settings_is_not_choosing_them(qtbot: QtBot, made: Make) -> None:
    view = made()
    with qtbot.assertNotEmitted(view.changed):
        view.show_settings(
            Settings(
                "dark", 125, "m2", None, "off", push_to_talk=True, single_keys=False,
                announce_captions=False, preflight_skip=True,
            )
        )  # fmt: skip
    states = {switch.accessibleName(): switch.isChecked() for switch in view.findChildren(Switch)}
    assert states == {
        "Push-to-talk": True, "Single-key shortcuts": False,
        "Read captions to a screen reader": False, "Show the check before an interview": False,
    }  # fmt: skip
    assert combo(view, "Microphone").current() == "m2"
    assert "Always dark, whatever the system is." in words_of(view)


def test_each_way_of_processing_is_explained_at_once(qtbot: QtBot, made: Make) -> None:
    view = made()
    assert "Removed, unless the check found headphones." in words_of(view)
    qtbot.mouseClick(button(view, "On"), LEFT)
    assert "Always removed, with headphones too." in words_of(view)


def test_a_device_is_chosen_and_none_is_the_systems(qtbot: QtBot, made: Make) -> None:
    view = made()
    control = combo(view, "Microphone")
    menu = control.open()
    with qtbot.waitSignal(view.changed) as told:
        qtbot.keyClick(menu, Key.Key_Down)
        qtbot.keyClick(menu, Key.Key_Down)
        qtbot.keyClick(menu, Key.Key_Return)
    assert told.args == ["microphone", "m2"]
    view.show_settings(Settings(microphone="m2"))
    menu = control.open()
    with qtbot.waitSignal(view.changed) as told:
        qtbot.keyClick(menu, Key.Key_Up)
        qtbot.keyClick(menu, Key.Key_Up)
        qtbot.keyClick(menu, Key.Key_Return)
    assert told.args == ["microphone", None]


def test_an_unplugged_device_stays_the_choice(qtbot: QtBot, made: Make) -> None:
    view = made(Settings(loudspeaker="s2"))
    with qtbot.assertNotEmitted(view.changed):
        view.show_devices(MICROPHONES, LOUDSPEAKERS[:1])
    assert combo(view, "Loudspeaker").accessibleName() == (
        "Loudspeaker, Your device, not connected now"
    )
    view.show_devices(MICROPHONES, LOUDSPEAKERS)
    assert combo(view, "Loudspeaker").accessibleName() == "Loudspeaker, USB headset"


def test_the_keyboard_reaches_every_control_in_reading_order(qtbot: QtBot, made: Make) -> None:
    view = made()
    first = button(view, "System")
    first.setFocus()
    order: list[str] = []
    for _ in range(12):
        focus = view.window().focusWidget()
        assert focus is not None
        order.append(focus.accessibleName())
        qtbot.keyClick(focus, Key.Key_Tab)
    assert order == [
        "System", "100\u00a0%",
        "Microphone, Follow the system (Built-in microphone)",
        "Loudspeaker, Follow the system (Built-in loudspeakers)",
        "Auto", "Check now",
        "Push-to-talk", "Single-key shortcuts", "Read captions to a screen reader",
        "Show the check before an interview", "Open folder", "Show licences",
    ]  # fmt: skip


def test_what_has_the_focus_is_scrolled_into_view(qtbot: QtBot, made: Make) -> None:
    view = made(size=(1024, 640))
    button(view, "System").setFocus()
    for _ in range(11):
        focus = view.window().focusWidget()
        assert focus is not None
        qtbot.keyClick(focus, Key.Key_Tab)
    last = view.window().focusWidget()
    assert last is button(view, "Show licences")
    assert view.rect().contains(place(last, view))


def test_a_switch_is_a_check_box_that_says_its_state(qtbot: QtBot) -> None:
    switch = Switch("Push-to-talk")
    qtbot.addWidget(switch)
    switch.show()
    interface = QAccessible.queryAccessibleInterface(switch)
    assert interface.role() == QAccessible.Role.CheckBox
    assert interface.text(QAccessible.Text.Name) == "Push-to-talk"
    assert not interface.state().checked
    off = switch.grab().toImage()
    with qtbot.waitSignal(switch.toggled) as told:
        qtbot.keyClick(switch, Key.Key_Space)
    assert told.args == [True] and interface.state().checked
    # Told apart without colour too.
    on = switch.grab().toImage()
    grey = on.Format.Format_Grayscale8
    assert on.convertToFormat(grey) != off.convertToFormat(grey)
    assert switch.height() >= 28 and switch.width() >= 28


def test_the_small_line_is_the_controls_description(made: Make) -> None:
    view = made()
    assert button(view, "Push-to-talk").accessibleDescription() == (
        "The microphone is open only while you hold Space."
    )


def test_the_keys_are_listed_and_fade_with_their_switch(qtbot: QtBot, made: Make) -> None:
    view = made()
    keys = next(
        one for one in view.findChildren(QWidget) if one.accessibleName().startswith("T for")
    )
    assert keys.accessibleName() == (
        "T for Thinking, H for Hint, R for Repeat, M for Mute, D for Done, N for Notes"
    )
    assert keys.isEnabled()
    qtbot.mouseClick(button(view, "Single-key shortcuts"), LEFT)
    assert not keys.isEnabled()


def test_where_things_are_kept_and_what_is_built_in(qtbot: QtBot, made: Make) -> None:
    view = made()
    words = words_of(view)
    assert "Nothing leaves this laptop." in words and f"Version {ABOUT.version}" in words
    assert any(ABOUT.data_folder in one for one in words)
    assert not any("Open Font License" in one for one in words)
    with qtbot.waitSignal(view.open_data_folder):
        qtbot.mouseClick(button(view, "Open folder"), LEFT)
    with qtbot.waitSignal(view.check):
        qtbot.mouseClick(button(view, "Check now"), LEFT)
    qtbot.keyClick(button(view, "Show licences"), Key.Key_Space)
    assert any("Open Font License" in one for one in words_of(view))
    qtbot.keyClick(button(view, "Hide licences"), Key.Key_Space)
    assert not any("Open Font License" in one for one in words_of(view))


def test_text_of_another_size_reaches_the_page_that_stands(qtbot: QtBot, made: Make) -> None:
    view = made(size=(1280, 800))
    before = button(view, "Push-to-talk").height()
    theme.set_scale(1.5)
    switch = button(view, "Push-to-talk")
    qtbot.waitUntil(lambda: switch.height() == before * 1.5)
