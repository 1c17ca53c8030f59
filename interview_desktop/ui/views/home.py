"""Home and library in one calm page: start a case, continue one, listen again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from interview_desktop.domain.interview import CaseCard
from interview_desktop.ui.theme import font, theme
from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.lines import Pane
from interview_desktop.ui.widgets.text import Rule, Text


@dataclass(frozen=True, slots=True)
class SessionRow:
    """An interview on Home."""

    interview_id: str
    title: str
    second_line: str
    in_progress: bool
    question: int


class CardButton(QAbstractButton):
    """A case: the whole card is one press."""

    def __init__(self, card: CaseCard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card = card
        self.setFixedSize(312, 192)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(f"Start {card.title}, {card.difficulty}, {card.minutes} minutes")
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Type, title, summary, level and minutes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = theme.tokens
        strong = self.underMouse() or self.hasFocus()
        pen = QPen(QColor(tokens.accent if self.hasFocus() else tokens.line2), 2 if strong else 1)
        painter.setPen(pen if strong else QPen(QColor(tokens.line), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 12, 12)
        wrap = Qt.TextFlag.TextWordWrap
        card = self._card

        def write(style: str, color: str, box: QRectF, text: str) -> None:
            painter.setFont(font(style))
            painter.setPen(QColor(color))
            painter.drawText(box, wrap, text)

        kind = card.case_type.replace("-", " ").capitalize()
        width = self.width() - 40
        about = f"{kind}  ·  {card.industry.capitalize()}"
        write("caption", tokens.ink2, QRectF(20, 18, width, 18), about)
        painter.setFont(font("subhead"))
        box = QRectF(20, 42, width, 48)
        title = painter.boundingRect(box, wrap, card.title).height()
        write("subhead", tokens.ink, box, card.title)
        write("small", tokens.ink2, QRectF(20, 46 + title, width, 56), card.summary)
        below = f"{card.difficulty.capitalize()}  ·  {card.minutes} min"
        write("caption", tokens.ink2, QRectF(20, 160, width, 18), below)


class HomeView(QWidget):
    """Start, continue, listen again.

    Signals:
        start: template id of a case.
        resume: id of an interview in progress.
        review: id of a finished interview.
    """

    start = Signal(str)
    resume = Signal(str)
    review = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._pane = Pane()
        outer.addWidget(self._pane)
        column = self._pane.column
        column.setContentsMargins(48, 40, 48, 40)
        column.setSpacing(8)
        column.addWidget(Text("Practise a case", "display"))
        self._note = Text("Nothing leaves this laptop.", "small", "ink3", wrap=True)
        column.addWidget(self._note)
        column.addSpacing(20)
        column.addWidget(Text("Cases", "heading"))
        self._cards = QGridLayout()
        self._cards.setSpacing(16)
        self._cards.setAlignment(Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._cards)
        column.addSpacing(28)
        column.addWidget(Text("Your sessions", "heading"))
        self._rows = QVBoxLayout()
        column.addLayout(self._rows)
        column.addStretch(1)
        self._status = Text("Loading…", "body", "ink3")
        self._cards.addWidget(self._status, 0, 0)

    def show_note(self, text: str) -> None:
        """A lasting line under the title."""
        self._note.setText(text)

    def show_error(self, sentence: str) -> None:
        """What went wrong, where the cases would be."""
        self._status.setText(sentence)
        self._status.show()

    def show_cases(self, cards: Sequence[CaseCard], sessions: Sequence[SessionRow]) -> None:
        """Fill the page."""
        _empty(self._cards, keep=self._status)
        _empty(self._rows)
        self._status.setVisible(not cards)
        for index, card in enumerate(cards):
            button = CardButton(card)
            button.clicked.connect(lambda _=False, card=card: self.start.emit(card.id))
            self._cards.addWidget(button, index // 3, index % 3)
        if not sessions:
            self._rows.addWidget(
                Text(
                    "No sessions yet. Your first interview will appear here, with its sound and "
                    "its transcript.",
                    "body",
                    "ink3",
                    wrap=True,
                )
            )
        for session in sessions:
            self._rows.addWidget(self._row(session))
            self._rows.addWidget(Rule())

    def _row(self, session: SessionRow) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 10, 0, 10)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Text(session.title, "strong"))
        words.addWidget(Text(session.second_line, "small", "ink2"))
        layout.addLayout(words, 1)
        listen = Button("Listen again", "secondary", 32)
        listen.clicked.connect(lambda: self.review.emit(session.interview_id))
        layout.addWidget(listen)
        if session.in_progress:
            go_on = Button(f"Resume at question {session.question}", "primary", 32)
            go_on.clicked.connect(lambda: self.resume.emit(session.interview_id))
            layout.addWidget(go_on)
        return row


def _empty(layout: QGridLayout | QVBoxLayout, keep: QWidget | None = None) -> None:
    for index in reversed(range(layout.count())):
        item = layout.itemAt(index)
        widget = item.widget() if item is not None else None
        if widget is not None and widget is not keep:
            layout.removeWidget(widget)
            widget.deleteLater()
