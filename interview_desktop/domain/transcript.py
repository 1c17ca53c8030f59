"""Captions of both sides. Keyed by `item_id`, ordered by `previous_item_id`."""

from __future__ import annotations

from dataclasses import dataclass

from interview_desktop.domain.interview import Speaker


@dataclass(frozen=True, slots=True)
class Caption:
    """One line of the conversation.

    Positions are milliseconds on the recording's line. `final` says that the text will not
    change any more, `interrupted` that the speaker was cut off before its end.
    """

    item_id: str
    speaker: Speaker
    text: str
    start_ms: int
    end_ms: int
    question: int
    final: bool = False
    interrupted: bool = False
