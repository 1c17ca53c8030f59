"""The room's left: the question and its case, the exhibit; compact, one of them at a time."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from interview_desktop.domain.interview import Exhibit, Question
from interview_desktop.ui.layout import Layout
from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.view_models.room import RoomState
from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.exhibit.picture import Density
from interview_desktop.ui.widgets.exhibit.view import ExhibitView
from interview_desktop.ui.widgets.scroll import Pane
from interview_desktop.ui.widgets.segmented import Segmented
from interview_desktop.ui.widgets.text import Rule, Text

Shown = Literal["exhibit", "prompt", "notes"]
_PROMPT_LINES = 4
_NO_EXHIBIT = "No exhibit yet. It appears here when the interviewer shows one."
_FIXED = (QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)


class CasePane(QWidget):
    """Question, "Full prompt", exhibit; compact, a choice of exhibit, prompt and notes above.

    Signals:
        chosen: compact, another part is to be seen.
        exhibit: the next exhibit is asked for.
    """

    chosen = Signal(str)
    exhibit = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._compact = False
        self._layout = Layout(True, False, False)
        self._full = False
        self._asked: Question | None = None
        self.exhibit_view: ExhibitView | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        self.pane = Pane(by_keyboard=True)
        self.pane.setAccessibleName("Question and exhibit")
        column.addWidget(self.pane, 1)
        # The choice stays at the top while the notes cover the pane's place.
        column.addStretch(0)
        self._fill()
        theme.changed.connect(self._fit)
        self.show_part("prompt")

    def set_layout(self, layout: Layout) -> None:
        """Everything in one column, or one part at a time."""
        self._layout = layout
        self._compact = not layout.wide
        self._fit()
        self._show_parts()

    def head_height(self) -> int:
        """What the compact choice takes at the top."""
        return self._choice.sizeHint().height() if self._compact else 0

    def part(self) -> Shown:
        """The part that compact shows."""
        value = self.segments.value()
        return "notes" if value == "notes" else "prompt" if value == "prompt" else "exhibit"

    def show_part(self, part: Shown) -> None:
        """Compact: show another part."""
        self.segments.set_value(part)
        self._show_parts()

    def show_state(self, state: RoomState) -> None:
        """Question and exhibit as they are now."""
        question = state.question
        if question is not None and question != self._asked:
            self._asked = question
            self._show_full(False)
            self._short.setText(question.prompt)
            self._long.setText(question.prompt)
            self._case.setText(question.case_prompt)
        self._show_exhibit(state.exhibit, *state.exhibit_place)
        self._show_parts()

    # -- building ----------------------------------------------------------------

    def _head(self) -> QWidget:
        self._choice = QWidget()
        self._choice.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._head_row = QHBoxLayout(self._choice)
        options = [("exhibit", "Exhibit"), ("prompt", "Prompt"), ("notes", "Notes")]
        self.segments = Segmented("What the pane shows", options, height=44)
        self.segments.changed.connect(self._on_chosen)
        self._next_words = ""
        self.next_exhibit = Button("", "quiet", 44, "exhibit")
        self.next_exhibit.clicked.connect(self.exhibit)
        self._head_row.addWidget(self.segments)
        self._head_row.addStretch(1)
        self._head_row.addWidget(self.next_exhibit)
        return self._choice

    def _fill(self) -> None:
        column = self.pane.column
        column.setSpacing(0)
        self._short = Text("", "read", "ink2", lines=_PROMPT_LINES)
        self._long = Text("", "read", "ink2", wrap=True)
        self._case_name = Text("The case", "caption", "ink3")
        self._case = Text("", "body", "ink2", wrap=True)
        self.more = Button("Full prompt", "link", 40)
        self.more.clicked.connect(lambda: self._show_full(not self._full))
        link = QHBoxLayout()
        link.addWidget(self.more)
        link.addStretch(1)
        self._case_gap, self._rule_gap = _gap(), _gap()
        self._exhibit_gap = _gap()
        self._rule = Rule()
        self._none = Text(_NO_EXHIBIT, "body", "ink3", wrap=True)
        self._exhibit_place = QVBoxLayout()
        column.addWidget(self._short)
        column.addWidget(self._long)
        column.addItem(self._case_gap)
        column.addWidget(self._case_name)
        column.addWidget(self._case)
        column.addLayout(link)
        column.addItem(self._rule_gap)
        column.addWidget(self._rule)
        column.addItem(self._exhibit_gap)
        column.addLayout(self._exhibit_place)
        column.addWidget(self._none)
        column.addStretch(1)

    # -- showing ----------------------------------------------------------------

    def _on_chosen(self, part: str) -> None:
        self._show_parts()
        self.chosen.emit(part)

    def _show_full(self, full: bool) -> None:
        self._full = full
        self.more.setText("Show less" if full else "Full prompt")
        self.more.setAccessibleDescription("Expanded" if full else "Collapsed")
        self._show_parts()
        self.pane.verticalScrollBar().setValue(0)

    def _show_exhibit(self, exhibit: Exhibit | None, place: int, count: int) -> None:
        view = self.exhibit_view
        if view is not None and view.exhibit != exhibit:
            self._exhibit_place.removeWidget(view)
            view.hide()
            view.deleteLater()
            view = self.exhibit_view = None
        if view is None and exhibit is not None:
            view = self.exhibit_view = ExhibitView(exhibit)
            view.set_density(self._density())
            self._exhibit_place.addWidget(view)
        if view is not None:
            several = count > 1 and not self._compact
            view.set_place(f"Exhibit {place} of {count}" if several else "")
        words = f"{place} of {count}"
        if words != self._next_words:
            self._next_words = words
            self._fit_head()
            self.next_exhibit.setAccessibleName(f"Exhibit {words}, show the next")
            self.next_exhibit.setToolTip("Show the next exhibit (E)")
        self._several = count > 1

    def _show_parts(self) -> None:
        compact, part, asked = self._compact, self.part(), self._asked is not None
        prompt = asked and (not compact or part == "prompt")
        full = self._full or compact
        has_exhibit = self.exhibit_view is not None
        exhibit = has_exhibit and (not compact or part == "exhibit")
        self._choice.setVisible(compact)
        self.next_exhibit.setVisible(part == "exhibit" and getattr(self, "_several", False))
        self.pane.setVisible(not (compact and part == "notes"))
        self._short.setVisible(prompt and not full)
        for one in (self._long, self._case_name, self._case):
            one.setVisible(prompt and full)
        self.more.setVisible(prompt and not compact)
        self._rule.setVisible(prompt and exhibit)
        self._none.setVisible(compact and part == "exhibit" and not has_exhibit)
        if self.exhibit_view is not None:
            self.exhibit_view.setVisible(exhibit)
        self._space()

    def _space(self) -> None:
        prompt_and_exhibit = not self._rule.isHidden()
        self._case_gap.changeSize(0, px(16) if not self._case.isHidden() else 0, *_FIXED)
        self._rule_gap.changeSize(0, px(14) if prompt_and_exhibit else 0, *_FIXED)
        self._exhibit_gap.changeSize(0, px(24) if prompt_and_exhibit else 0, *_FIXED)
        self.pane.column.invalidate()

    def _density(self) -> Density:
        layout = self._layout
        if not layout.wide:
            return "compact"
        return "large" if layout.large else "short" if layout.short else "wide"

    def _fit_head(self) -> None:
        """Where there is little room: less space beside the words, and no words of the next one."""
        side = px(24 if self._compact else 32)
        room = self.width() - side - px(16) - self._head_row.spacing()
        self.segments.set_narrow(False)
        self.next_exhibit.setText(self._next_words)
        hint = self.segments.sizeHint().width() + self.next_exhibit.sizeHint().width()
        if self._compact and hint > room:
            self.segments.set_narrow(True)
            self.next_exhibit.setText("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The choice fits the new width."""
        super().resizeEvent(event)
        self._fit_head()

    def _fit(self) -> None:
        side = px(24 if self._compact else 32)
        top = px(12 if self._compact else 20 if self._layout.short else 28)
        self.pane.column.setContentsMargins(side, top, side, px(24))
        self._head_row.setContentsMargins(side, px(12), px(16), px(4))
        if self.exhibit_view is not None:
            self.exhibit_view.set_density(self._density())
        self._fit_head()
        self._space()


def _gap() -> QSpacerItem:
    return QSpacerItem(0, 0, *_FIXED)
