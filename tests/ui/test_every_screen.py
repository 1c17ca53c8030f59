"""The structure of every screen of the gallery, at every size, text size and theme."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QWidget

from interview_desktop.ui.gallery.render import all_samples
from interview_desktop.ui.gallery.sample import Sample
from interview_desktop.ui.theme import theme
from interview_desktop.ui.views.room import RoomView
from tests.helpers.geometry import (
    ROOM_TARGET,
    SIZES,
    TARGET,
    at_every_size,
    faults,
    geometry_of,
    settle,
)

pytestmark = pytest.mark.usefixtures("look")
WINDOW = (1280, 800)
# The same screen once more, made at another size or text size.
AGAIN = ("1024", "720", "1920", "150")
SAMPLES = {one.name: one for one in all_samples()}
Show = Callable[[Sample], QWidget]


def again(sample: Sample) -> Sample | None:
    """The sample of which this one is another size."""
    name, _, suffix = sample.name.rpartition("-")
    return SAMPLES.get(name) if suffix in AGAIN else None


def is_screen(sample: Sample) -> bool:
    return sample.size is not None and sample.size[0] >= 1024 and sample.size[1] >= 640


SHEETS = ("components", "type", "shell-wide", "shell-rail")
SCREENS = [
    one
    for one in SAMPLES.values()
    if is_screen(one) and one.name not in SHEETS and again(one) is None
]
OTHERS = [one for one in SAMPLES.values() if one not in SCREENS and again(one) is None]
ALSO = [one for one in SAMPLES.values() if again(one) is not None]


@pytest.fixture
def show(qapp: QApplication) -> Iterator[Show]:
    """A sample as it is shown, without a window of the system."""
    shown: list[QWidget] = []

    def make(sample: Sample) -> QWidget:
        theme.set_scale(sample.text_size)
        widget = sample.make()
        shown.append(widget)
        widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        if sample.size is None:
            widget.adjustSize()
        else:
            widget.resize(*sample.size)
        widget.show()
        settle()
        return widget

    yield make
    for widget in shown:
        widget.hide()
        widget.deleteLater()
        QApplication.sendPostedEvents(widget, QEvent.Type.DeferredDelete)


def target(view: QWidget) -> int:
    return ROOM_TARGET if isinstance(view, RoomView) else TARGET


def by_name(samples: list[Sample]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("sample", samples, ids=[one.name for one in samples])


@by_name(SCREENS)
def test_a_screen_lives_through_every_size_text_size_and_theme(show: Show, sample: Sample) -> None:
    view = show(sample)
    view.resize(*WINDOW)
    settle()
    before = geometry_of(view)
    found: list[str] = []

    def look() -> None:
        at = f"{view.width()}×{view.height()}, {theme.scale:.0%}"
        found.extend(f"{at}: {one}" for one in faults(view, target(view)))

    at_every_size(view, look)
    assert found == []
    # Back again everything is where it was: nothing of another layout stays behind.
    at_every_size(view, look, [(*WINDOW, 1.0)])
    assert geometry_of(view) == before
    theme.choose("dark")
    settle()
    look()
    assert geometry_of(view) == before
    assert found == []


@by_name(ALSO)
def test_it_makes_no_difference_whether_a_size_was_there_from_the_start(
    show: Show, sample: Sample
) -> None:
    assert sample.size is not None
    fresh = geometry_of(show(sample))
    origin = again(sample)
    assert origin is not None
    view = show(origin)
    for width, height, scale in (*SIZES[-1:], (*sample.size, sample.text_size)):
        at_every_size(view, lambda: None, [(width, height, scale)])
    assert geometry_of(view) == fresh


@by_name(OTHERS)
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_no_component_is_cut_or_covered_in_a_sheet_of_its_own(
    show: Show, sample: Sample, scale: float
) -> None:
    size = sample.size
    if size is not None:
        size = (round(size[0] * scale), round(size[1] * scale))
    assert faults(show(replace(sample, size=size, text_size=scale))) == []


def test_the_screens_are_all_there() -> None:
    names = " ".join(one.name for one in SCREENS)
    for name in ("home", "library", "sessions", "settings", "preflight", "room", "debrief"):
        assert name in names
    assert len(SAMPLES) == len(SCREENS) + len(OTHERS) + len(ALSO)
    assert {(1024, 640, 1.5), (1280, 800, 1.25), (1920, 1080, 1.0)} <= set(SIZES)
