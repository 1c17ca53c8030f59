"""The theme: appearance, text size, fonts, also where the system has none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interview_desktop.ui.icons import NAMES, draw_icon, icon_pixmap
from interview_desktop.ui.theme import DARK, LIGHT, font, line, px, theme

pytestmark = pytest.mark.usefixtures("look")
INK = """
import sys
from PySide6.QtWidgets import QApplication
from interview_desktop.ui.theme import font, install
from interview_desktop.ui.widgets.text import Text
from PySide6.QtGui import QFontInfo
app = QApplication(["no-fonts"])
install(app)
for style in ("display", "strong", "label", "body"):
    text = Text("Fewer shoppers", style)
    picture = text.grab().toImage()
    dark = sum(
        picture.pixelColor(x, y).lightness() < 128
        for x in range(picture.width()) for y in range(picture.height())
    )
    print(style, QFontInfo(font(style)).family(), QFontInfo(font(style)).weight(), dark > 100)
"""


def test_a_choice_holds_against_the_system_and_system_follows_it(qapp: QApplication) -> None:
    theme.choose("dark")
    assert theme.tokens == DARK
    assert qapp.palette().window().color().name().upper() == DARK.canvas
    theme.choose("light")
    assert theme.tokens == LIGHT
    hints = qapp.styleHints()
    theme.choose("system")
    hints.colorSchemeChanged.emit(hints.colorScheme())
    assert theme.dark == (hints.colorScheme().name == "Dark")


def test_the_text_size_is_told_and_kept_between_its_limits(qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.set_scale(1.25)
    assert (px(36), line("body"), font("body").pixelSize()) == (45, 28, 18)
    assert QApplication.font().pixelSize() == 18
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_scale(1.25)
    theme.set_scale(9)
    assert theme.scale == 1.5
    theme.set_scale(0.1)
    assert theme.scale == 1.0


@pytest.mark.parametrize(
    ("style", "family", "weight"),
    [
        ("body", "Inter", 400),
        ("label", "Inter", 500),
        ("strong", "Inter", 600),
        ("timer", "Inter", 500),
        ("display", "Inter Display", 600),
    ],
)
def test_the_fonts_of_the_app_are_really_those(style: str, family: str, weight: int) -> None:
    info = QFontInfo(font(style))
    assert (info.family(), info.weight()) == (family, weight)


def test_weights_differ_and_figures_of_columns_are_of_one_width() -> None:
    plain, strong = (QFontMetricsF(font(style)) for style in ("body", "strong"))
    assert plain.horizontalAdvance("Warehouse") < strong.horizontalAdvance("Warehouse")
    for style in ("timer", "numeral", "tab"):
        metrics = QFontMetricsF(font(style))
        widths = {metrics.horizontalAdvance(f"{digit}:{digit}{digit}") for digit in range(10)}
        assert max(widths) - min(widths) < 0.1, style


def test_a_system_without_any_font_still_shows_text(tmp_path: Path) -> None:
    empty = tmp_path / "fonts"
    empty.mkdir()
    setting = tmp_path / "fonts.conf"
    setting.write_text(
        f'<?xml version="1.0"?><fontconfig><dir>{empty}</dir>'
        f"<cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>"
    )
    done = subprocess.run(
        [sys.executable, "-c", INK],
        env=os.environ
        | {
            "FONTCONFIG_FILE": str(setting),
            "FONTCONFIG_PATH": str(empty),
            "QT_QPA_PLATFORM": "offscreen",
            "QT_QPA_FONTDIR": str(empty),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "display Inter Display 600 True",
        "strong Inter 600 True",
        "label Inter 500 True",
        "body Inter 400 True",
    ]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_icon_is_drawn_in_its_colour_and_inside_its_box(name: str) -> None:
    image = QImage(60, 60, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    draw_icon(painter, name, QRectF(20, 20, 20, 20), "accent")
    painter.end()
    drawn = [(x, y) for x in range(60) for y in range(60) if image.pixelColor(x, y).alpha() > 100]
    assert drawn
    assert all(20 <= x < 40 and 20 <= y < 40 for x, y in drawn)
    seen, wanted = image.pixelColor(*drawn[0]), theme.color("accent")
    for part in (QColor.red, QColor.green, QColor.blue):
        # Half covered pixels lose a little to rounding.
        assert abs(part(seen) - part(wanted)) <= 6


def test_an_icon_is_kept_for_each_size_colour_and_ratio() -> None:
    one = icon_pixmap("mic", 18, "ink", 2.0)
    assert (one.width(), one.devicePixelRatio()) == (36, 2.0)
    assert icon_pixmap("mic", 18, "ink", 2.0).cacheKey() == one.cacheKey()
    theme.choose("dark")
    assert icon_pixmap("mic", 18, "ink", 2.0).cacheKey() != one.cacheKey()
