"""What a call writes down as it happens, so that a kill loses nothing: records, lines, their sum.

One JSON array a line: `["<crc32 in hex>",<number>,{<record>}]`, numbered from 0 and in plain
ASCII. The checksum covers number and record, so that whatever happens to a file, its reader gets
the records before the damage and no other. The order is the numbers', never a clock's.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from interview_desktop.domain.transcript import Caption

Record = dict[str, Any]

_SUM_END = 12  # ["01234567",
_NEVER = -1


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read of a file: whole records, and how many bytes they take.

    `damaged`: there is more after them than the torn line that a kill leaves.
    """

    records: list[Record]
    good_bytes: int
    damaged: bool


def line(number: int, record: Record) -> bytes:
    """The line of a record."""
    body = f"{number},{json.dumps(record, separators=(',', ':'))}".encode("ascii")
    return b'["%08x",%b]\n' % (zlib.crc32(body), body)


def read(data: bytes) -> Reading:
    """The records of a file, up to the first that is not what was written."""
    records: list[Record] = []
    good = 0
    while (end := data.find(b"\n", good)) >= 0:
        record = _record(data[good:end], len(records))
        if record is None:
            return Reading(records, good, damaged=True)
        records.append(record)
        good = end + 1
    return Reading(records, good, damaged=False)


def _record(text: bytes, number: int) -> Record | None:
    body = text[_SUM_END:-1]
    if text != b'["%08x",%b]' % (zlib.crc32(body), body):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    known = len(value) == 3 and value[1] == number and isinstance(value[2], dict)
    return value[2] if known else None


def storable(text: str) -> str:
    """`text` as a request and a database can hold it.

    Halves of surrogate pairs, which a text field may give, become question marks; NUL, which may
    come with what is pasted, goes.
    """
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def edit(old: str, new: str) -> tuple[int, int, str]:
    """(where, how many characters go, what comes there): how `old` becomes `new`."""
    at = _alike(lambda count: old[:count] == new[:count], min(len(old), len(new)))
    most = min(len(old), len(new)) - at
    same = _alike(lambda count: old[len(old) - count :] == new[len(new) - count :], most)
    return at, len(old) - same - at, new[at : len(new) - same]


def _alike(same: Callable[[int], bool], most: int) -> int:
    """The largest count up to `most` for which `same` holds; comparing slices is quick."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if same(middle) else (low, middle - 1)
    return low


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened at a question, as the server's room takes it."""

    question: int
    event: dict[str, Any]


@dataclass(slots=True)
class Story:
    """What the records say together. A record of a newer version changes nothing.

    `captions` and `events` come with the number of the record that last told of them.
    """

    count: int = 0
    captions: dict[str, tuple[int, Caption]] = field(default_factory=dict)
    events: list[tuple[int, Happened]] = field(default_factory=list)
    notes: str = ""
    # The numbers of the newest notes, and of what the server has.
    notes_number: int = _NEVER
    delivered: int = _NEVER
    notes_delivered: int = _NEVER

    def apply(self, record: Record) -> None:
        """Take the next record in."""
        number = self.count
        self.count += 1
        try:
            self._apply(number, record)
        except (KeyError, TypeError, ValueError):
            return

    def _apply(self, number: int, record: Record) -> None:
        match record["kind"]:
            case "caption":
                caption = Caption(**record["caption"])
                self.captions[caption.item_id] = (number, caption)
            case "words":
                _, known = self.captions[record["item"]]
                self.captions[known.item_id] = (
                    number,
                    replace(known, text=_edited(known.text, record)),
                )
            case "event":
                self.events.append((number, Happened(record["question"], record["event"])))
            case "notes":
                self.notes, self.notes_number = _edited(self.notes, record), number
            case "delivered":
                self.delivered = int(record["number"])
            case "notes delivered":
                self.notes_delivered = int(record["number"])

    def undelivered(self) -> list[tuple[int, Caption | Happened]]:
        """Events and final lines that the server has not confirmed, in order."""
        waiting: list[tuple[int, Caption | Happened]] = [
            (number, one)
            for number, one in self.captions.values()
            if one.final and one.text and number > self.delivered
        ]
        waiting += [(number, one) for number, one in self.events if number > self.delivered]
        return sorted(waiting, key=lambda one: one[0])

    def open_lines(self) -> list[Caption]:
        """Lines with words that were never finished."""
        return [one for _, one in self.captions.values() if one.text and not one.final]

    @property
    def notes_wait(self) -> bool:
        """Whether the server has not confirmed the newest notes."""
        return self.notes_number > self.notes_delivered


def _edited(text: str, record: Record) -> str:
    at, cut, put = int(record["at"]), int(record["cut"]), record["put"]
    return text[:at] + str(put) + text[at + cut :]


def told(records: list[Record]) -> Story:
    """The story of all `records`."""
    story = Story()
    for record in records:
        story.apply(record)
    return story


def compacted(story: Story) -> list[Record]:
    """The fewest records that tell the same: what the server has, then what it has not, in order.

    Their numbers are others, the order of captions and events is the same.
    """
    ordered = [(number, _caption_record(one)) for number, one in story.captions.values()]
    ordered += [(number, _event_record(one)) for number, one in story.events]
    ordered.sort(key=lambda one: one[0])
    records = [record for number, record in ordered if number <= story.delivered]
    if records:
        records.append({"kind": "delivered", "number": len(records) - 1})
    if story.notes_number >= 0:
        records.append({"kind": "notes", "at": 0, "cut": 0, "put": story.notes})
        if not story.notes_wait:
            records.append({"kind": "notes delivered", "number": len(records) - 1})
    return records + [record for number, record in ordered if number > story.delivered]


def _caption_record(caption: Caption) -> Record:
    value = {name: getattr(caption, name) for name in Caption.__slots__}
    return {"kind": "caption", "caption": value}


def _event_record(one: Happened) -> Record:
    return {"kind": "event", "question": one.question, "event": one.event}


class Journal:
    """Appends to a story, and hands each new line to `write`.

    `written(then)` calls `then` when everything so far is on the disk; in memory, that is at once.

    Thread: one at a time (the net thread).
    """

    def __init__(
        self,
        story: Story | None = None,
        write: Callable[[bytes], None] = lambda line: None,
        written: Callable[[Callable[[], None]], None] = lambda then: then(),
    ) -> None:
        self.story = story or Story()
        self.written = written
        self._write = write

    def caption(self, caption: Caption) -> int:
        """A line of the conversation as it is shown now; returns its record's number."""
        number, known = self.story.captions.get(caption.item_id, (_NEVER, None))
        if known == caption:
            return number
        if known is not None and replace(known, text=caption.text) == caption:
            return self._edit({"kind": "words", "item": caption.item_id}, known.text, caption.text)
        return self._append(_caption_record(caption))

    def event(self, question: int, event: dict[str, Any]) -> int:
        """Something that happened; returns its record's number."""
        return self._append(_event_record(Happened(question, event)))

    def notes(self, text: str) -> int:
        """The notes as they stand now; returns their record's number."""
        if text == self.story.notes:
            return self.story.notes_number
        return self._edit({"kind": "notes"}, self.story.notes, text)

    def server_notes(self, text: str) -> None:
        """The notes as the server has them: newer than these, unless these wait for it."""
        if not self.story.notes_wait and text != self.story.notes:
            self.notes_delivered(self.notes(text))

    def delivered(self, number: int) -> None:
        """The server has everything up to record `number`."""
        self._append({"kind": "delivered", "number": number})

    def notes_delivered(self, number: int) -> None:
        """The server has the notes of record `number`."""
        self._append({"kind": "notes delivered", "number": number})

    def _edit(self, record: Record, old: str, new: str) -> int:
        at, cut, put = edit(old, new)
        return self._append(record | {"at": at, "cut": cut, "put": put})

    def _append(self, record: Record) -> int:
        number = self.story.count
        # As JSON has it: what is remembered is what would be read.
        data = line(number, record)
        self.story.apply(record)
        self._write(data)
        return number
