"""Roles for widgets that Qt itself tells a screen reader nothing about.

A widget says which with `accessible_role`; Qt knows its own buttons, fields, sliders and views.
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from shiboken6 import isValid

GROUP = QAccessible.Role.Grouping
_installed: list[bool] = []


def install_roles() -> None:
    """Answer Qt's question for the roles; once a process, and at no cost without a screen reader.

    Thread: the window's thread.
    """
    if not _installed:
        _installed.append(True)
        QAccessible.installFactory(_interface)


def _interface(_class: str, subject: QObject) -> QAccessibleInterface | None:
    """None leaves it to Qt. Asked while a widget is being deleted, too."""
    role = getattr(subject, "accessible_role", None)
    if role is None or not isinstance(subject, QWidget) or not isValid(subject):
        return None
    return QAccessibleWidget(subject, role)
