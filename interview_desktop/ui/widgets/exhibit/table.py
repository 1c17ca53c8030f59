"""An exhibit as a real table: hairlines, tabular figures, keyboard, screen reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QHeaderView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from interview_desktop.domain.interview import Exhibit
from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.view_models.exhibit import ExhibitModel, described
from interview_desktop.ui.widgets.exhibit.picture import (
    Density,
    advance,
    line_height,
    longest_word,
    style_font,
    wrapped,
)

_Index = QModelIndex | QPersistentModelIndex
_GAP, _KEPT = 12, 8
_PADDING: dict[Density, int] = {"wide": 11, "short": 8, "large": 13, "compact": 8}


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the table stands at a width: columns beside each other, or one below the other."""

    long: bool
    columns: tuple[int, ...]
    rows: tuple[int, ...]
    head: int

    @property
    def height(self) -> int:
        return self.head + sum(self.rows)


class Cells(QAbstractTableModel):
    """The exhibit's cells. In the long form each row is a block: label, then head and figure."""

    def __init__(self, model: ExhibitModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.grid: tuple[tuple[str, ...], ...] = ()
        self.long = False
        self.set_long(False)

    def set_long(self, long: bool) -> None:
        """Change the form."""
        self.beginResetModel()
        self.long = long
        self.grid = grid(self._model, long=long)
        self.endResetModel()

    def is_label(self, row: int, column: int) -> bool:
        """Whether a cell names its row."""
        if self.long:
            return row % (len(self._model.columns) + 1) == 0
        return column == 0

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own default)
        """Rows of the form."""
        return 0 if parent.isValid() else len(self.grid)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Columns of the form."""
        return 0 if parent.isValid() else len(self.grid[0])

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text and side of a cell."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.grid[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if index.column() else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Heads of columns; a row's head is its label."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        if way is Qt.Orientation.Vertical:
            return self.grid[section][0]
        return ("Measure", "Figure")[section] if self.long else self._model.heads[section]


def grid(model: ExhibitModel, *, long: bool) -> tuple[tuple[str, ...], ...]:
    """The cells as rows."""
    if not long:
        return tuple(model.cells(row) for row in range(len(model.labels)))
    rows: list[tuple[str, ...]] = []
    for row, label in enumerate(model.labels):
        rows.append((label, ""))
        rows += [(column.head, column.shown[row]) for column in model.columns]
    return tuple(rows)


class Table(QTableView):
    """As high as its rows, never scrolling inside; arrow keys move, Tab leaves."""

    def __init__(
        self, exhibit: Exhibit, model: ExhibitModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._exhibit_model = model
        self._density: Density = "wide"
        self._applied: _Plan | None = None
        self._plans: dict[int, _Plan] = {}
        self.cells = Cells(model, self)
        self.setModel(self.cells)
        self.setItemDelegate(_Painter(self))
        self.setHorizontalHeader(_Heads(self))
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QTableView.SelectionMode.NoSelection)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(exhibit.title)
        self.setAccessibleDescription(described(exhibit))
        theme.changed.connect(self.refresh)

    def set_density(self, density: Density) -> None:
        """Rows as high as the room allows."""
        if density != self._density:
            self._density = density
            self.refresh()

    def refresh(self) -> None:
        """Lay out again: another theme, another text size."""
        self._applied = None
        self._plans.clear()
        self.updateGeometry()
        self._apply()
        self.viewport().update()
        self.horizontalHeader().viewport().update()

    def hasHeightForWidth(self) -> bool:
        """A table is as high as its rows."""
        return True

    def heightForWidth(self, width: int) -> int:
        """How high the table is at a width."""
        return self._plan(width).height

    def sizeHint(self) -> QSize:
        """As in the room."""
        return QSize(392, self.heightForWidth(392))

    def minimumSizeHint(self) -> QSize:
        """Only the width: the height follows from it, and layouts ask for it."""
        return QSize(240, px(48))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other widths wrap in other places."""
        super().resizeEvent(event)
        self._apply()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move; letters are the room's, nothing is searched for here."""
        if event.text().strip() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The first cell is where one begins."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self.cells.index(0, 0))
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No mark without focus."""
        super().focusOutEvent(event)
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The pane behind scrolls."""
        event.ignore()

    def _apply(self) -> None:
        plan = self._plan(self.width())
        if plan == self._applied:
            return
        self._applied = plan
        if plan.long is not self.cells.long:
            self.clearSpans()
            self.cells.set_long(plan.long)
            for row in range(len(plan.rows)) if plan.long else ():
                if self.cells.is_label(row, 0):
                    self.setSpan(row, 0, 1, 2)
        self.horizontalHeader().setVisible(not plan.long)
        self.horizontalHeader().setFixedHeight(max(1, plan.head))
        for column, width in enumerate(plan.columns):
            self.setColumnWidth(column, width)
        for row, height in enumerate(plan.rows):
            self.setRowHeight(row, height)

    def _plan(self, width: int) -> _Plan:
        if width not in self._plans:
            if len(self._plans) >= _KEPT:
                self._plans.clear()
            self._plans[width] = self._made_plan(width)
        return self._plans[width]

    def _made_plan(self, width: int) -> _Plan:
        model = self._exhibit_model
        gap, padding = px(_GAP), 2 * px(_PADDING[self._density])
        least = [
            max(
                longest_word(column.head, "caption"),
                *(advance(text, "figure") for text in column.shown),
            )
            + gap
            for column in model.columns
        ]
        labels = max(
            longest_word(model.heads[0], "caption"),
            *(longest_word(label, "label") for label in model.labels),
        )
        if labels + sum(least) > width:
            return self._long_plan(width)
        natural = max(advance(label, "label") for label in model.labels) + 1
        first = max(labels + 1, min(natural, width * 0.45, width - sum(least)))
        extra = (width - first - sum(least)) / len(least)
        # A column is no wider than one line of its head needs; the label has the rest.
        columns = [
            int(
                max(
                    one,
                    min(one + extra, advance(column.head, "caption") + 2 * gap),
                )
            )
            for one, column in zip(least, model.columns, strict=True)
        ]
        widths = (width - sum(columns), *columns)
        heads = [
            len(wrapped(head, "caption", used - (gap if place else 0)))
            for place, (head, used) in enumerate(zip(model.heads, widths, strict=True))
        ]
        rows = tuple(
            len(wrapped(label, "label", widths[0])) * line_height("label") + padding
            for label in model.labels
        )
        return _Plan(False, widths, rows, max(heads) * line_height("caption") + px(6))

    def _long_plan(self, width: int) -> _Plan:
        rows = grid(self._exhibit_model, long=True)
        figures = max(advance(row[1], "figure") for row in rows) + px(_GAP)
        widths = (width - int(figures) - 1, int(figures) + 1)
        each = len(self._exhibit_model.columns) + 1
        heights = tuple(
            len(wrapped(row[0], "label" if at % each == 0 else "caption", width if at % each == 0
                        else widths[0])) * line_height("label") + px(10 if at % each else 16)
            for at, row in enumerate(rows)
        )  # fmt: skip
        return _Plan(True, widths, heights, 0)


class _Painter(QStyledItemDelegate):
    """A cell: its lines, the hairline below, the mark of the keyboard."""

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one cell."""
        box: QRect = option.rect
        cells = self._table.cells
        label = cells.is_label(index.row(), index.column())
        last = (
            not cells.long
            or index.row() + 1 == len(cells.grid)
            or cells.is_label(index.row() + 1, 0)
        )
        painter.save()
        token = "line" if not (cells.long and not last) else "canvas"
        painter.fillRect(box.x(), box.bottom(), box.width(), 1, theme.color(token))
        if self._table.hasFocus() and self._table.currentIndex() == index:
            painter.fillRect(box.x(), box.bottom() - 1, box.width(), 2, theme.color("accent"))
        if index.column() and not label:
            style, color, inset = "figure", "ink", px(_GAP)
        else:
            style, color, inset = ("label", "ink", 0) if label else ("caption", "ink2", 0)
        _lines(
            painter,
            box.adjusted(inset, 0, 0, -1),
            str(index.data()),
            (style, color),
            right=bool(index.column()),
            low=False,
        )
        painter.restore()


class _Heads(QHeaderView):
    """Heads in caption, wrapped, over a stronger hairline."""

    def __init__(self, table: Table) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(1)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """One head."""
        painter.save()
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, theme.color("line2"))
        text = str(self.model().headerData(section, Qt.Orientation.Horizontal))
        inset = px(_GAP) if section else 0
        _lines(
            painter,
            rect.adjusted(inset, 0, 0, -px(6)),
            text,
            ("caption", "ink3"),
            right=bool(section),
            low=True,
        )
        painter.restore()


def _lines(
    painter: QPainter, box: QRect, text: str, look: tuple[str, str], *, right: bool, low: bool
) -> None:
    """Wrapped lines in a box, at its bottom or in its middle."""
    style, color = look
    painter.setFont(style_font(style))
    painter.setPen(theme.color(color))
    high = line_height(style)
    lines = wrapped(text, style, box.width() + 0.5)
    top = box.bottom() + 1 - high * len(lines)
    if not low:
        top = box.top() + (box.height() - high * len(lines)) // 2
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
    for index, line in enumerate(lines):
        painter.drawText(QRect(box.x(), top + index * high, box.width(), high), flags, line)
