"""Home: continue, start, the last sessions; at the first run, the way in."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal, SignalInstance
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from interview_desktop.ui.layout import BLEED, Layout
from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.view_models.home import Continue, HomeModel
from interview_desktop.ui.views.library import case_card
from interview_desktop.ui.views.sessions import session_row
from interview_desktop.ui.widgets.button import Button, paint_box
from interview_desktop.ui.widgets.page import Page, clear
from interview_desktop.ui.widgets.row import Row
from interview_desktop.ui.widgets.steps import Steps
from interview_desktop.ui.widgets.text import Rule, Text

WELCOME = (
    "The interviewer reads you a case and asks four questions. You answer aloud. It waits while "
    "you think, keeps your recording on this laptop, and shows you afterwards what happened."
)


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
        self._sections: list[QWidget] = []
        self._columns: QBoxLayout | None = None
        self._cards: QGridLayout | None = None
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
        self._columns = self._cards = None
        if model.first_run:
            self._show_first_run(model)
        else:
            self._date.setText(model.date)
            self._title.setText(model.greeting)
            self._show_in_use(model)
        self._fit()
        self.show_content()

    def fit(self, layout: Layout) -> None:
        """Two columns become one, three cards two."""
        self.head.setSpacing(px(4))
        if self._columns is not None:
            across = QBoxLayout.Direction.LeftToRight
            self._columns.setDirection(across if layout.wide else QBoxLayout.Direction.TopToBottom)
            self._columns.setSpacing(px(56) - 2 * BLEED if layout.wide else px(layout.section_gap))
        if self._cards is not None:
            for index in range(self._cards.count()):
                item = self._cards.itemAt(index)
                card = item.widget() if item is not None else None
                if card is not None:
                    card.setVisible(layout.wide or index < 2)

    # -- first run -------------------------------------------------------------------------------

    def _show_first_run(self, model: HomeModel) -> None:
        self._date.setText("Welcome")
        self._title.setText("Say your first case out loud")
        welcome = Text(WELCOME, "read", "ink2", wrap=True)
        measure = QHBoxLayout()
        measure.addWidget(welcome, 11)
        measure.addStretch(9)
        self.add(measure)
        self.body.addSpacing(px(20))
        row = QHBoxLayout()
        row.setSpacing(8)
        if model.suggestions:
            first = model.suggestions[0]
            begin = Button(f"Start with “{first.title}”", "primary", 40, "play")
            begin.clicked.connect(lambda: self.start.emit(first.id))
            row.addWidget(begin)
        other = Button("Choose another case", "quiet", 40)
        other.clicked.connect(self.cases)
        row.addWidget(other)
        row.addStretch(1)
        self.add(row)
        self.body.addSpacing(px(self.layout_now.section_gap + 8))
        self._add_suggestions(model)
        self.body.addSpacing(px(self.layout_now.section_gap))
        self.add(Rule())
        self.add(self._check_row())
        self.add(Rule())

    def _check_row(self) -> QWidget:
        area = QWidget()
        row = QHBoxLayout(area)
        row.setContentsMargins(0, px(16), 0, px(16))
        row.setSpacing(px(16))
        row.addWidget(_Sign("mic"))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text("Check microphone and loudspeaker", "strong"))
        words.addWidget(
            Text(
                "Takes about 20 seconds. It also runs before your first interview.", "small", "ink2"
            )
        )
        row.addLayout(words, 1)
        check = Button("Check now", "secondary", 36)
        check.clicked.connect(self.check)
        row.addWidget(check)
        return area

    # -- in use ----------------------------------------------------------------------------------

    def _show_in_use(self, model: HomeModel) -> None:
        self.body.addSpacing(px(8))
        if model.go_on is not None:
            card = ContinueCard(model.go_on)
            card.resumed.connect(self.resume)
            self.add(card)
            self.body.addSpacing(px(self.layout_now.section_gap + 6))
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        if model.sessions:
            rows = self._section("Last sessions", "All sessions", self.sessions)
            for item in model.sessions:
                row = session_row(item)
                row.clicked.connect(lambda _=False, name=item.id: self.opened.emit(name))
                row.acted.connect(lambda name=item.id: self.resume.emit(name))
                rows.addWidget(row)
            rows.addStretch(1)
            self._columns.addLayout(rows, 11)
        if model.suggestions:
            rows = self._section("To practise next", "All cases", self.cases)
            for case in model.suggestions:
                row = Row(case.title, case.about, f"{case.minutes} min", action="Start", rule=True)
                row.clicked.connect(lambda _=False, name=case.id: self.start.emit(name))
                row.acted.connect(lambda name=case.id: self.start.emit(name))
                rows.addWidget(row)
            rows.addStretch(1)
            self._columns.addLayout(rows, 9)
        self.body.addLayout(self._columns)

    def _section(self, words: str, link: str, signal: SignalInstance) -> QVBoxLayout:
        rows = QVBoxLayout()
        rows.setSpacing(0)
        heading = QHBoxLayout()
        heading.setContentsMargins(BLEED, 0, BLEED, px(6))
        heading.addWidget(Text(words, "heading"), 1)
        button = Button(link, "link", 28)
        button.clicked.connect(signal)
        heading.addWidget(button)
        rows.addLayout(heading)
        return rows

    def _add_suggestions(self, model: HomeModel) -> None:
        if not model.suggestions:
            return
        self.add(Text("Three to begin with", "heading"))
        self.body.addSpacing(px(12))
        self._cards = QGridLayout()
        self._cards.setSpacing(px(16))
        for index, item in enumerate(model.suggestions):
            card = case_card(item)
            card.clicked.connect(lambda _=False, name=item.id: self.start.emit(name))
            self._cards.addWidget(card, 0, index)
        self.add(self._cards)


class ContinueCard(QWidget):
    """The one thing to do: an interview in progress.

    Signals:
        resumed: its id.
    """

    resumed = Signal(str)

    def __init__(self, model: Continue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        column = QVBoxLayout(self)
        edge = px(28)
        column.setContentsMargins(edge, px(22), edge, px(24))
        column.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(Text("Continue", "label", "accent"), 1)
        head.addWidget(Text(model.stopped, "small", "ink3"))
        column.addLayout(head)
        column.addSpacing(px(6))
        column.addWidget(Text(model.title, "title", wrap=True))
        column.addSpacing(px(2))
        column.addWidget(Text(model.about, "small", "ink2", lines=1))
        column.addSpacing(px(20))
        self._steps = Steps()
        self._steps.show_step(model.question, model.completed)
        column.addWidget(self._steps, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(px(22))
        row = QHBoxLayout()
        go_on = Button(model.button, "primary", 40, "play")
        go_on.clicked.connect(lambda: self.resumed.emit(model.interview_id))
        row.addWidget(go_on)
        row.addStretch(1)
        if model.minutes_left:
            row.addWidget(Text(f"About {model.minutes_left} minutes left", "small", "ink2"))
        column.addLayout(row)
        theme.changed.connect(self.update)

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
