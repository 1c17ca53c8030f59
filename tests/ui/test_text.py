"""Text on fixed lines: it wraps, elides when told to, and is never cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from interview_desktop.ui.gallery.components import controls
from interview_desktop.ui.theme import line, theme
from interview_desktop.ui.widgets.scroll import Pane
from interview_desktop.ui.widgets.text import Text, lay_out, text_width
from tests.helpers.geometry import faults

pytestmark = pytest.mark.usefixtures("look")
WORDS = "A grocery scanning company looks at a market it does not know. "
ANY = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=120)


@pytest.mark.parametrize("style", ["display", "read", "body", "caption"])
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_wrapped_text_takes_whole_lines_of_its_style(
    qtbot: QtBot, style: str, scale: float
) -> None:
    theme.set_scale(scale)
    text = Text(WORDS * 4, style, wrap=True)
    qtbot.addWidget(text)
    for width in (200, 400, 900):
        height = text.heightForWidth(width)
        assert height % line(style) == 0
        assert lay_out(WORDS * 4, style, width).lineCount() * line(style) == height


@given(ANY, st.integers(20, 400), st.integers(1, 3))
def test_no_line_is_wider_than_its_place_and_none_too_many(
    text: str, width: int, lines: int
) -> None:
    laid = lay_out(text, "body", width, lines=lines)
    assert laid.lineCount() <= lines
    for number in range(laid.lineCount()):
        # One letter may be wider than a very narrow place.
        one = laid.lineAt(number)
        assert one.naturalTextWidth() <= width + 1 or one.textLength() <= 2


def test_text_that_does_not_fit_ends_in_an_ellipsis_and_other_text_does_not() -> None:
    assert lay_out(WORDS * 4, "body", 300, lines=2).text().endswith("…")
    assert lay_out(WORDS, "body", 300, lines=2).text() == WORDS
    assert lay_out("👩‍💻" * 60, "body", 200, lines=2).text().startswith("👩‍💻👩‍💻")


def test_what_is_not_to_be_elided_keeps_its_width(qtbot: QtBot) -> None:
    kept, elided = Text(WORDS), Text(WORDS, lines=1)
    qtbot.addWidget(kept)
    qtbot.addWidget(elided)
    assert kept.minimumSizeHint().width() >= text_width(WORDS, "body")
    assert elided.minimumSizeHint().width() < 100


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("width", [1024, 1280])
def test_no_text_of_the_sheet_is_cut(qtbot: QtBot, scale: float, width: int) -> None:
    theme.set_scale(scale)
    pane = Pane()
    pane.column.addWidget(controls())
    qtbot.addWidget(pane)
    pane.resize(width, 640)
    pane.show()
    qtbot.waitExposed(pane)
    QApplication.processEvents()
    texts = [one for one in pane.findChildren(Text) if one.isVisible()]
    assert len(texts) > 15
    # The sheet itself is wider than these windows; what stands in it is whole.
    assert faults(pane.content) == []


def test_a_pane_fades_where_more_lies(qtbot: QtBot) -> None:
    host = QWidget()
    layout = QVBoxLayout(host)
    pane = Pane()
    layout.addWidget(pane)
    pane.column.addWidget(Text(WORDS * 60, wrap=True))
    qtbot.addWidget(host)
    host.resize(400, 300)
    host.show()
    qtbot.waitExposed(host)
    bar = pane.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    above, below = pane.fades()
    assert not above.isVisible() and below.isVisible()
    bar.setValue(bar.maximum())
    assert above.isVisible() and not below.isVisible()
    assert bar.sizeHint().width() == 8
