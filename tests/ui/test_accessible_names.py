"""Every control of every sample of the gallery has a role, a name and its state in the tree."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QHeaderView,
    QLineEdit,
    QScrollBar,
    QTextEdit,
    QWidget,
)

from interview_desktop.ui.gallery.render import SETTLE_ROUNDS, all_samples
from interview_desktop.ui.gallery.sample import Sample

pytestmark = pytest.mark.usefixtures("look")
CONTROLS = (QAbstractButton, QLineEdit, QTextEdit, QAbstractSlider, QAbstractItemView)
# Parts that Qt itself puts into a table or a pane: reached through their owner, never by Tab.
PARTS = (QHeaderView, QScrollBar)
CELLS = (QAccessible.Role.Table, QAccessible.Role.List, QAccessible.Role.Tree)
NO_ROLES = (QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Pane)
SAMPLES = list(all_samples())


def _is_control(widget: QWidget) -> bool:
    if isinstance(widget, PARTS) or not widget.isVisible():
        return False
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
    return by_tab or isinstance(widget, CONTROLS)


def _faults(widget: QWidget) -> list[str]:
    told = QAccessible.queryAccessibleInterface(widget)
    who = f"{type(widget).__name__} {widget.accessibleName()!r}"
    if told is None:
        return [f"{who}: not in the tree"]
    faults = []
    name = told.text(QAccessible.Text.Name)
    if not name.strip():
        faults.append(f"{who}: no name")
    if "&" in name.replace(" & ", " "):
        faults.append(f"{who}: a key's mark in its name")
    if told.role() in NO_ROLES:
        faults.append(f"{who}: role {told.role()}")
    state = told.state()
    if bool(state.disabled) == widget.isEnabled():
        faults.append(f"{who}: enabled is not told")
    if isinstance(widget, QAbstractButton):
        if bool(state.checkable) != widget.isCheckable() or bool(state.checked) != (
            widget.isChecked()
        ):
            faults.append(f"{who}: checked is not told")
        actions = told.actionInterface()
        if actions is None or (widget.isEnabled() and not actions.actionNames()):
            faults.append(f"{who}: cannot be pressed")
    if isinstance(widget, QAbstractSlider):
        value = told.valueInterface()
        if value is None or value.currentValue() != widget.value():
            faults.append(f"{who}: its value is not told")
    if isinstance(widget, (QLineEdit, QTextEdit)) and told.textInterface() is None:
        faults.append(f"{who}: its text cannot be read")
    if isinstance(widget, QAbstractItemView) and told.role() not in CELLS:
        faults.append(f"{who}: its cells cannot be read")
    return faults


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name for sample in SAMPLES])
def test_every_control_of_a_sample_tells_a_screen_reader_what_it_is(sample: Sample) -> None:
    page = sample.make()
    page.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    page.resize(*sample.size) if sample.size else page.adjustSize()
    page.show()
    for _ in range(SETTLE_ROUNDS):
        QApplication.processEvents()
    controls = [one for one in (page, *page.findChildren(QWidget)) if _is_control(one)]
    faults = [fault for one in controls for fault in _faults(one)]
    page.hide()
    page.deleteLater()
    QApplication.sendPostedEvents(page, QEvent.Type.DeferredDelete)
    assert not faults
