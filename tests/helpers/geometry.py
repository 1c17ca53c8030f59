"""The structure of a shown screen: nothing clipped, covered, squeezed or too small to press."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QTextEdit,
    QWidget,
)

from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.widgets.page import Page
from interview_desktop.ui.widgets.segmented import Segmented
from interview_desktop.ui.widgets.sidebar import Sidebar
from interview_desktop.ui.widgets.text import Text

# (width, height, text size): the smallest window, the usual ones, a large one, larger text.
SIZES = [
    (1024, 640, 1.0), (1280, 720, 1.0), (1280, 800, 1.0), (1920, 1080, 1.0),
    (1280, 800, 1.25), (1280, 800, 1.5), (1024, 640, 1.5),
]  # fmt: skip
TARGET = 28
ROOM_TARGET = 40
# The look's numbers, not the app's: (margin from 1180 px on, margin below, widest content, bleed).
WIDE_FROM, WIDE_MARGIN, COMPACT_MARGIN, CONTENT_MAX, BLEED = 1180, 48, 32, 1120, 12
# Layouts take more than one round to settle: wrapped text tells its height once it has a width.
ROUNDS = 3


def settle() -> None:
    """Let layouts and what they put off happen."""
    for _ in range(ROUNDS):
        QApplication.processEvents()


def place(widget: QWidget, above: QWidget) -> QRect:
    """Where a widget is within one above it."""
    return QRect(widget.mapTo(above, QPoint(0, 0)), widget.size())


def words_of(view: QWidget) -> list[str]:
    """The texts that are shown."""
    return [text.text() for text in view.findChildren(Text) if text.isVisible()]


def faults(root: QWidget, target: int = TARGET) -> list[str]:
    """What is wrong with the structure of a shown widget, in words; nothing when all is well.

    Args:
        root: the window or the part of one that is looked at.
        target: the least width and height of what can be pressed, in logical pixels.
    """
    found: list[str] = []
    for parent, children in _families(root):
        for child in children:
            found += _of_place(child, parent)
            found += _of_words(child)
            found += _of_target(child, target)
        for one, other in combinations(children, 2):
            if one.geometry().intersects(other.geometry()) and _collide(one, other, parent):
                found.append(f"{name(one)} and {name(other)} overlap")
    if root.findChild(Sidebar) is not None:
        for page in root.findChildren(Page):
            if page.isVisible():
                found += _of_margins(page)
    return found


def name(widget: QWidget) -> str:
    """A widget as a person who reads a failed test would look for it."""
    words = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
    box = widget.geometry()
    at = f"{box.x()},{box.y()} {box.width()}×{box.height()}"
    return f"{type(widget).__name__} {words or widget.accessibleName()!r} at {at}"


def geometry_of(root: QWidget) -> list[tuple[str, str, tuple[int, ...]]]:
    """Every visible text and control with its place: what two layouts are compared by."""
    made = []
    for widget in root.findChildren(QWidget):
        empty = isinstance(widget, Text) and not widget.text()
        if empty or not widget.isVisible():
            continue
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
            words = "" if isinstance(widget, QLineEdit) else widget.text()
            box = place(widget, root).getRect()
            assert isinstance(box, tuple)
            made.append((type(widget).__name__, words, box))
    return sorted(made)


def _families(root: QWidget) -> Iterator[tuple[QWidget, list[QWidget]]]:
    """Each visible parent with its visible children that are laid out."""
    waiting = [root]
    while waiting:
        parent = waiting.pop()
        if isinstance(parent, QScrollArea):
            content = parent.widget()
            children = [content] if content is not None and content.isVisible() else []
            yield parent, children
        elif isinstance(parent, QAbstractScrollArea | QLineEdit | QTextEdit | QPlainTextEdit):
            continue
        else:
            children = [one for one in _children(parent) if not _floats(one)]
            yield parent, children
        waiting += children


def _children(parent: QWidget) -> list[QWidget]:
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    return [
        one
        for one in parent.findChildren(QWidget, options=direct)
        if one.isVisible() and not one.isWindow()
    ]


def _floats(widget: QWidget) -> bool:
    """Lies over the page on purpose: fades, rings and what is only painted."""
    return widget.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


def _collide(one: QWidget, other: QWidget, parent: QWidget) -> bool:
    """Whether something that is seen of one lies over something of the other."""
    here, there = list(_leaves(one, parent)), list(_leaves(other, parent))
    return any(box.intersects(beside) for box in here for beside in there)


def _leaves(widget: QWidget, above: QWidget) -> Iterator[QRect]:
    children = [one for one in _children(widget) if not _floats(one)]
    if isinstance(widget, QLabel | QAbstractButton | QAbstractScrollArea) or not children:
        yield place(widget, above)
    else:
        for child in children:
            yield from _leaves(child, above)


def _of_place(child: QWidget, parent: QWidget) -> list[str]:
    if isinstance(parent, QScrollArea):
        room = parent.viewport().width()
        bar = parent.horizontalScrollBar()
        if child.width() > room or bar.maximum() > bar.minimum():
            return [f"{name(child)} scrolls sideways in {room}"]
        return []
    if not parent.rect().contains(child.geometry()) and not child.size().isEmpty():
        return [f"{name(child)} is clipped by {name(parent)}"]
    return []


def _of_words(child: QWidget) -> list[str]:
    if isinstance(child, Text):
        if not child.text():
            return []
        needed = child.heightForWidth(child.width())
        if child.height() < needed:
            return [f"{name(child)} needs a height of {needed}"]
        least = child.minimumSizeHint().width()
    elif isinstance(child, QAbstractButton | QLabel):
        if isinstance(child, QLabel) and not child.text():
            return []
        tall = child.sizeHint().height()
        if child.hasHeightForWidth():
            tall = child.heightForWidth(child.width())
        if child.height() < tall:
            return [f"{name(child)} needs a height of {tall}"]
        least = child.minimumSizeHint().width()
    elif isinstance(child, QLineEdit):
        least, tall = px(60), child.fontMetrics().height()
        if child.height() < tall:
            return [f"{name(child)} needs a height of {tall}"]
    else:
        return []
    return [f"{name(child)} needs a width of {least}"] if child.width() < least else []


def _of_target(child: QWidget, target: int) -> list[str]:
    if isinstance(child, QScrollBar) or not isinstance(child, QAbstractButton | QAbstractSlider):
        return []
    height = child.height()
    track = child.parentWidget()
    if isinstance(track, Segmented):
        # What is pressed above or below a segment goes to it.
        height = track.height()
    if min(child.width(), height) < target:
        return [f"{name(child)} is smaller than {target} to press"]
    return []


def _of_margins(page: Page) -> list[str]:
    """The page's words begin and end at the margin, its rows reach out by their bleed."""
    window = page.window()
    wide = window.width() / theme.scale >= WIDE_FROM
    side = px(WIDE_MARGIN if wide else COMPACT_MARGIN)
    side += max(0, page.width() - 2 * side - px(CONTENT_MAX)) // 2
    found = []
    for widget in page.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, QLabel | QAbstractButton | QLineEdit):
            continue
        box = place(widget, page)
        least = side - (BLEED if isinstance(widget, QAbstractButton) else 0)
        if box.left() < least or box.right() >= page.width() - least:
            found.append(f"{name(widget)} stands in the margin of {side}")
    titles = [one for one in page.findChildren(Text) if one.isVisible() and one.text()]
    if titles and min(place(one, page).left() for one in titles) != side:
        found.append(f"no text of {name(page)} begins at its margin, {side}")
    return found


def at_every_size(
    view: QWidget, check: Callable[[], object], sizes: list[tuple[int, int, float]] | None = None
) -> None:
    """Take one living window through every size and look at it in each."""
    for width, height, scale in sizes or SIZES:
        theme.set_scale(scale)
        view.resize(width, height)
        settle()
        check()
