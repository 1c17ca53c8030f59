"""Words for a screen reader that no focus leads to."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent


def announce(source: QObject, words: str, *, urgent: bool = False) -> None:
    """Have `words` spoken once; nothing happens where no screen reader listens.

    Args:
        source: the widget that has something to say.
        words: the sentence.
        urgent: True interrupts what is being spoken.

    Thread: the window's thread.
    """
    event = QAccessibleAnnouncementEvent(source, words)
    event.setPoliteness(
        QAccessible.AnnouncementPoliteness.Assertive
        if urgent
        else QAccessible.AnnouncementPoliteness.Polite
    )
    QAccessible.updateAccessibility(event)
