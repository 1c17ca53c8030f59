"""Home, Cases and Sessions: their states, the way through them by keyboard, and long texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from interview_desktop.domain.interview import CaseCard as Card
from interview_desktop.domain.interview import Interview
from interview_desktop.ui.gallery.pages import CARDS, INTERVIEWS, NOW
from interview_desktop.ui.shell import Place, Shell
from interview_desktop.ui.theme import theme
from interview_desktop.ui.view_models.cases import case_items
from interview_desktop.ui.view_models.home import home_model
from interview_desktop.ui.view_models.sessions import session_items
from interview_desktop.ui.views.home import HomeView
from interview_desktop.ui.views.library import LibraryView
from interview_desktop.ui.views.sessions import AT_FIRST, MORE, SessionsView
from interview_desktop.ui.widgets.case_card import CaseCard
from interview_desktop.ui.widgets.chip import Chip
from interview_desktop.ui.widgets.combo import Combo
from interview_desktop.ui.widgets.message import Message
from interview_desktop.ui.widgets.page import Page
from interview_desktop.ui.widgets.row import Row
from interview_desktop.ui.widgets.segmented import Segmented
from interview_desktop.ui.widgets.text import Text
from tests.helpers.geometry import SIZES, at_every_size, faults, place, settle, words_of
from tests.helpers.window import button, has_button

pytestmark = pytest.mark.usefixtures("look")
Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
LONG = "A question of prices, of volumes and of what the buyers will bear in the end " * 4
HEBREW = "מהמחסן אל הלקוח: שוק חדש לחברה ותיקה"
ARABIC = "من المخزن إلى المستودع: سوق جديدة لشركة قديمة"
PROBLEM = "The local workspace does not answer. Everything you recorded is safe."
Show = Callable[..., Shell]


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Show]:
    """A page in the shell, as the window has it, with the focus."""
    kept: list[QWidget] = []

    def make(place_: Place, page: Page, size: tuple[int, int] = (1280, 800)) -> Shell:
        shell = Shell()
        kept.append(shell)
        qtbot.addWidget(shell)
        shell.show_place(place_, page)
        shell.resize(*size)
        with qtbot.waitActive(shell):
            shell.show()
            shell.activateWindow()
        page.setFocus()
        # Nothing is hovered unless a test says so.
        qtbot.mouseMove(shell, QPoint(2, size[1] - 2))
        settle()
        return shell

    yield make
    kept.clear()


def home(cards: Sequence[Card] = CARDS, interviews: Sequence[Interview] = INTERVIEWS) -> HomeView:
    view = HomeView()
    view.show_model(home_model(cards, interviews, NOW))
    return view


def library(
    cards: Sequence[Card] = CARDS, interviews: Sequence[Interview] = INTERVIEWS
) -> LibraryView:
    view = LibraryView()
    view.show_items(case_items(cards, interviews))
    return view


def sessions(
    interviews: Sequence[Interview] = INTERVIEWS, cards: Sequence[Card] = CARDS
) -> SessionsView:
    view = SessionsView()
    fill(view, interviews, cards)
    return view


def fill(
    view: SessionsView, interviews: Sequence[Interview], cards: Sequence[Card] = CARDS
) -> None:
    cases = {item.id: item for item in case_items(cards, interviews)}
    view.show_items(session_items(interviews, cases, NOW))


def seen(view: QWidget, kind: type[QAbstractButton]) -> list[str]:
    return [one.text() for one in view.findChildren(kind) if one.isVisible()]


def row(view: QWidget, title: str) -> Row:
    return next(one for one in view.findChildren(Row) if one.text() == title and one.isVisible())


def focus(view: QWidget) -> QWidget:
    widget = view.window().focusWidget()
    assert widget is not None
    return widget


def tab(qtbot: QtBot, view: QWidget, times: int = 1) -> QWidget:
    for _ in range(times):
        qtbot.keyClick(focus(view), Key.Key_Tab)
    return focus(view)


# -- states ------------------------------------------------------------------------------------


def test_the_first_run_leads_to_the_first_word(qtbot: QtBot, show: Show) -> None:
    view = home(interviews=[])
    show("home", view)
    assert "Say your first case out loud" in words_of(view)
    start = button(view, "Start with")
    with qtbot.waitSignal(view.start) as told:
        qtbot.mouseClick(start, LEFT)
    assert told.args == ["case-1"]
    with qtbot.waitSignal(view.cases):
        qtbot.mouseClick(button(view, "Choose another case"), LEFT)
    with qtbot.waitSignal(view.check):
        qtbot.mouseClick(button(view, "Check now"), LEFT)
    assert len(seen(view, CaseCard)) == 3
    with qtbot.waitSignal(view.start) as told:
        qtbot.mouseClick(view.findChildren(CaseCard)[2], LEFT)
    assert told.args is not None and told.args != ["case-1"]


def test_in_use_home_continues_opens_and_starts(qtbot: QtBot, show: Show) -> None:
    view = home()
    show("home", view)
    with qtbot.waitSignal(view.resume) as told:
        qtbot.mouseClick(button(view, "Resume at question 3"), LEFT)
    assert told.args == ["interview-1"]
    for name, signal in (
        ("All sessions", view.sessions), ("All cases", view.cases), ("Start a case", view.cases),
    ):  # fmt: skip
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button(view, name), LEFT)
    with qtbot.waitSignal(view.opened) as told:
        qtbot.mouseClick(row(view, "Forty clinics and a retiring founder"), LEFT)
    assert told.args == ["interview-4"]
    with qtbot.waitSignal(view.start) as told:
        qtbot.mouseClick(row(view, "More pupils for Quillmere"), LEFT)
    assert told.args == ["case-5"]


def test_what_did_not_change_is_not_made_again(show: Show) -> None:
    view = home()
    show("home", view)
    before = row(view, "More pupils for Quillmere")
    before.setFocus()
    view.show_model(home_model(CARDS, INTERVIEWS, NOW))
    settle()
    assert row(view, "More pupils for Quillmere") is before and before.hasFocus()


@pytest.mark.parametrize("page", [home, library, sessions])
def test_a_problem_stands_above_what_is_there_and_try_again_is_told(
    qtbot: QtBot, show: Show, page: Callable[[], Page]
) -> None:
    view = page()
    shell = show("home", view)
    before = [one for one in words_of(view) if one]
    view.show_error(PROBLEM)
    settle()
    assert PROBLEM in words_of(view)
    assert set(before) <= set(words_of(view)), "the content went away"
    assert faults(shell) == []
    again = button(view, "Try again")
    again.setFocus()
    with qtbot.waitSignal(view.retry):
        qtbot.keyClick(again, Key.Key_Space)
    view.show_loading()
    # Its button is gone, the focus is not.
    assert not has_button(view, "Try again")
    assert shell.focusWidget() is view
    view.show_content()
    settle()
    assert PROBLEM not in words_of(view)
    assert [one for one in words_of(view) if one] == before


@pytest.mark.parametrize("page", [HomeView, LibraryView, SessionsView])
def test_loading_says_nothing_at_first_and_then_that_it_loads(
    qtbot: QtBot, show: Show, page: type[Page]
) -> None:
    view = page()
    show("home", view)
    view.show_loading()
    settle()
    assert "Loading…" not in words_of(view)
    qtbot.waitUntil(lambda: "Loading…" in words_of(view))
    view.show_content()
    assert "Loading…" not in words_of(view)


def test_what_arrives_at_once_never_says_that_it_loads(qtbot: QtBot, show: Show) -> None:
    view = library()
    show("cases", view)
    view.show_loading()
    view.show_content()
    view.show_loading()
    qtbot.wait(300)
    assert "Loading…" not in words_of(view)


def test_an_error_takes_the_place_of_loading(qtbot: QtBot, show: Show) -> None:
    view = SessionsView()
    show("sessions", view)
    view.show_loading()
    view.show_error(PROBLEM)
    qtbot.wait(300)
    assert "Loading…" not in words_of(view) and PROBLEM in words_of(view)


@pytest.mark.parametrize("page", [home, library, sessions])
def test_without_a_message_no_space_is_kept_for_one(show: Show, page: Callable[[], Page]) -> None:
    view = page()
    show("home", view)
    content = place(view.content, view).top()
    view.show_error(PROBLEM)
    settle()
    message = view.findChild(Message)
    assert message is not None
    assert place(view.content, view).top() - content == message.height() + 16
    assert place(message, view).top() == content - view.head_gap[0] + 16


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_a_message_of_one_line_stands_in_the_middle_of_its_action(show: Show, scale: float) -> None:
    theme.set_scale(scale)
    view = home()
    show("home", view, (1920, 1080))
    view.show_error("One line.")
    settle()
    message = view.findChild(Message)
    assert message is not None
    text = message.findChild(Text)
    assert text is not None
    middle = message.height() / 2
    for part in (text, message.action()):
        assert abs(place(part, message).y() + part.height() / 2 - middle) <= 0.5, part


# -- cases -------------------------------------------------------------------------------------


def test_the_search_answers_as_you_type(qtbot: QtBot, show: Show) -> None:
    view = library()
    show("cases", view)
    assert len(seen(view, CaseCard)) == 6
    qtbot.keyClick(view, Key.Key_Slash)
    assert isinstance(focus(view), QLineEdit)
    qtbot.keyClicks(focus(view), "clin")
    assert seen(view, CaseCard) == ["Forty clinics and a retiring founder"]
    qtbot.keyClicks(focus(view), "ic")
    assert seen(view, CaseCard) == ["Forty clinics and a retiring founder"]
    # A slash in the field is a letter.
    qtbot.keyClick(focus(view), Key.Key_Slash)
    field = focus(view)
    assert isinstance(field, QLineEdit) and field.text() == "clinic/"


def test_escape_clears_the_search_and_then_leaves_it(qtbot: QtBot, show: Show) -> None:
    view = library()
    show("cases", view)
    qtbot.keyClick(view, Key.Key_Slash)
    qtbot.keyClicks(focus(view), "tariff")
    field = focus(view)
    qtbot.keyClick(field, Key.Key_Escape)
    assert field.hasFocus() and len(seen(view, CaseCard)) == 6
    qtbot.keyClick(field, Key.Key_Escape)
    assert focus(view) is view
    qtbot.keyClick(view, Key.Key_Slash)
    assert field.hasFocus()


def test_nothing_found_says_so_and_clears_every_filter(qtbot: QtBot, show: Show) -> None:
    view = library()
    shell = show("cases", view)
    qtbot.mouseClick(next(c for c in view.findChildren(Chip) if c.text() == "Merger 1"), LEFT)
    view.search("tariff")
    settle()
    assert "No case matches ‘tariff’" in words_of(view)
    assert seen(view, CaseCard) == [] and faults(shell) == []
    qtbot.mouseClick(button(view, "Clear the search"), LEFT)
    settle()
    assert len(seen(view, CaseCard)) == 6
    assert isinstance(focus(view), QLineEdit)
    assert [chip.text() for chip in view.findChildren(Chip) if chip.isChecked() and
            chip.isVisible()] == ["All 6"]  # fmt: skip


def test_the_filters_are_used_by_keyboard(qtbot: QtBot, show: Show) -> None:
    view = library()
    show("cases", view)
    qtbot.keyClick(view, Key.Key_Slash)
    level = view.findChild(Segmented)
    style = view.findChild(Combo)
    assert level is not None and style is not None
    assert tab(qtbot, view) is level.segment("")
    qtbot.keyClick(focus(view), Key.Key_Right)
    assert seen(view, CaseCard) == ["Busy shops, missing profit", "Twelve euros at the Tidewall"]
    assert tab(qtbot, view) is style
    chip = tab(qtbot, view, 2)
    assert isinstance(chip, Chip) and chip.text().startswith("Market entry")
    chip = tab(qtbot, view, 3)
    assert isinstance(chip, Chip) and chip.text() == "Pricing 1"
    qtbot.keyClick(chip, Key.Key_Space)
    assert seen(view, CaseCard) == ["Twelve euros at the Tidewall"]
    # Past the two chips that follow.
    assert isinstance(tab(qtbot, view, 2), Chip)
    card = tab(qtbot, view)
    assert isinstance(card, CaseCard)
    with qtbot.waitSignal(view.start) as told:
        qtbot.keyClick(card, Key.Key_Space)
    assert told.args == ["case-3"]


def test_one_chip_at_a_time_and_all_takes_it_back(qtbot: QtBot, show: Show) -> None:
    view = library()
    show("cases", view)
    chips = {chip.text(): chip for chip in view.findChildren(Chip)}
    for name in ("Merger 1", "Pricing 1", "Pricing 1"):
        qtbot.mouseClick(chips[name], LEFT)
        assert [one for one, chip in chips.items() if chip.isChecked()] == [name]
    assert seen(view, CaseCard) == ["Twelve euros at the Tidewall"]
    qtbot.mouseClick(chips["All 6"], LEFT)
    assert len(seen(view, CaseCard)) == 6


def test_the_search_stays_when_the_list_comes_again(show: Show) -> None:
    view = library()
    show("cases", view)
    view.search("price")
    before = [one for one in view.findChildren(CaseCard) if one.isVisible()]
    before[0].setFocus()
    view.show_items(case_items(CARDS, INTERVIEWS))
    assert seen(view, CaseCard) == [
        "Forty clinics and a retiring founder",
        "Twelve euros at the Tidewall",
    ]
    # The same list again is not made again: the focus stays on the card.
    assert before[0].isVisible() and before[0].hasFocus()


def test_the_focus_is_not_lost_with_the_columns_or_with_its_card(show: Show) -> None:
    view = library()
    shell = show("cases", view)
    cards = {one.text(): one for one in view.findChildren(CaseCard) if one.isVisible()}
    cards["Forty clinics and a retiring founder"].setFocus()
    shell.resize(1024, 640)
    settle()
    assert focus(view) is cards["Forty clinics and a retiring founder"], (
        "two columns: the same cards"
    )
    view.search("price")
    assert focus(view) is cards["Forty clinics and a retiring founder"]
    view.search("prices")
    assert focus(view) is cards["Twelve euros at the Tidewall"], "the one that stands there now"
    view.search("tariff")
    assert focus(view) is view


def test_new_cards_are_reached_in_reading_order(qtbot: QtBot, show: Show) -> None:
    view = library()
    show("cases", view)
    view.search("price")
    view.search("")
    view.findChildren(Chip)[-1].setFocus()
    reached = [tab(qtbot, view) for _ in CARDS]
    assert [one.text() for one in reached if isinstance(one, CaseCard)] == [
        card.title for card in CARDS
    ]


# -- sessions ----------------------------------------------------------------------------------


def test_without_sessions_the_page_leads_on(qtbot: QtBot, show: Show) -> None:
    view = sessions([])
    show("sessions", view)
    assert "No sessions yet" in words_of(view)
    with qtbot.waitSignal(view.start):
        qtbot.mouseClick(button(view, "Start a case"), LEFT)
    fill(view, INTERVIEWS)
    settle()
    assert "No sessions yet" not in words_of(view) and len(seen(view, Row)) == 5


def test_a_row_opens_and_its_action_resumes_under_the_mouse(qtbot: QtBot, show: Show) -> None:
    view = sessions()
    show("sessions", view)
    stopped = row(view, "From the stockroom to the warehouse")
    with qtbot.waitSignal(view.opened) as told:
        qtbot.mouseClick(stopped, LEFT, pos=QPoint(40, 20))
    assert told.args == ["interview-1"]
    other = row(view, "Forty clinics and a retiring founder")
    other.setFocus()
    assert not has_button(view, "Resume")
    qtbot.mouseMove(stopped, QPoint(60, 20))
    qtbot.waitUntil(lambda: has_button(view, "Resume at question 3"))
    with qtbot.waitSignal(view.resumed) as told:
        qtbot.mouseClick(button(view, "Resume at question 3"), LEFT)
    assert told.args == ["interview-1"]


def test_the_keyboard_gets_the_action_on_focus(qtbot: QtBot, show: Show) -> None:
    view = sessions()
    show("sessions", view)
    stopped = tab(qtbot, view)
    assert stopped is row(view, "From the stockroom to the warehouse")
    with qtbot.waitSignal(view.opened):
        qtbot.keyClick(stopped, Key.Key_Space)
    action = tab(qtbot, view)
    assert action is button(view, "Resume at question 3")
    with qtbot.waitSignal(view.resumed) as told:
        qtbot.keyClick(action, Key.Key_Space)
    assert told.args == ["interview-1"]
    assert isinstance(tab(qtbot, view), Row)
    assert not has_button(view, "Resume at question 3")


def many(count: int) -> list[Interview]:
    return [
        replace(
            INTERVIEWS[1],
            id=f"many-{number}",
            started_at=(NOW - timedelta(hours=number)).isoformat(),
        )
        for number in range(count)
    ]


def test_thousands_of_sessions_come_in_parts(qtbot: QtBot, show: Show) -> None:
    view = sessions(many(5000))
    shell = show("sessions", view)
    assert len(seen(view, Row)) == AT_FIRST
    more = button(view, "Show 60 more")
    more.setFocus()
    qtbot.keyClick(more, Key.Key_Space)
    settle()
    rows = [one for one in view.findChildren(Row) if one.isVisible()]
    assert len(rows) == AT_FIRST + MORE
    assert focus(view) is rows[AT_FIRST], "reading goes on at the first new row"
    assert faults(shell) == []
    fill(view, many(AT_FIRST + MORE))
    assert not has_button(view, "Show")


def test_rows_that_did_not_change_stay_and_the_focus_with_them(show: Show) -> None:
    view = sessions()
    show("sessions", view)
    rows = [one for one in view.findChildren(Row) if one.isVisible()]
    rows[3].setFocus()
    fill(view, INTERVIEWS)
    assert rows[3].isVisible() and rows[3].hasFocus()
    fill(view, INTERVIEWS[:3])
    settle()
    assert seen(view, Row)[-1] == "Forty clinics and a retiring founder"
    assert focus(view) is rows[2], "its row is gone: the one that stands there now"
    fill(view, [])
    settle()
    assert focus(view) is view


# -- texts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title", [LONG[:300], HEBREW, ARABIC, "W" * 300], ids=["long", "he", "ar", "w"]
)
def test_no_title_breaks_a_page(show: Show, title: str) -> None:
    cards = [replace(card, title=title, summary=title, industry=title[:60]) for card in CARDS]
    found: list[str] = []
    for name, page in (
        ("home", home(cards)), ("first", home(cards, [])), ("cases", library(cards)),
        ("sessions", sessions(cards=cards)),
    ):  # fmt: skip
        shell = show("home", page)
        page.show_error(title)
        at_every_size(
            shell,
            lambda shell=shell, name=name: found.extend(  # type: ignore[misc]
                f"{name} {shell.width()} {theme.scale}: {one}" for one in faults(shell)
            ),
            [SIZES[0], SIZES[2], SIZES[-1]],
        )
        theme.set_scale(1.0)
    assert found == []


def test_a_long_title_is_whole_for_a_screen_reader(show: Show) -> None:
    cards = [replace(card, title=LONG[:300]) for card in CARDS]
    view = home(cards, [])
    show("home", view)
    begin = button(view, "Start with")
    assert LONG[:300] in begin.accessibleName() and len(begin.text()) < 60
    view.show_model(home_model(cards, INTERVIEWS, NOW))
    settle()
    for one in view.findChildren(Row):
        if one.isVisible():
            assert LONG[:300] in QAccessible.queryAccessibleInterface(one).text(
                QAccessible.Text.Name
            )


def test_a_search_that_nothing_fits_may_be_long(show: Show) -> None:
    view = library()
    shell = show("cases", view, (1024, 640))
    view.search("w" * 400)
    settle()
    assert faults(shell) == []
