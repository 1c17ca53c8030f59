"""Home: continue, start, the last sessions; at the first run, the way in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, Signal, SignalInstance
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QSpacerItem,
    QVBoxLayout,
    QWidget,
)

from interview_desktop.ui.layout import BLEED, Layout
from interview_desktop.ui.theme import font, px, theme
from interview_desktop.ui.view_models.home import Continue, HomeModel
from interview_desktop.ui.views.library import case_card
from interview_desktop.ui.views.sessions import session_row
from interview_desktop.ui.widgets.button import Button, paint_box
from interview_desktop.ui.widgets.flow import FlowLayout
from interview_desktop.ui.widgets.page import Page, clear
from interview_desktop.ui.widgets.row import Row
from interview_desktop.ui.widgets.steps import Steps
from interview_desktop.ui.widgets.text import Rule, Text

WELCOME = (
    "The interviewer reads you a case and asks four questions. You answer aloud. It waits while "
    "you think, keeps your recording on this laptop, and shows you afterwards what happened."
)
CHECK = "Takes about 20 seconds. It also runs before your first interview."
# About 60 characters of the welcome, and the most of a title that a button holds.
MEASURE, LONGEST_TITLE = 500, 260
TITLE_LINES = 3


class HomeView(Page):
    """The first page.

    Signals:
        start: id of a case.
        resume: id of an interview in progress.
        opened: id of an interview whose session is wanted.
        cases, sessions: another page is wanted.
        check: the check of microphone and loudspeaker is wanted.
    """

    start = Signal(str)
    resume = Signal(str)
    opened = Signal(str)
    cases = Signal()
    sessions = Signal()
    check = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Home")
        self._date = Text("", "small", "ink2")
        self._title = Text("Interview Practice", "display", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._date)
        words.addWidget(self._title)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addLayout(words, 1)
        self._start = Button("Start a case", "secondary", 40, "plus")
        self._start.clicked.connect(self.cases)
        top.addWidget(self._start, 0, Qt.AlignmentFlag.AlignBottom)
        self.head.addLayout(top)
        self._note = Text("", "small", "ink2", wrap=True)
        self.head.addWidget(self._note)
        self._start.hide()
        self._note.hide()
        # What the lengths of the present body depend on: called again with every layout.
        self._fits: list[Callable[[Layout], object]] = []
        self._model: HomeModel | None = None

    def show_model(self, model: HomeModel) -> None:
        """Fill the page; what has not changed stays."""
        if model == self._model:
            self.show_content()
            return
        self._model = model
        self._note.setText(model.note)
        self._note.setVisible(bool(model.note))
        self._start.setVisible(not model.first_run)
        clear(self.body)
        self._fits.clear()
        if model.first_run:
            self._show_first_run(model)
        else:
            self._date.setText(model.date)
            self._title.setText(model.greeting)
            self._show_in_use(model)
        self._fit()
        self.show_content()

    def fit(self, layout: Layout) -> None:
        """Two columns become one, three cards two; spaces follow window and text size."""
        self.head.setSpacing(px(4))
        for one in self._fits:
            one(layout)
        self.body.invalidate()

    def _space(self, high: int, short: int | None = None) -> None:
        """Space of so many pixels below what the body holds, in a high and in a short window."""
        space = QSpacerItem(0, px(high))
        self.body.addItem(space)
        less = high if short is None else short
        self._fits.append(lambda layout: space.changeSize(0, px(less if layout.short else high)))

    # -- first run -------------------------------------------------------------------------------

    def _show_first_run(self, model: HomeModel) -> None:
        self._date.setText("Welcome")
        self._title.setText("Say your first case out loud")
        welcome = Text(WELCOME, "read", "ink2", wrap=True)
        self._fits.append(lambda _layout: welcome.setMaximumWidth(px(MEASURE)))
        # In a row of its own: a column would ask for its height at the column's width.
        measure = QHBoxLayout()
        measure.addWidget(welcome, 1000)
        measure.addStretch(1)
        self.add(measure)
        self._space(22)
        area = QWidget()
        ways = FlowLayout(area, 8)
        if model.suggestions:
            first = model.suggestions[0]
            begin = Button("", "primary", 40, "play")
            begin.setAccessibleName(f"Start with “{first.title}”")
            self._fits.append(
                lambda _layout: begin.setText(f"Start with “{shortened(first.title)}”")
            )
            begin.clicked.connect(lambda: self.start.emit(first.id))
            ways.addWidget(begin)
        other = Button("Choose another case", "quiet", 40)
        other.clicked.connect(self.cases)
        ways.addWidget(other)
        self.add(area)
        self._space(44, 28)
        self._add_suggestions(model)
        self._space(36, 20)
        self.add(Rule())
        self.add(self._check_row())

    def _check_row(self) -> QWidget:
        area = QWidget()
        row = QHBoxLayout(area)
        row.addWidget(_Sign("mic"))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text("Check microphone and loudspeaker", "strong", wrap=True))
        words.addWidget(Text(CHECK, "small", "ink2", wrap=True))
        row.addLayout(words, 1)
        check = Button("Check now", "secondary", 36)
        check.clicked.connect(self.check)
        row.addWidget(check)

        def follow(_layout: Layout) -> None:
            row.setContentsMargins(0, px(16), 0, px(16))
            row.setSpacing(px(16))

        self._fits.append(follow)
        return area

    # -- in use ----------------------------------------------------------------------------------

    def _show_in_use(self, model: HomeModel) -> None:
        self._space(8)
        if model.go_on is not None:
            card = ContinueCard(model.go_on)
            card.resumed.connect(self.resume)
            self.add(card)
            self._space(38, 26)
        columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        if model.sessions:
            rows = self._section("Last sessions", "All sessions", self.sessions)
            for item in model.sessions:
                row = session_row(item, rule=item is not model.sessions[-1])
                row.clicked.connect(lambda _=False, name=item.id: self.opened.emit(name))
                row.acted.connect(lambda name=item.id: self.resume.emit(name))
                rows.addWidget(row)
            rows.addStretch(1)
            columns.addLayout(rows, 11)
        if model.suggestions:
            rows = self._section("To practise next", "All cases", self.cases)
            for case in model.suggestions:
                last = case is model.suggestions[-1]
                minutes = f"{case.minutes}\u00a0min"
                row = Row(case.title, case.about, minutes, action="Start", rule=not last)
                row.clicked.connect(lambda _=False, name=case.id: self.start.emit(name))
                row.acted.connect(lambda name=case.id: self.start.emit(name))
                rows.addWidget(row)
            rows.addStretch(1)
            columns.addLayout(rows, 9)
        self.body.addLayout(columns)

        def follow(layout: Layout) -> None:
            directions = QBoxLayout.Direction
            columns.setDirection(directions.LeftToRight if layout.wide else directions.TopToBottom)
            columns.setSpacing(px(56) - 2 * BLEED if layout.wide else px(layout.section_gap))

        self._fits.append(follow)

    def _section(self, words: str, link: str, signal: SignalInstance) -> QVBoxLayout:
        rows = QVBoxLayout()
        rows.setSpacing(0)
        heading = QHBoxLayout()
        self._fits.append(lambda _layout: heading.setContentsMargins(BLEED, 0, BLEED, px(6)))
        heading.addWidget(Text(words, "heading"), 1)
        button = Button(link, "link", 28)
        button.clicked.connect(signal)
        heading.addWidget(button)
        rows.addLayout(heading)
        return rows

    def _add_suggestions(self, model: HomeModel) -> None:
        if not model.suggestions:
            return
        self.add(Text("To begin with", "heading"))
        self._space(14)
        grid = QGridLayout()
        cards: list[QWidget] = []
        for index, item in enumerate(model.suggestions):
            card = case_card(item)
            card.clicked.connect(lambda _=False, name=item.id: self.start.emit(name))
            grid.addWidget(card, 0, index)
            cards.append(card)
        self.add(grid)

        def follow(layout: Layout) -> None:
            grid.setSpacing(px(16))
            for index, card in enumerate(cards):
                card.setVisible(layout.wide or index < 2)

        self._fits.append(follow)


def shortened(title: str) -> str:
    """A title for a button: a long one ends early."""
    metrics = QFontMetricsF(font("label"))
    return metrics.elidedText(title, Qt.TextElideMode.ElideRight, px(LONGEST_TITLE))


class ContinueCard(QWidget):
    """The one thing to do: an interview in progress.

    Signals:
        resumed: its id.
    """

    resumed = Signal(str)

    def __init__(self, model: Continue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._column = column = QVBoxLayout(self)
        column.setSpacing(0)
        # (spacer, its height at 100 %)
        self._spaces: list[tuple[QSpacerItem, int]] = []
        head = QHBoxLayout()
        head.addWidget(Text("Continue", "label", "accent"), 1)
        head.addWidget(Text(model.stopped, "small", "ink3"))
        column.addLayout(head)
        self._space(6)
        column.addWidget(Text(model.title, "title", lines=TITLE_LINES))
        self._space(2)
        column.addWidget(Text(model.about, "small", "ink2", lines=1))
        self._space(20)
        self._steps = Steps()
        self._steps.show_step(model.question, model.completed)
        column.addWidget(self._steps, 0, Qt.AlignmentFlag.AlignLeft)
        self._space(22)
        row = QHBoxLayout()
        go_on = Button(model.button, "primary", 40, "play")
        go_on.clicked.connect(lambda: self.resumed.emit(model.interview_id))
        row.addWidget(go_on)
        row.addStretch(1)
        if model.minutes_left:
            row.addWidget(Text(f"About {model.minutes_left} minutes left", "small", "ink2"))
        column.addLayout(row)
        theme.changed.connect(self._follow)
        self._follow()

    def _space(self, height: int) -> None:
        space = QSpacerItem(0, 0)
        self._column.addItem(space)
        self._spaces.append((space, height))

    def _follow(self) -> None:
        self._column.setContentsMargins(px(28), px(22), px(28), px(24))
        for space, height in self._spaces:
            space.changeSize(0, px(height))
        self._column.invalidate()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_box(painter, QRectF(self.rect()), "surface", "line", 12)


class _Sign(QWidget):
    """An icon that only decorates."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setFixedSize(px(20), px(20))
        theme.changed.connect(self._follow)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The icon."""
        from interview_desktop.ui.icons import draw_icon  # noqa: PLC0415  (not for the first picture)

        draw_icon(QPainter(self), self._name, QRectF(self.rect()), "ink2")

    def _follow(self) -> None:
        self.setFixedSize(px(20), px(20))
