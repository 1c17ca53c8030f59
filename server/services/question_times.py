"""How long a question took and how long was thought, from what stands on the recording's line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from server.storage.room import EventRow
from server.storage.transcripts import SegmentRow


@dataclass(frozen=True, slots=True)
class _Span:
    first_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Marks:
    """What happened, what was said, and where the recording's parts begin, on one line.

    Time between two parts is no time of the interview: it is not on the line.
    """

    events: Sequence[EventRow]
    segments: Sequence[SegmentRow]
    part_starts_ms: Sequence[int] = ()

    def elapsed_ms(self, number: int) -> int:
        """From the end of the question before to the end of this one.

        Where the one before left no mark at all, from the first mark of this one: nobody can
        tell the two apart before it.
        """
        span = self._span(number)
        if span is None:
            return 0
        before = None if number == 1 else self._span(number - 1)
        start_ms = 0 if number == 1 else before.end_ms if before else span.first_ms
        return max(0, span.end_ms - start_ms)

    def thinking_ms(self, number: int) -> int:
        """The sum of the times of thinking.

        One that nobody ended lasts to the end of its part, at most to the question's last mark.
        """
        total, since, last_ms = 0, None, 0
        for event in (one for one in self.events if one.question == number):
            last_ms = max(last_ms, event.at_ms)
            if since is not None and (end_ms := self._part_end_ms(since)) <= event.at_ms:
                total, since = total + end_ms - since, None
            if event.type != "thinking":
                continue
            active = json.loads(event.data).get("active") is True
            if active and since is None:
                since = event.at_ms
            elif not active and since is not None:
                total, since = total + event.at_ms - since, None
        return total if since is None else total + last_ms - since

    def _part_end_ms(self, at_ms: int) -> int:
        later = (start_ms for start_ms in self.part_starts_ms if start_ms > at_ms)
        return min(later, default=2**63)

    def _span(self, number: int) -> _Span | None:
        """From the question's first mark to its Done, or to its last mark where there is none."""
        events = [one for one in self.events if one.question == number]
        said = [one for one in self.segments if one.question == number]
        firsts = [one.at_ms for one in events] + [one.start_ms for one in said]
        if not firsts:
            return None
        done = [one.at_ms for one in events if one.type == "done"]
        lasts = done or [one.at_ms for one in events] + [one.end_ms for one in said]
        return _Span(min(firsts), max(lasts))
