"""The check before an interview: what the eye, the keyboard and a screen reader find."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from interview_desktop.domain.preflight import CHECK_KINDS, Check, CheckKind, running
from interview_desktop.ui.gallery.preflight import (
    CASE,
    LOUDSPEAKERS,
    MICROPHONES,
    PROBLEM,
    READY,
    RESUMED,
    RUNNING,
)
from interview_desktop.ui.theme import theme
from interview_desktop.ui.view_models.preflight import PreflightCase
from interview_desktop.ui.views import preflight as module
from interview_desktop.ui.views.preflight import PreflightView
from interview_desktop.ui.widgets.text import Text
from tests.helpers.geometry import SIZES, faults, place, words_of
from tests.helpers.window import button, has_button

pytestmark = pytest.mark.usefixtures("look")
Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
Make = Callable[..., PreflightView]


@pytest.fixture
def made(qtbot: QtBot) -> Iterator[Make]:
    views: list[PreflightView] = []

    def make(
        case: PreflightCase | None = CASE,
        checks: Mapping[CheckKind, Check] = READY,
        size: tuple[int, int] = (1280, 800),
    ) -> PreflightView:
        view = PreflightView()
        views.append(view)
        qtbot.addWidget(view)
        view.show_case(case)
        view.show_devices(MICROPHONES, LOUDSPEAKERS, None, None)
        view.show_checks(checks)
        view.resize(*size)
        with qtbot.waitActive(view):
            view.show()
            view.activateWindow()
        QApplication.processEvents()
        return view

    yield make
    views.clear()


def focused(view: QWidget) -> QWidget:
    widget = view.window().focusWidget()
    assert widget is not None
    return widget


@pytest.mark.parametrize(("width", "height", "scale"), SIZES)
@pytest.mark.parametrize("checks", [READY, PROBLEM, RUNNING], ids=["ready", "problem", "running"])
def test_nothing_overlaps_or_is_cut_at_any_size(
    made: Make, checks: Mapping[CheckKind, Check], width: int, height: int, scale: float
) -> None:
    theme.set_scale(scale)
    view = made(CASE, checks, (width, height))
    assert faults(view) == []


@pytest.mark.parametrize(("width", "height", "scale"), SIZES[:4])
@pytest.mark.parametrize("checks", [READY, PROBLEM], ids=["ready", "problem"])
def test_at_the_usual_text_size_all_of_it_is_seen_at_once(
    made: Make, checks: Mapping[CheckKind, Check], width: int, height: int, scale: float
) -> None:
    view = made(CASE, checks, (width, height))
    last = place(view.row("disk"), view)
    assert last.bottom() <= height
    assert place(button(view, "Start interview"), view).bottom() < height


def test_start_skip_back_and_what_a_row_offers_are_told(qtbot: QtBot, made: Make) -> None:
    view = made()
    for name, signal, arguments in (
        ("Start interview", view.start, []),
        ("Skip the check on this device", view.skip, []),
        ("Back", view.back, []),
        ("Play test sound", view.test_sound, []),
        ("Measure again, echo", view.again, ["echo"]),
    ):
        with qtbot.waitSignal(signal) as told:
            qtbot.mouseClick(button(view, name), LEFT)
        assert told.args == arguments
    assert not has_button(view, "Try again") and not has_button(view, "Start anyway")


def test_a_row_to_fix_holds_start_back_with_its_reason_and_a_way_round(
    qtbot: QtBot, made: Make
) -> None:
    view = made(CASE, PROBLEM)
    start = button(view, "Start interview")
    reason = "One thing to fix first: the microphone."
    assert not start.isEnabled() and start.accessibleDescription() == reason
    assert reason in words_of(view)
    assert not has_button(view, "Skip the check")
    with qtbot.waitSignal(view.start):
        qtbot.mouseClick(button(view, "Start anyway"), LEFT)
    with qtbot.waitSignal(view.again) as told:
        qtbot.mouseClick(button(view, "Check again, microphone"), LEFT)
    assert told.args == ["microphone"]
    view.show_checks(READY)
    assert button(view, "Start interview").isEnabled()
    assert reason not in words_of(view) and not has_button(view, "Start anyway")


def test_while_it_runs_the_interview_can_start(made: Make) -> None:
    view = made(CASE, {})
    assert button(view, "Start interview").isEnabled()
    assert has_button(view, "Skip the check on this device")
    assert words_of(view).count("Checking…") == 7


def test_a_check_by_itself_ends_with_done_and_nothing_holds_it_back(
    qtbot: QtBot, made: Make
) -> None:
    view = made(None, PROBLEM)
    assert "Microphone and loudspeaker" in words_of(view)
    assert not has_button(view, "Skip") and not has_button(view, "Start")
    with qtbot.waitSignal(view.back), qtbot.assertNotEmitted(view.start):
        qtbot.mouseClick(button(view, "Done"), LEFT)


def test_a_long_title_and_long_sentences_wrap(made: Make) -> None:
    case = PreflightCase("A title that does not end " * 4, "Growth, hard", "candidate-led", 40)
    name = "A microphone with an uncommonly long name, as some makers like to give them. " * 2
    view = made(
        case, PROBLEM | {"microphone": Check("microphone", "problem", name, name)}, (1024, 640)
    )
    for text in view.findChildren(Text):
        if text.isVisible():
            assert text.height() >= text.heightForWidth(text.width()), text.text()
            assert place(text, view).right() < 1024


def test_a_row_that_is_not_told_any_more_is_being_checked(made: Make) -> None:
    view = made()
    view.show_checks({})
    assert view.row("disk").check() == running("disk")


def test_a_resumed_interview_says_where_it_goes_on(made: Make) -> None:
    view = made(RESUMED)
    assert has_button(view, "Resume at question 3") and not has_button(view, "Start interview")


def test_the_second_line_counts(made: Make) -> None:
    view = made()
    assert "5 of 6 ready, 1 with advice" in words_of(view)
    view.show_checks(PROBLEM)
    assert "4 of 6 ready, 1 with advice, 1 to fix" in words_of(view)


def test_enter_starts_at_once_and_never_what_should_not_start(qtbot: QtBot, made: Make) -> None:
    view = made()
    with qtbot.waitSignal(view.start):
        qtbot.keyClick(focused(view), Key.Key_Return)
    view.show_checks(PROBLEM)
    assert focused(view) is button(view, "Check again, microphone")
    with qtbot.waitSignal(view.again), qtbot.assertNotEmitted(view.start):
        qtbot.keyClick(focused(view), Key.Key_Return)
    view.show_checks(PROBLEM | {"microphone": running("microphone")})
    assert focused(view) is button(view, "Check again, microphone")
    view.show_checks(READY)
    assert focused(view) is button(view, "Start interview")
    with qtbot.waitSignal(view.back):
        qtbot.keyClick(focused(view), Key.Key_Escape)


def test_the_focus_that_the_window_gives_to_its_page_goes_to_what_comes_next(made: Make) -> None:
    view = made()
    view.setFocus()
    assert focused(view) is button(view, "Start interview")
    view.show_checks(PROBLEM)
    view.setFocus()
    assert focused(view) is button(view, "Check again, microphone")


def test_an_enter_that_is_held_does_not_start(qtbot: QtBot, made: Make) -> None:
    view = made()
    held = QKeyEvent(
        QEvent.Type.KeyPress, Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True
    )
    with qtbot.assertNotEmitted(view.start):
        QApplication.sendEvent(focused(view), held)


def test_tab_goes_in_reading_order_through_everything(qtbot: QtBot, made: Make) -> None:
    view = made(CASE, PROBLEM)
    button(view, "Back").setFocus()
    order = []
    for _ in range(7):
        order.append(focused(view).accessibleName())
        qtbot.keyClick(focused(view), Key.Key_Tab)
    assert order == [
        "Back", "Start anyway", "Change microphone", "Check again, microphone",
        "Change loudspeaker", "Play test sound", "Measure again, echo",
    ]  # fmt: skip
    assert focused(view).accessibleName() == "Try again, network"


@pytest.mark.parametrize(
    ("kind", "choice", "expected"), [("microphone", 2, "m2"), ("loudspeaker", 2, "s2")]
)
def test_another_device_is_chosen_by_the_keyboard(
    qtbot: QtBot, made: Make, kind: CheckKind, choice: int, expected: str
) -> None:
    view = made()
    change = view.row(kind).change
    assert change is not None
    menu = change.open()
    assert menu.actions()[0].text().startswith("Follow the system (Built-in")
    assert [action.isChecked() for action in menu.actions()] == [True, False, False]
    signal = view.microphone if kind == "microphone" else view.loudspeaker
    with qtbot.waitSignal(signal) as told:
        for _ in range(choice):
            qtbot.keyClick(menu, Key.Key_Down)
        qtbot.keyClick(menu, Key.Key_Return)
    assert told.args == [expected]
    view.show_devices(MICROPHONES, LOUDSPEAKERS, "m2", "s2")
    assert change.accessibleDescription() == "USB headset"
    menu = change.open()
    with qtbot.waitSignal(signal) as told:
        qtbot.keyClick(menu, Key.Key_Up)
        qtbot.keyClick(menu, Key.Key_Up)
        qtbot.keyClick(menu, Key.Key_Return)
    assert told.args == [None]


def test_every_state_has_its_word_and_every_button_its_name(made: Make) -> None:
    view = made(CASE, PROBLEM)
    names = {
        one.accessibleName() for one in view.findChildren(QWidget) if one.isVisible()
    }  # fmt: skip
    assert {
        "Microphone, to fix", "Loudspeaker, ready", "Network, ready, with advice", "Disk, ready",
        "Microphone level, silent",
    } <= names  # fmt: skip
    buttons = [one for one in view.findChildren(QAbstractButton) if one.isVisible()]
    spoken = [QAccessible.queryAccessibleInterface(b).text(QAccessible.Text.Name) for b in buttons]
    assert all(spoken) and len(set(spoken)) == len(spoken)


def test_what_changed_is_announced_once(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(module, "announce", lambda _source, words, **_more: said.append(words))
    view = made(CASE, RUNNING)
    view.show_checks(RUNNING)
    assert said == []
    now = {**RUNNING, "echo": READY["echo"]}
    view.show_checks(now)
    view.show_checks(now)
    assert said == [
        "Echo, ready, with advice. Loudspeakers. Your own echo is removed. "
        "Headphones make a better recording."
    ]
    view.show_checks(READY)
    assert len(said) == 2 and said[1].endswith("5 of 6 ready, 1 with advice.")


class _Repaints(QObject):
    def __init__(self, widgets: list[QWidget]) -> None:
        super().__init__()
        self.seen: list[tuple[QWidget, QRect]] = []
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent) and isinstance(watched, QWidget):
            self.seen.append((watched, event.rect()))
        return False


def test_a_level_repaints_the_meter_and_no_more_than_its_ground(qtbot: QtBot, made: Make) -> None:
    view = made()
    meter = view.row("microphone").meter
    assert meter is not None
    QApplication.processEvents()
    watch = _Repaints([view, *view.findChildren(QWidget)])
    view.show_level(-20.0)
    qtbot.waitUntil(lambda: any(one is meter for one, _rect in watch.seen))
    area = place(meter, view)
    for widget, rect in watch.seen:
        at = rect.translated(widget.mapTo(view, QPoint(0, 0)))
        assert area.contains(at), widget
        assert not isinstance(widget, (Text, QAbstractButton))


def test_the_order_of_the_rows_is_the_order_of_the_checks(made: Make) -> None:
    view = made()
    tops = [place(view.row(kind), view).top() for kind in CHECK_KINDS]
    assert tops == sorted(tops)
