"""The candidate's own scores: given before anything that judges, kept, and changed."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.view_models.debrief import cap_words, lowest_words
from interview_desktop.ui.view_models.rubric import RUBRIC, Dimension, to_go
from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.message import Message
from interview_desktop.ui.widgets.page import clear
from interview_desktop.ui.widgets.score import HIGHEST, Score
from interview_desktop.ui.widgets.text import Text

WHY = "The answers stay hidden until yours are saved."
_LOOKED = "You have looked at the answers. Your own scores still help you later."


class Scores(QWidget):
    """Six rows to score, or the six scores that are saved.

    Signals:
        saved: all six, to be kept; say with `show_scores` that they are.
        skipped: the rest is wanted without scores.
        laid_out: it has other controls now.
    """

    saved = Signal(dict)
    skipped = Signal()
    laid_out = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caps: Mapping[str, tuple[int, int]] = {}
        self._scores: dict[str, int] = {}
        self._kept = False
        self._looked = False
        self._rows: dict[str, Score] = {}
        # Where the focus goes when what had it is gone; whether Save had it.
        self._first: QWidget = self
        self._saving = False
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._problem = Message("bad", "")
        self._fill()
        theme.changed.connect(self._follow)

    def show_caps(self, caps: Mapping[str, tuple[int, int]]) -> None:
        """What hints have limited: dimension -> (level of the hint, highest score)."""
        self._caps = dict(caps)
        self._fill()

    def show_scores(self, scores: Mapping[str, int], *, saved: bool) -> None:
        """The scores, saved or still to be given."""
        known = {one.id for one in RUBRIC}
        self._scores = {
            key: score for key, score in scores.items() if key in known and 1 <= score <= HIGHEST
        }
        self._kept = saved and not to_go(self._scores)
        self._fill()

    def show_looked(self) -> None:
        """The rest was shown without scores."""
        self._looked = True
        self._fill()

    def show_error(self, sentence: str) -> None:
        """They could not be saved; they stay as they are given."""
        self._fill(problem=sentence)

    def is_saved(self) -> bool:
        """Whether the scores that are shown are kept."""
        return self._kept

    def given(self) -> dict[str, int]:
        """The scores that are given so far."""
        return dict(self._scores)

    # -- inside ----------------------------------------------------------------------------------

    def _follow(self) -> None:
        """Made again for another text size, with what it has to say; colours follow alone."""
        if theme.scale != self._made_at:
            self._fill(problem=self._told)

    def _fill(self, *, problem: str = "") -> None:
        self._made_at, self._told = theme.scale, problem
        focus = QApplication.focusWidget()
        had_focus = self._saving or (focus is not None and self.isAncestorOf(focus))
        self._saving = False
        clear(self._outer)
        area = QWidget()
        self._column = QVBoxLayout(area)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._rows = {}
        if self._kept:
            self._fill_saved()
        else:
            self._fill_open(problem)
        self._outer.addWidget(area)
        # At once, or nothing in it could have the focus yet.
        area.show()
        self.laid_out.emit()
        if had_focus:
            # What had it is gone.
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill_open(self, problem: str) -> None:
        column = self._column
        column.addWidget(Text("Score yourself" if self._looked else "Score yourself first",
                              "heading"))  # fmt: skip
        column.addSpacing(px(2))
        words = _LOOKED if self._looked else WHY
        column.addWidget(Text(words, "small", "ink2", wrap=True))
        column.addSpacing(px(14))
        for dimension in RUBRIC:
            anchors = {1: dimension.one, 3: dimension.three, 5: dimension.five}
            row = Score(dimension.name, anchors)
            row.show_score(self._scores.get(dimension.id))
            row.scored.connect(lambda score, key=dimension.id: self._score(key, score))
            self._rows[dimension.id] = row
            column.addWidget(row)
            column.addSpacing(px(8))
        column.addSpacing(px(8))
        foot = QHBoxLayout()
        foot.setSpacing(px(10))
        self._save = Button("Save my scores", "primary", 36)
        self._save.clicked.connect(self._on_save)
        self._left = Text("", "small", "ink2")
        foot.addWidget(self._save)
        foot.addWidget(self._left)
        foot.addStretch(1)
        column.addLayout(foot)
        self._problem = Message("bad", problem)
        self._problem.setVisible(bool(problem))
        column.addSpacing(px(8))
        column.addWidget(self._problem)
        if not self._looked:
            skip = Button("Show without scoring", "link", 28)
            skip.clicked.connect(self.skipped)
            column.addWidget(skip, 0, Qt.AlignmentFlag.AlignLeft)
        self._count()
        first = next(iter(self._rows.values())).track
        self._first = self._save if self._save.isEnabled() else first

    def _fill_saved(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Text("Your scores", "heading"), 1)
        change = Button("Change", "link", 28)
        change.setAccessibleName("Change my scores")
        change.clicked.connect(self._change)
        head.addWidget(change)
        self._first = change
        self._column.addLayout(head)
        self._column.addSpacing(px(2))
        self._column.addWidget(Text(lowest_words(self._scores), "small", "ink2", wrap=True))
        self._column.addSpacing(px(10))
        for dimension in RUBRIC:
            self._column.addWidget(self._saved_row(dimension))

    def _saved_row(self, dimension: Dimension) -> QWidget:
        score = self._scores[dimension.id]
        area = QWidget()
        area.setToolTip(dimension.anchors)
        column = QVBoxLayout(area)
        column.setContentsMargins(0, px(5), 0, px(5))
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(px(6))
        row.addWidget(Text(dimension.name, "label"), 1)
        figure = Text(str(score), "strong")
        figure.setAccessibleName(f"{dimension.name}, {score} of {HIGHEST}")
        row.addWidget(figure)
        row.addWidget(Text(f"of {HIGHEST}", "small", "ink3"))
        column.addLayout(row)
        cap = self._caps.get(dimension.id)
        if cap is not None:
            color = "warn" if score > cap[1] else "ink2"
            column.addWidget(Text(cap_words(dimension.name, cap), "caption", color, wrap=True))
        return area

    def _score(self, dimension: str, score: int) -> None:
        self._scores[dimension] = score
        self._count()

    def _count(self) -> None:
        missing = to_go(self._scores)
        self._left.setText(missing)
        self._left.setVisible(bool(missing))
        self._save.setEnabled(not missing)
        self._save.setAccessibleDescription(missing)

    def _on_save(self) -> None:
        self._saving = self._save.hasFocus()
        self._save.setEnabled(False)
        self._left.setText("Saving…")
        self._left.show()
        self._problem.hide()
        self._told = ""
        self.saved.emit(dict(self._scores))

    def _change(self) -> None:
        self._kept = False
        self._fill()
