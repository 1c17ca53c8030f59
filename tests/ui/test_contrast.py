"""Every pair of text and ground that a screen really shows is one whose contrast is computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from interview_desktop.ui.gallery.render import all_samples
from interview_desktop.ui.gallery.sample import Sample
from interview_desktop.ui.theme import Choice, theme
from interview_desktop.ui.tokens import AA_TEXT, TEXT_PAIRS, contrast
from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.text import Panel, Text
from tests.helpers.geometry import settle

pytestmark = pytest.mark.usefixtures("look")
# The others show the same at another size.
SAMPLES = [
    one for one in all_samples() if not one.name.endswith(("-1024", "-720", "-1920", "-150"))
]
THEMES: tuple[Choice, ...] = ("light", "dark")
Pair = tuple[str, str, str]


def pairs(view: QWidget, image: QImage) -> Iterator[Pair]:
    """(token of the text, colour of its ground, its words) of what is written on a picture."""
    for one in view.findChildren(QWidget):
        if not one.isVisible() or not one.isEnabled() or one.visibleRegion().isEmpty():
            continue
        if isinstance(one, Text) and one.text():
            yield one.color(), ground(one, view, image), one.text()
        elif isinstance(one, Button) and one.text():
            yield one._colors()[2], ground(one, view, image), one.text()


def ground(widget: QWidget, view: QWidget, image: QImage) -> str:
    """The colour behind a text, where no letter is: what most of its edge shows."""
    width, height = widget.width(), widget.height()
    seen: list[str] = []
    inset = 3 if isinstance(widget, Button) else 0
    for x in range(width // 4, width - width // 4, max(1, width // 16)):
        for y in (inset, height - 1 - inset):
            at = widget.mapTo(view, QPoint(x, y))
            inside = widget.visibleRegion().contains(QPoint(x, y))
            if inside and image.rect().contains(at):
                seen.append(image.pixelColor(at).name().upper())
    return max(set(seen), key=seen.count) if seen else ""


def missing(sample: Sample) -> list[str]:
    theme.set_scale(sample.text_size)
    view = sample.make()
    view.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    if sample.size is None:
        view.adjustSize()
    else:
        view.resize(*sample.size)
    view.show()
    settle()
    image = view.grab().toImage()
    known: dict[str, list[str]] = {}
    for field in fields(theme.tokens):
        known.setdefault(getattr(theme.tokens, field.name).upper(), []).append(field.name)
    wrong = []
    for text, color, words in pairs(view, image):
        names = known.get(color, [])
        # A fade or an icon behind the edge is no ground.
        if not names:
            continue
        ratio = contrast(getattr(theme.tokens, text), color)
        if ratio < AA_TEXT or not any((text, name) in TEXT_PAIRS for name in names):
            wrong.append(f"{text} on {' or '.join(names)}, {ratio:.1f}: {words[:40]!r}")
    view.hide()
    view.deleteLater()
    QApplication.sendPostedEvents(view, QEvent.Type.DeferredDelete)
    return wrong


@pytest.mark.parametrize("scheme", THEMES)
def test_every_pair_that_is_shown_is_in_the_table_and_readable(scheme: Choice) -> None:
    theme.choose(scheme)
    wrong = {sample.name: found for sample in SAMPLES if (found := missing(sample))}
    assert wrong == {}


def test_a_pair_below_the_limit_is_found() -> None:
    def make() -> QWidget:
        panel = Panel("hover")
        panel.resize(300, 60)
        Text("Too faint", "body", "ink3", parent=panel).setGeometry(10, 10, 200, 22)
        return panel

    assert missing(Sample("faint", make, (300, 60))) == ["ink3 on hover or track, 4.4: 'Too faint'"]
