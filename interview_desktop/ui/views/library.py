"""The case library: cards, a search that answers as you type, filters."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QWidget

from interview_desktop.ui.layout import Layout
from interview_desktop.ui.theme import px
from interview_desktop.ui.view_models.cases import CaseItem, Wish, matching, type_counts
from interview_desktop.ui.widgets.case_card import CaseCard
from interview_desktop.ui.widgets.chip import Chip
from interview_desktop.ui.widgets.combo import Combo
from interview_desktop.ui.widgets.empty_state import EmptyState
from interview_desktop.ui.widgets.field import Field
from interview_desktop.ui.widgets.flow import FlowLayout
from interview_desktop.ui.widgets.page import Page, clear
from interview_desktop.ui.widgets.segmented import Segmented
from interview_desktop.ui.widgets.text import Text

LEVELS = (("", "Any level"), ("easy", "Easy"), ("medium", "Medium"), ("hard", "Hard"))
SEARCH, SEARCH_LEAST = 300, 200
STYLES = (
    ("", "Any format"),
    ("interviewer-led", "Interviewer-led"),
    ("candidate-led", "Candidate-led"),
)


class LibraryView(Page):
    """Every case as a card; a candidate never sees an answer here.

    Signals:
        start: id of the case that was pressed.
    """

    start = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[CaseItem, ...] = ()
        self._wish = Wish()
        self._shown: tuple[CaseItem, ...] | None = None
        self._cards: dict[CaseItem, CaseCard] = {}
        self._columns = 3
        self.setAccessibleName("Cases")
        self.head.addWidget(Text("Cases", "display"))
        self._search = Field(
            "Search cases", "Search cases, industries, topics",
            icon="search", shortcut="/", clears=False,
        )  # fmt: skip
        self._search.changed.connect(lambda text: self._want(text=text))
        self._search.left.connect(self._leave_search)
        self._level = Segmented("Level", LEVELS, "", 36)
        self._level.changed.connect(lambda value: self._want(difficulty=value))
        self._style = Combo("Format", STYLES, "")
        self._style.chosen.connect(lambda value: self._want(style=value))
        choices = QHBoxLayout()
        choices.setSpacing(12)
        choices.addWidget(self._level)
        choices.addWidget(self._style)
        self._tools = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._tools.addWidget(self._search)
        self._tools.addStretch(1)
        self._tools.addLayout(choices)
        self.add(self._tools)
        self._chip_area = QWidget()
        self._chips = FlowLayout(self._chip_area, 8)
        self.add(self._chip_area)
        self._grid = QGridLayout()
        self._grid.setSpacing(16)
        self.add(self._grid)
        self._none = EmptyState("search", "No case matches", "", "Clear the search", None, "link")
        self._none.acted.connect(self._clear_search)
        self._none.hide()
        self.add(self._none)
        slash = QShortcut(QKeySequence("/"), self)
        slash.activated.connect(self._search.setFocus)

    def show_items(self, items: Sequence[CaseItem]) -> None:
        """Fill the page; the search and the filters stay as they are."""
        if tuple(items) != self._items:
            self._items = tuple(items)
            self._show_chips()
            self._show_cards()
        self.show_content()

    def search(self, text: str) -> None:
        """Look for words, as if they were typed."""
        self._search.set_text(text)
        self._want(text=text)

    def fit(self, layout: Layout) -> None:
        """Three columns, or two."""
        self._fit_tools()
        self._chip_area.setContentsMargins(0, px(16), 0, px(16 if layout.short else 24))
        self._none.setContentsMargins(0, px(40), 0, 0)
        columns = 3 if layout.wide else 2
        if columns != self._columns:
            self._columns = columns
            self._place_cards()

    def _fit_tools(self) -> None:
        """All in a line, or the search above the choices; it is wide enough to read its hint."""
        room = self.contentsRect().width() - 2 * px(self.layout_now.margin)
        choices = self._level.sizeHint().width() + self._style.sizeHint().width() + 12
        search = min(px(SEARCH), room - choices - 12)
        beside = search >= px(SEARCH_LEAST)
        directions = QBoxLayout.Direction
        self._tools.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        self._tools.setSpacing(12 if beside else px(6))
        self._search.setFixedWidth(search if beside else min(px(SEARCH), room))

    def _want(self, **change: str) -> None:
        now = {
            "text": self._wish.text, "case_type": self._wish.case_type,
            "difficulty": self._wish.difficulty, "style": self._wish.style,
        }  # fmt: skip
        self._wish = Wish(**(now | change))
        self._show_cards()

    def _leave_search(self) -> None:
        if self._search.text():
            self._search.set_text("")
            self._want(text="")
        else:
            self.setFocus()

    def _clear_search(self) -> None:
        self._wish = Wish()
        self._search.set_text("")
        self._level.set_value("")
        self._style.set_current("")
        self._show_chips()
        self._show_cards()
        self._search.setFocus()

    def _show_chips(self) -> None:
        clear(self._chips)
        for one in type_counts(self._items):
            chip = Chip(f"{one.word} {one.count}", one.case_type == self._wish.case_type)
            chip.clicked.connect(lambda _=False, name=one.case_type: self._choose_type(name))
            self._chips.addWidget(chip)
            chip.show()
            # New chips would come after what stands below them.
            self.setTabOrder(chip, self._none.button)

    def _choose_type(self, name: str) -> None:
        self._want(case_type=name)
        for index, one in enumerate(type_counts(self._items)):
            item = self._chips.itemAt(index)
            chip = item.widget() if item is not None else None
            if isinstance(chip, Chip):
                chip.setChecked(one.case_type == name)

    def _show_cards(self) -> None:
        shown = matching(self._items, self._wish)
        if shown == self._shown:
            return
        before, self._shown = self._shown or (), shown
        focus = self.window().focusWidget()
        held = next((place for place, one in enumerate(before) if self._cards[one] is focus), -1)
        for item in before:
            if item not in shown:
                gone = self._cards.pop(item)
                self._grid.removeWidget(gone)
                gone.hide()
                gone.deleteLater()
        for item in shown:
            if item not in self._cards:
                card = case_card(item)
                card.clicked.connect(lambda _=False, name=item.id: self.start.emit(name))
                self._cards[item] = card
        self._place_cards()
        if held >= 0 and before[held] not in shown:
            # To the card that stands there now, or to the last one.
            heir = self._cards[shown[min(held, len(shown) - 1)]] if shown else self
            heir.setFocus(Qt.FocusReason.OtherFocusReason)
        if not shown:
            text = self._wish.text.strip()
            self._none.tell(
                f"No case matches ‘{text}’" if text else "No case matches",
                "Try another word, or another filter.",
            )
        self._none.setVisible(not shown and bool(self._items))

    def _place_cards(self) -> None:
        before: QWidget = self._chip_area
        for card in self._cards.values():
            self._grid.removeWidget(card)
        for index, item in enumerate(self._shown or ()):
            card = self._cards[item]
            self._grid.addWidget(card, index // self._columns, index % self._columns)
            card.show()
            if index:
                # Tab goes from card to card as they are read.
                QWidget.setTabOrder(before, card)
            before = card
        for column in range(3):
            self._grid.setColumnStretch(column, 1 if column < self._columns else 0)


def case_card(item: CaseItem) -> CaseCard:
    """A case as a card."""
    return CaseCard(
        item.kind,
        item.industry,
        item.title,
        item.summary,
        item.difficulty,
        item.minutes,
        item.practised,
        (item.label, "accent") if item.label else None,
    )
