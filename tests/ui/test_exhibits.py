"""Exhibits on the screen: nothing clipped, the table for screen reader and keyboard, the themes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from typing import get_args

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from interview_desktop.domain.interview import Exhibit
from interview_desktop.ui import theme as look
from interview_desktop.ui.gallery import exhibits as gallery
from interview_desktop.ui.theme import theme
from interview_desktop.ui.view_models.exhibit import exhibit_model
from interview_desktop.ui.widgets.exhibit.chart import Chart, draw, preload
from interview_desktop.ui.widgets.exhibit.picture import Density, Picture, advance, wrapped
from interview_desktop.ui.widgets.exhibit.table import Table
from interview_desktop.ui.widgets.exhibit.view import ExhibitView
from interview_desktop.ui.widgets.text import Panel
from tests.helpers.exhibits import EXHIBITS

CHARTS = [exhibit for exhibit in EXHIBITS if exhibit.kind != "table"]
TABLES = [exhibit for exhibit in EXHIBITS if exhibit.kind == "table"]
WIDTHS = (336, 352, 392, 471, 656, 720)
LEFT = Qt.MouseButton.LeftButton
by_id = pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda one: one.id)


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    look.install(qapp)
    theme.apply(False)
    yield
    set_scale(1.0)
    theme.apply(False)


def set_scale(scale: float) -> None:
    """Another text size, as the settings would."""
    theme.scale = scale
    theme.changed.emit()


def shown(qtbot: QtBot, exhibit: Exhibit, width: int = 392) -> tuple[QScrollArea, ExhibitView]:
    """An exhibit in a pane that scrolls, as in the room."""
    area = QScrollArea()
    qtbot.addWidget(area)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    pane = Panel("canvas")
    column = QVBoxLayout(pane)
    column.setContentsMargins(0, 0, 0, 0)
    view = ExhibitView(exhibit, "Exhibit 1 of 2")
    column.addWidget(view)
    column.addStretch(1)
    area.setWidget(pane)
    area.resize(width, 640)
    area.show()
    qtbot.waitExposed(area)
    return area, view


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("exhibit", CHARTS, ids=lambda one: one.id)
def test_nothing_in_a_chart_overlaps_or_is_clipped(exhibit: Exhibit, scale: float) -> None:
    set_scale(scale)
    model = exhibit_model(exhibit)
    for width in WIDTHS:
        for density in get_args(Density):
            check_picture(draw(model, width, density))


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("name", ["exhibit-losses", "exhibit-lines-apart", "exhibit-bar"])
def test_nor_with_negative_values_several_axes_and_figures_beside(name: str, scale: float) -> None:
    set_scale(scale)
    view = sample(name)
    model = exhibit_model(view.exhibit)
    for width in WIDTHS:
        check_picture(draw(model, width, "wide"))


def sample(name: str) -> ExhibitView:
    """The exhibit of a sample of the gallery."""
    widget = next(one for one in gallery.samples() if one.name == name).make()
    view = widget.findChild(ExhibitView)
    assert isinstance(view, ExhibitView)
    view.setParent(None)
    return view


def check_picture(picture: Picture) -> None:
    """Texts, bars, lines and connectors keep clear of each other and inside."""
    inside = QRectF(-0.5, -0.5, picture.width + 1.5, picture.height + 1)
    # Letters are lower than their line: what may touch are the lines' empty edges.
    texts = [(words.text, words.box.adjusted(0.5, 2, -0.5, -2)) for words in picture.words]
    for text, box in texts:
        assert inside.contains(box), (text, box)
        assert text
    for (one, first), (other, second) in combinations(texts, 2):
        assert not first.intersects(second), (one, other)
    solid = [bar.box for bar in picture.bars]
    solid += [box for box, _ in picture.hairlines if box.height() > 1]
    for box in solid:
        assert inside.contains(box)
        for text, words in texts:
            assert not words.intersects(box), (text, box)
    for curve in picture.curves:
        for start, end in zip(curve.points, curve.points[1:], strict=False):
            for part in range(21):
                on = start + (end - start) * (part / 20)
                assert inside.contains(on)
                assert not any(box.contains(QPointF(on)) for _, box in texts)


@pytest.mark.parametrize("scale", [1.0, 1.5])
@by_id
def test_nothing_in_a_table_is_clipped(qtbot: QtBot, exhibit: Exhibit, scale: float) -> None:
    set_scale(scale)
    area, view = shown(qtbot, exhibit)
    view.show_table()
    for width in WIDTHS:
        area.resize(width, 640)
        QApplication.processEvents()
        check_table(view.table, width)


def check_table(table: Table, width: int) -> None:
    """Every text fits into its cell, and all cells into the table."""
    cells, head = table.cells, table.horizontalHeader()
    assert sum(table.columnWidth(column) for column in range(cells.columnCount())) == width
    rows = sum(table.rowHeight(row) for row in range(cells.rowCount()))
    assert rows + (0 if head.isHidden() else head.height()) == table.height()
    assert table.verticalScrollBar().maximum() == 0
    assert table.horizontalScrollBar().maximum() == 0
    for row in range(cells.rowCount()):
        for column in range(cells.columnCount()):
            text = cells.grid[row][column]
            label = cells.is_label(row, column)
            room = table.visualRect(cells.index(row, column)).width()
            style = "figure" if column else "label" if label else "caption"
            lines = wrapped(text, style, room)
            assert " ".join(lines) == text, "a word is cut"
            assert max(advance(line, style) for line in lines) <= room
            assert not column or len(lines) == 1
            assert len(lines) * look.px(16) <= table.rowHeight(row)
    if not head.isHidden():
        for column, text in enumerate(table.cells.headerData(at, Qt.Orientation.Horizontal)
                                      for at in range(cells.columnCount())):  # fmt: skip
            lines = wrapped(text, "caption", table.columnWidth(column))
            assert " ".join(lines) == text, "a word of a head is cut"
            assert len(lines) * look.px(16) <= head.height()


@pytest.mark.parametrize("scale", [1.0, 1.5])
@by_id
def test_the_parts_stand_below_each_other(qtbot: QtBot, exhibit: Exhibit, scale: float) -> None:
    set_scale(scale)
    area, view = shown(qtbot, exhibit)
    for width in WIDTHS:
        area.resize(width, 640)
        QApplication.processEvents()
        parts = [
            part
            for part in view.findChildren(
                QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly
            )
            if part.isVisible()
        ]
        for part in parts:
            assert view.rect().contains(part.geometry()), part
            needed = part.heightForWidth(part.width()) if part.hasHeightForWidth() else 0
            assert part.height() >= needed, part
        for one, other in combinations(parts, 2):
            assert not one.geometry().intersects(other.geometry())


@by_id
def test_a_screen_reader_gets_the_table(qtbot: QtBot, exhibit: Exhibit) -> None:
    _, view = shown(qtbot, exhibit, 720)
    view.show_table()
    QApplication.processEvents()
    table = QAccessible.queryAccessibleInterface(view.table)
    assert table.role() == QAccessible.Role.Table
    assert name(table) == exhibit.title
    children = [table.child(at) for at in range(table.childCount())]
    heads = [name(one) for one in children if one.role() == QAccessible.Role.ColumnHeader]
    rows = [name(one) for one in children if one.role() == QAccessible.Role.RowHeader]
    cells = [name(one) for one in children if one.role() == QAccessible.Role.Cell]
    model = exhibit_model(exhibit)
    assert heads == list(exhibit.columns)
    assert rows == [str(row[0]) for row in exhibit.rows]
    assert cells == [text for row in range(len(exhibit.rows)) for text in model.cells(row)]


@pytest.mark.parametrize("exhibit", CHARTS, ids=lambda one: one.id)
def test_a_chart_reads_its_sentence_and_then_its_rows(qtbot: QtBot, exhibit: Exhibit) -> None:
    _, view = shown(qtbot, exhibit)
    assert view.chart is not None
    chart = QAccessible.queryAccessibleInterface(view.chart)
    assert name(chart) == exhibit.title
    heard = chart.text(QAccessible.Text.Description)
    assert heard.startswith(exhibit.spoken)
    for row in exhibit.rows:
        assert f"{row[0]}: {exhibit.columns[1]}" in heard


def name(interface: QAccessibleInterface) -> str:
    """The accessible name."""
    return interface.text(QAccessible.Text.Name)


def test_the_table_is_reached_and_read_with_the_keyboard_alone(qtbot: QtBot) -> None:
    area, view = shown(qtbot, CHARTS[1])
    area.activateWindow()
    qtbot.waitUntil(area.isActiveWindow)
    assert view.switch is not None
    assert view.chart is not None
    area.setFocus()
    qtbot.keyClick(area, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is view.switch.chart
    qtbot.keyClick(view.switch.chart, Qt.Key.Key_Right)
    assert view.table.isVisible()
    assert not view.chart.isVisible()
    view.table.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.table.currentIndex() == view.table.cells.index(0, 0)
    qtbot.keyClick(view.table, Qt.Key.Key_Down)
    qtbot.keyClick(view.table, Qt.Key.Key_Right)
    assert view.table.currentIndex().data() == exhibit_model(view.exhibit).cells(1)[1]
    assert not view.table.selectionModel().hasSelection()
    # Tab leaves the table; it does not walk through its cells.
    qtbot.keyClick(view.table, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is not view.table
    qtbot.keyClick(view.switch.table, Qt.Key.Key_Left)
    assert view.chart.isVisible()


def test_the_switch_is_pressed_anywhere_in_its_words(qtbot: QtBot) -> None:
    _, view = shown(qtbot, CHARTS[0])
    assert view.switch is not None
    qtbot.mouseClick(view.switch.table, LEFT, pos=QPoint(view.switch.table.width() - 3, 4))
    assert view.table.isVisible()


def test_bars_are_sharp_and_follow_the_theme(qtbot: QtBot) -> None:
    area, view = shown(qtbot, CHARTS[1])
    chart, pane = view.chart, area.widget()
    assert chart is not None
    assert pane is not None
    bar = chart.picture(chart.width()).bars[0]
    for dark in (False, True):
        theme.apply(dark)
        QApplication.processEvents()
        image = pane.grab().toImage()
        ratio = image.devicePixelRatio()

        def color(x: float, y: float) -> str:
            corner = chart.mapTo(pane, QPoint(0, 0))
            at = QPointF(corner.x() + x, corner.y() + y) * ratio  # noqa: B023
            return QColor(image.pixel(int(at.x()), int(at.y()))).name()  # noqa: B023

        middle = bar.box.center().y()
        data, canvas = theme.color("data").name(), theme.color("canvas").name()
        # The first and the last pixel of the bar are whole, their neighbours are untouched.
        assert color(bar.box.left(), middle) == data
        assert color(bar.box.right() - 1, middle) == data
        assert color(bar.box.left() - 1, middle) == canvas
        assert color(bar.box.right(), middle) == canvas


def test_a_larger_text_size_grows_chart_and_table(qtbot: QtBot) -> None:
    _, view = shown(qtbot, CHARTS[1], 471)
    assert view.chart is not None
    chart, table = view.chart.heightForWidth(471), view.table.heightForWidth(471)
    set_scale(1.5)
    QApplication.processEvents()
    assert view.chart.heightForWidth(471) > 1.3 * chart
    assert view.table.heightForWidth(471) > 1.3 * table
    assert view.chart.height() >= view.chart.heightForWidth(view.chart.width())


def test_a_step_down_is_outlined_and_has_a_minus(qapp: QApplication) -> None:
    steps = next(exhibit for exhibit in CHARTS if exhibit.kind == "waterfall")
    picture = draw(exhibit_model(steps), 392, "wide")
    assert [bar.look for bar in picture.bars] == ["data", *["outline"] * 5, "data"]
    # Each step begins where the one before ended.
    for before, after in zip(picture.bars[1:-1], picture.bars[2:], strict=True):
        assert before.box.left() == after.box.right()
    assert "\u22121.65" in [words.text for words in picture.words]


def test_bars_are_as_long_as_their_values(qapp: QApplication) -> None:
    exhibit = next(one for one in CHARTS if one.id.endswith("/reasons"))
    picture = draw(exhibit_model(exhibit), 392, "wide")
    lengths = [bar.box.width() for bar in picture.bars]
    assert len(lengths) == len(exhibit.rows)
    each = lengths[0] / float(exhibit.rows[0][1])
    for length, row in zip(lengths, exhibit.rows, strict=True):
        assert abs(length - float(row[1]) * each) <= 1.5


@pytest.mark.parametrize("exhibit", [one for one in CHARTS if one.kind == "line"])
def test_a_value_at_a_line_is_that_of_the_nearest_point(
    qapp: QApplication, exhibit: Exhibit
) -> None:
    model = exhibit_model(exhibit)
    picture = draw(model, 656, "large")
    points = [
        (point, text.removesuffix("\u00a0%"))
        for column, curve in zip(model.columns, picture.curves, strict=True)
        for point, text in zip(curve.points, column.shown, strict=True)
    ]
    values = [words for words in picture.words if words.style == "point" and words.color == "ink2"]
    assert len(values) > len(points) / 3
    for words in values:
        middle = words.box.center()
        _, nearest = min(points, key=lambda one: (one[0] - middle).manhattanLength())
        assert nearest == words.text


def test_the_mouse_wheel_and_clicks_pass_through_a_chart(qtbot: QtBot) -> None:
    area, view = shown(qtbot, next(one for one in CHARTS if one.kind == "line"))
    chart = view.chart
    assert chart is not None
    at = chart.mapTo(area.window(), QPoint(chart.width() // 2, chart.height() // 2))
    assert area.window().childAt(at) is chart


def test_the_library_comes_with_the_first_chart_and_not_before() -> None:
    code = (
        "import sys; import interview_desktop.window, interview_desktop.ui.views.room; "
        "print('pyqtgraph' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "False"


def test_preload_ends_by_itself_and_a_chart_is_shown_after_it(qtbot: QtBot) -> None:
    thread = preload()
    thread.join(60)
    assert not thread.is_alive()
    _, view = shown(qtbot, CHARTS[0])
    assert isinstance(view.chart, Chart)


def test_the_gallery_shows_each_kind(qtbot: QtBot) -> None:
    kinds = set()
    for one in gallery.samples():
        widget = one.make()
        qtbot.addWidget(widget)
        widget.show()
        assert all(label.text() for label in widget.findChildren(QLabel) if label.isVisible())
        view = widget.findChild(ExhibitView)
        assert isinstance(view, ExhibitView)
        kinds.add(view.exhibit.kind)
    assert kinds == {"bar", "line", "waterfall", "table"}
