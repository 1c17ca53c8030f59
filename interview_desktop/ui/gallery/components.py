"""The sheet of the controls, in every state."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from interview_desktop.ui.gallery.sample import Sample
from interview_desktop.ui.gallery.sheet import (
    Sheet,
    as_if_focused,
    disabled,
    focused,
    hovered,
    in_row,
    pressed,
    wide,
)
from interview_desktop.ui.icon_drawings import DRAWINGS
from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.widgets.button import Button, IconButton, Kind
from interview_desktop.ui.widgets.case_card import CaseCard
from interview_desktop.ui.widgets.chip import Chip
from interview_desktop.ui.widgets.combo import Combo
from interview_desktop.ui.widgets.empty_state import EmptyState
from interview_desktop.ui.widgets.field import Field
from interview_desktop.ui.widgets.label import Label
from interview_desktop.ui.widgets.message import Message
from interview_desktop.ui.widgets.row import Row
from interview_desktop.ui.widgets.segmented import Segmented
from interview_desktop.ui.widgets.sidebar import Sidebar
from interview_desktop.ui.widgets.text import Text
from interview_desktop.ui.widgets.toast import Toast
from interview_desktop.ui.widgets.top_bar import TopBar

_LEFT = Qt.AlignmentFlag.AlignLeft


def _buttons() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(14)
    kinds: tuple[tuple[str, Kind, str | None], ...] = (
        ("Start interview", "primary", "play"),
        ("Play test sound", "secondary", None),
        ("Not now", "quiet", None),
        ("Delete everything", "danger", None),
        ("End", "danger-quiet", "end"),
        ("See progress", "link", None),
    )
    states: tuple[tuple[str, Callable[[Button], Button]], ...] = (
        ("Rest", lambda one: one),
        ("Hover", hovered),
        ("Pressed", pressed),
        ("Focus", focused),
        ("Disabled", disabled),
    )
    for column, (name, state) in enumerate(states):
        grid.addWidget(Text(name, "caption", "ink3"), 0, column)
        grid.setColumnMinimumWidth(column, 176)
        for row, (words, kind, icon) in enumerate(kinds, 1):
            grid.addWidget(state(Button(words, kind, 36, icon)), row, column, _LEFT)
    grid.setColumnStretch(5, 1)
    return grid


def _heights() -> QHBoxLayout:
    checked = Button("Thinking", "secondary", 36)
    checked.setCheckable(True)
    checked.setChecked(True)
    return in_row(
        *(Button(f"{height} px", "secondary", height) for height in (28, 32, 36, 40, 44)),
        checked,
        IconButton("arrow-left", "Back"),
        hovered(IconButton("search", "Search")),
        IconButton("mic", "Mute, microphone on", "secondary", 44),
        Combo("Microphone", [("a", "Built-in microphone"), ("b", "Headset")]),
    )


def _fields() -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(14)
    name, hint = "Search", "Search cases"
    filled = wide(Field(name, hint, icon="search"), 196)
    filled.set_text("warehouse")
    as_if_focused(filled.edit)
    over = wide(Field(name, hint, icon="search"), 196)
    hovered(over.findChildren(QWidget)[1])
    short = wide(Field(name, hint, icon="search", shortcut="/"), 196)
    off = disabled(wide(Field(name, hint, icon="search"), 196))
    column.addLayout(in_row(short, over, filled, off))
    key = wide(Field("OpenAI key", label="OpenAI key", plain=True), 400)
    key.set_text("sk-proj-7f2")
    key.set_error("OpenAI refused this key. Paste it again, or use the local interviewer.")
    who = wide(Field("Name", label="Name"), 240)
    who.set_message("Only shown to you.")
    column.addLayout(in_row(key, who))
    return column


def _segments() -> QHBoxLayout:
    times = [("30", "30 s"), ("60", "60 s"), ("90", "90 s"), ("open", "Open")]
    views = [("debrief", "Debrief"), ("review", "Review"), ("notes", "Notes")]
    looks = [("light", "Light"), ("dark", "Dark"), ("system", "System")]
    return in_row(
        Segmented("Thinking time", times, "60"),
        focused(Segmented("View", views)),
        disabled(Segmented("Appearance", looks, "system")),
    )


def _chips() -> QHBoxLayout:
    row = in_row(
        Chip("Market entry 3"),
        hovered(Chip("Market entry 3")),
        Chip("All 14", chosen=True),
        focused(Chip("Pricing 2")),
        disabled(Chip("Growth 1")),
        gap=8,
    )
    row.insertSpacing(5, 20)
    for index, label in enumerate((
        Label("In progress", "accent"),
        Label("Due Sunday", "warn"),
        Label("9 days"),
        Label("Direct", "ok"),
        Label("Failed", "bad"),
    )):  # fmt: skip
        row.insertWidget(6 + index, label, 0, Qt.AlignmentFlag.AlignVCenter)
    return row


def _cards() -> QHBoxLayout:
    return in_row(
        wide(
            CaseCard(
                "Growth",
                "Subscription",
                "The leaking bucket",
                "A meal-kit service grows fast and shrinks just as fast. Which lever is worth "
                "more?",
                "easy",
                20,
            ),
            300,
        ),
        hovered(
            wide(
                CaseCard(
                    "Market entry",
                    "Technology",
                    "ScanRight goes to the warehouse",
                    "A grocery scanning company looks at a market it does not know.",
                    "medium",
                    30,
                    2,
                    ("In progress", "accent"),
                ),
                300,
            )
        ),
        focused(
            wide(
                CaseCard(
                    "Pricing",
                    "Industrial",
                    "A price rise that pays",
                    "A pump maker wants eight percent more per unit. Sales fears for the volume, "
                    "and the board wants an answer before the budget is closed.",
                    "hard",
                    25,
                    0,
                    ("Due Sunday", "warn"),
                ),
                300,
            )
        ),
    )


def _rows() -> QVBoxLayout:
    words = ("A price rise that pays", "Pricing, 25 min")
    current = wide(Row(*words, chevron=True), 228)
    current.set_current(True)
    column = QVBoxLayout()
    column.addLayout(
        in_row(
            wide(Row(*words, chevron=True), 228),
            hovered(wide(Row(*words, chevron=True), 228)),
            current,
            focused(wide(Row(*words, chevron=True), 228)),
            gap=10,
        )
    )
    acted = Row("Two clinics, one price", "Merger, 33 min", "Sunday", action="Listen again")
    hovered(acted)
    shown = acted.action()
    if shown is not None:
        shown.show()
    column.addWidget(
        wide(
            Row("Fewer shoppers", "Profitability, 24 min", "Tuesday", chevron=True, rule=True), 480
        )
    )
    column.addWidget(wide(acted, 480))
    column.addWidget(
        wide(Row("Juice in six million homes", "Due 2 December", label=("9 days", "plain")), 480)
    )
    return column


def _messages() -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(12)
    silent = "The microphone sends only silence. Allow it in the system settings, then check again."
    lost = "The connection is lost. You are still recorded on this laptop. Trying again in 4 s."
    gone = "Everything of this session was deleted: sound, transcript, 4 comments, scores."
    width = 476
    column.addLayout(
        in_row(
            wide(Message("warn", silent, "Check again"), width),
            wide(Message("bad", lost, "Try now"), width),
        )
    )
    column.addLayout(
        in_row(
            wide(
                Message("info", "Nobody has judged your argument. Add a key or ask a coach."), width
            ),
            wide(Message("ok", gone), width),
        )
    )
    host = QWidget()
    toast = Toast("Comment at 14:32 deleted", host)
    host.setFixedSize(toast.sizeHint())
    column.addWidget(host)
    return column


def _empty() -> EmptyState:
    return EmptyState(
        "sessions",
        "No sessions yet",
        "Your first interview will appear here, with its sound and its transcript.",
        "Start a case",
        "plus",
    )


class _Icons(QWidget):
    """Every icon at 18 and at 28."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(190)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        for index, name in enumerate(DRAWINGS):
            x, y = index % 22 * 44, index // 22 * 96
            draw_icon(painter, name, QRectF(QRect(x, y, 28, 28)), "ink")
            draw_icon(painter, name, QRectF(QRect(x + 5, y + 44, 18, 18)), "ink2")


def controls() -> Sheet:
    """The controls, in the order of the look."""
    sheet = Sheet("Components")
    sheet.section("Buttons", _buttons())
    sheet.section("Heights, icons, choice", _heights())
    sheet.section("Fields", _fields())
    sheet.section("Segmented control", _segments())
    sheet.section("Chips and labels", _chips())
    sheet.section("Cards", _cards())
    sheet.section("List rows", _rows())
    sheet.section("Messages, toast", _messages())
    sheet.section("Empty state", _empty())
    sheet.section("Icons", _Icons())
    return sheet.end()


def _type() -> Sheet:
    sheet = Sheet("Type")
    for style in ("display", "title", "heading", "timer", "numeral", "subhead", "read", "body"):
        sheet.section(style, Text("Fewer shoppers, 1,234 baskets at 21:08", style))
    for style in ("strong", "label", "small", "tab", "caption"):
        sheet.section(style, Text("Fewer shoppers, 1,234 baskets at 21:08", style))
    return sheet.end()


def _shell(compact: bool) -> QWidget:
    shell = QWidget()
    row = QHBoxLayout(shell)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    side = Sidebar()
    side.set_current("cases")
    side.set_compact(compact)
    row.addWidget(side)
    column = QVBoxLayout()
    bar = TopBar("ScanRight goes to the warehouse", "Market entry, medium, interviewer-led")
    bar.set_center(Text("4:12 of about 8 min", "tab", "ink2"))
    bar.add_right(Button("Share with a coach", "secondary", 32))
    column.addWidget(bar)
    column.addStretch(1)
    row.addLayout(column, 1)
    return shell


def samples() -> list[Sample]:
    """The sheets of the controls."""
    return [
        Sample("components", controls, (1280, 2060)),
        Sample("type", _type, (1280, 1160)),
        Sample("shell-wide", lambda: _shell(False), (1280, 640)),
        Sample("shell-rail", lambda: _shell(True), (1024, 640)),
    ]
