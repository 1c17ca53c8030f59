"""The real window in a test or a benchmark: its buttons by their accessible names."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QWidget


def button(page: QWidget, name: str) -> QAbstractButton:
    """The visible button of `page` whose accessible name begins with `name`."""
    for one in page.findChildren(QAbstractButton):
        if one.accessibleName().startswith(name) and one.isVisible():
            return one
    raise AssertionError(f"no button {name!r}")


def has_button(page: QWidget, name: str) -> bool:
    """Whether `page` shows such a button that can be pressed."""
    return any(
        one.accessibleName().startswith(name) and one.isVisible() and one.isEnabled()
        for one in page.findChildren(QAbstractButton)
    )
