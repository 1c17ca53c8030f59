"""What earlier parts of an interview left: words, events, notes, and where its line goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from interview_desktop.domain.journal import Happened, Story
from interview_desktop.domain.transcript import Caption


@dataclass(frozen=True, slots=True)
class Earlier:
    """The beginning of a resumed interview; empty for a new one.

    Positions are milliseconds on the interview's line; the next part begins at `offset_ms`.
    """

    captions: tuple[Caption, ...] = ()
    events: tuple[Happened, ...] = ()
    notes: str = ""
    offset_ms: int = 0

    def hints(self) -> list[tuple[int, int, int]]:
        """(question, level, position) of every hint that was given, in order."""
        given = []
        for one in self.events:
            level = one.event["data"].get("level")
            if one.event["type"] == "hint" and isinstance(level, int):
                given.append((one.question, level, one.event["at_ms"]))
        return sorted(given, key=lambda hint: hint[2])


def earlier(
    story: Story,
    captions: Iterable[Caption],
    events: Iterable[Happened],
    notes: str,
    offset_ms: int,
) -> Earlier:
    """What the server has, and what is written down here: this is the newer where they differ."""
    lines = {line.item_id: line for line in captions}
    lines |= {
        item_id: replace(line, final=True)
        for item_id, (_, line) in story.captions.items()
        if line.text
    }
    happened = {one.event["id"]: one for one in events}
    happened |= {one.event["id"]: one for _, one in story.events if _is_whole(one)}
    return Earlier(
        tuple(sorted(lines.values(), key=lambda line: line.start_ms)),
        tuple(sorted(happened.values(), key=lambda one: int(one.event["at_ms"]))),
        # What the server has confirmed may have been changed there since.
        story.notes if story.notes_wait else notes,
        offset_ms,
    )


def _is_whole(one: Happened) -> bool:
    wanted = {"id": str, "type": str, "at_ms": int, "data": dict}
    return all(isinstance(one.event.get(key), kind) for key, kind in wanted.items())
