"""Debrief: what was measured, the candidate's own scores, and only then the answers."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.layout import BLEED, CONTENT_MAX, Layout
from interview_desktop.ui.theme import line, px, theme
from interview_desktop.ui.view_models.debrief import DebriefModel
from interview_desktop.ui.views.debrief_more import Fold, More
from interview_desktop.ui.views.debrief_number import NumberSection
from interview_desktop.ui.views.debrief_scores import Scores
from interview_desktop.ui.views.debrief_table import QuestionTable
from interview_desktop.ui.widgets.page import Page
from interview_desktop.ui.widgets.text import Text

LOCKED = "It opens when your own scores are saved."
_SIDE, _GAP, _ICON = 352, 56, 16
_WIDEST, _WIDEST_SCORES, _WIDEST_TEXT = 1184, 420, 680
_ANY = 16_777_215


class DebriefView(Page):
    """What follows an interview.

    Nothing that judges is there before the own scores are saved or the candidate wants to see the
    rest without them: the number check, the outline and the mistakes are made only then.

    Signals:
        hear: a position in milliseconds that is to be heard.
        scores_saved: dimension -> 1 to 5, all six; say with `show_scores` that they are kept, or
            with `show_scores_error` that they are not.
    """

    hear = Signal(int)
    scores_saved = Signal(dict)
    # Its title is gone when the body is there.
    head_gap = (0, 0)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Debrief")
        self._title = Text("Debrief", "title")
        self.head.addWidget(self._title)
        self._model: DebriefModel | None = None
        self._open = False
        self._sections: dict[str, QWidget] = {}
        self._names: tuple[str, ...] = ()
        self._made_at = theme.scale
        self._columns = QHBoxLayout()
        self._columns.setSpacing(0)
        self._left, self._right = QVBoxLayout(), QVBoxLayout()
        for column in (self._left, self._right):
            column.setSpacing(0)
            self._columns.addLayout(column)
        self.add(self._columns)
        self.scores = Scores()
        self.scores.saved.connect(self.scores_saved)
        self.scores.skipped.connect(self._show_without)
        self.scores.laid_out.connect(self._order)
        self._scores_area = _Limited(self.scores, _WIDEST_SCORES)

    def show_model(self, model: DebriefModel) -> None:
        """What was measured."""
        if model != self._model:
            self._model = model
            self.scores.show_caps(model.caps)
            self._make()
        self._title.hide()
        self.show_content()

    def show_scores(self, scores: Mapping[str, int], saved: bool) -> None:
        """The candidate's own scores: kept, or still to be completed."""
        self.scores.show_scores(scores, saved=saved)
        if self.scores.is_saved() and not self._open:
            self._open = True
            self._make()

    def show_scores_error(self, sentence: str) -> None:
        """They could not be saved."""
        self.scores.show_error(sentence)

    def fit(self, layout: Layout) -> None:
        """Two columns, or one in the order of what matters; no sidebar stands beside them."""
        side = px(layout.margin)
        most = CONTENT_MAX if layout.large else _WIDEST
        across = side + max(0, self.width() - 2 * side - px(most)) // 2 - BLEED
        top = px(layout.page_top)
        self._column.setContentsMargins(across, top, across, px(40))
        if self._made_at == theme.scale:
            self._arrange(layout)
        else:
            # Another text size: what was measured at the other one is made anew.
            self._make()

    # -- inside ----------------------------------------------------------------------------------

    def _show_without(self) -> None:
        self._open = True
        self.scores.show_looked()
        self._make()

    def _make(self) -> None:
        self._made_at = theme.scale
        model = self._model
        if model is None:
            return
        opened = {one.button.text() for one in self.findChildren(Fold) if one.button.isChecked()}
        for section in self._sections.values():
            if section is not self._scores_area:
                section.hide()
                section.deleteLater()
        self._sections = {"head": _Head(model, judged=self._open)}
        self._sections["table"] = QuestionTable(model.rows)
        if not self._open:
            self._sections["numbers"] = _Locked()
        elif model.checks:
            self._sections["numbers"] = self._numbers(model)
        self._sections["scores"] = self._scores_area
        if self._open:
            more = More(model)
            for fold in more.findChildren(Fold):
                fold.button.setChecked(fold.button.text() in opened)
            self._sections["more"] = _Limited(more, _WIDEST_TEXT)
        self._arrange(self.layout_now)

    def _numbers(self, model: DebriefModel) -> QWidget:
        area = QWidget()
        column = QVBoxLayout(area)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(28))
        for check in model.checks:
            section = NumberSection(check, several=len(model.checks) > 1)
            section.hear.connect(self.hear)
            column.addWidget(section)
        return area

    def _arrange(self, layout: Layout) -> None:
        for column in (self._left, self._right):
            # Not by `takeAt`: the old item would live on, and it alone hears of another height.
            for one in self._sections.values():
                column.removeWidget(one)
            while column.takeAt(0) is not None:
                pass
        here = self._sections
        left: tuple[str, ...]
        right: tuple[str, ...]
        if layout.wide:
            left, right = ("head", "table", "numbers"), ("scores", "more")
        elif self._open:
            left, right = ("head", "numbers", "table", "scores", "more"), ()
        else:
            left, right = ("head", "table", "scores", "numbers"), ()
        gap = px(layout.section_gap)
        for column, names in ((self._left, left), (self._right, right)):
            for name in names:
                if name in here:
                    # The sentence belongs to what is measured below it.
                    if column.count():
                        column.addSpacing(px(20) if name == "table" and layout.wide else gap)
                    column.addWidget(here[name])
                    here[name].show()
            column.addStretch(1)
        self._columns.setSpacing(px(_GAP) if layout.wide else 0)
        self._columns.setStretch(0, 1)
        self._columns.setStretch(1, 0)
        for name in ("scores", "more"):
            section = here.get(name)
            if isinstance(section, _Limited):
                section.fit(px(_SIDE) if layout.wide else None)
        self._names = (*left, *right)
        self._order()

    def _order(self) -> None:
        """Tab goes as one reads, whatever was made last."""
        stops = [
            one
            for name in self._names
            if name in self._sections
            for one in self._sections[name].findChildren(QWidget)
            if one.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)


class _Limited(QWidget):
    """A section as wide as its column, or at most as wide as reads well, from the left."""

    def __init__(self, inner: QWidget, widest: int) -> None:
        super().__init__()
        self._inner = inner
        self._widest = widest
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(inner, 1000)
        row.addStretch(1)

    def fit(self, column: int | None) -> None:
        """In a column of so many pixels, or alone."""
        self.setMinimumWidth(column or 0)
        self.setMaximumWidth(column or _ANY)
        self._inner.setMaximumWidth(px(self._widest) if column is None else _ANY)


class _Head(QWidget):
    """The sentence, and that nobody has judged."""

    def __init__(self, model: DebriefModel, *, judged: bool) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        words = model.headline if judged else model.measured
        column.addWidget(Text(words, "title", wrap=True))
        if model.honesty:
            column.addWidget(_Remark("info", model.honesty))


class _Locked(QWidget):
    """The number check before it may be seen."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        column.addWidget(Text("Number check", "heading"))
        column.addWidget(_Remark("lock", LOCKED))


class _Remark(QWidget):
    """An icon and a sentence."""

    def __init__(self, icon: str, words: str) -> None:
        super().__init__()
        self._icon = icon
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(_ICON + 8), 0, 0, 0)
        row.addWidget(Text(words, "small", "ink2", wrap=True))
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The icon beside the first line."""
        box = QRectF(0, (line("small") - px(_ICON)) / 2, px(_ICON), px(_ICON))
        draw_icon(QPainter(self), self._icon, box, "ink2")
