"""The journal: whatever happens to its file, what was written before comes back, and no more."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from interview_desktop.domain.journal import (
    Happened,
    Journal,
    Story,
    compacted,
    edit,
    line,
    read,
    told,
)
from interview_desktop.domain.transcript import Caption

TEXT = st.text(max_size=30) | st.sampled_from(["\ud83d", "ab\ncd", "мир", "\x00"])
RECORDS = st.lists(st.dictionaries(st.text(max_size=5), TEXT | st.integers(), max_size=3))


def _file(records: list[dict[str, Any]]) -> bytes:
    return b"".join(line(number, record) for number, record in enumerate(records))


@given(RECORDS)
def test_what_is_written_is_read(records: list[dict[str, Any]]) -> None:
    data = _file(records)
    reading = read(data)
    assert (reading.records, reading.good_bytes, reading.damaged) == (records, len(data), False)


@given(RECORDS, st.data())
def test_a_torn_file_gives_a_prefix_and_is_no_damage(
    records: list[dict[str, Any]], draw: st.DataObject
) -> None:
    data = _file(records)
    kept = draw.draw(st.integers(0, len(data)))
    reading = read(data[:kept])
    assert reading.records == records[: len(reading.records)]
    assert reading.good_bytes <= kept
    assert not reading.damaged
    # Only the torn line is missing.
    assert len(reading.records) == data[:kept].count(b"\n")


@given(RECORDS.filter(bool), st.data())
def test_a_changed_byte_gives_a_prefix(records: list[dict[str, Any]], draw: st.DataObject) -> None:
    data = bytearray(_file(records))
    where = draw.draw(st.integers(0, len(data) - 1))
    before = bytes(data[:where]).count(b"\n")
    data[where] ^= draw.draw(st.integers(1, 255))
    reading = read(bytes(data))
    assert reading.records == records[: len(reading.records)]
    assert len(reading.records) in (before, before + 1) if where else not reading.records


@given(st.binary(max_size=200), RECORDS)
def test_no_bytes_are_too_odd(odd: bytes, records: list[dict[str, Any]]) -> None:
    assert read(odd).records == []
    assert read(_file(records) + odd).records == records
    told(read(_file(records) + odd).records)


@given(RECORDS.filter(lambda records: len(records) > 1), st.data())
def test_a_line_that_is_missing_or_twice_ends_the_reading(
    records: list[dict[str, Any]], draw: st.DataObject
) -> None:
    lines = _file(records).splitlines(keepends=True)
    gone = draw.draw(st.integers(0, len(lines) - 2))
    assert read(b"".join(lines[:gone] + lines[gone + 1 :])).records == records[:gone]
    assert read(b"".join([*lines[: gone + 1], *lines[gone:]])).records == records[: gone + 1]


@given(TEXT, TEXT)
def test_an_edit_makes_the_new_text(old: str, new: str) -> None:
    at, cut, put = edit(old, new)
    assert old[:at] + put + old[at + cut :] == new
    assert len(put) <= len(new)


def test_an_edit_is_as_small_as_the_change() -> None:
    long = "x" * 100_000
    assert edit(long, long + "y") == (100_000, 0, "y")
    assert edit("one two three", "one 2 three") == (4, 3, "2")
    assert edit("aaa", "aa") == (2, 1, "")


@given(st.lists(st.tuples(st.sampled_from("abc"), TEXT, st.booleans()), max_size=20), TEXT)
def test_the_story_that_is_read_is_the_one_that_was_written(
    changes: list[tuple[str, str, bool]], notes: str
) -> None:
    written: list[bytes] = []
    journal = Journal(write=written.append)
    for item, text, final in changes:
        journal.caption(Caption(item, "candidate", text, 0, 0, 1, final=final))
        journal.notes(text)
    journal.event(2, {"id": "e", "data": {"level": 1}})
    journal.notes(notes)
    again = told(read(b"".join(written)).records)
    assert again == journal.story
    assert again.notes == notes


def test_what_the_server_has_is_not_sent_again() -> None:
    journal = Journal()
    open_line = Caption("a", "candidate", "fir", 0, 0, 1)
    journal.caption(open_line)
    first = journal.caption(Caption("b", "interviewer", "Good.", 0, 1, 1, final=True))
    event = journal.event(1, {"id": "e"})
    notes = journal.notes("mind the margin")
    assert [one for _, one in journal.story.undelivered()] == [
        Caption("b", "interviewer", "Good.", 0, 1, 1, final=True),
        Happened(1, {"id": "e"}),
    ]
    assert journal.story.open_lines() == [open_line]
    journal.delivered(first)
    assert [number for number, _ in journal.story.undelivered()] == [event]
    assert journal.story.notes_wait
    journal.notes_delivered(notes)
    assert not journal.story.notes_wait
    # The same again is no news; a change is.
    assert journal.notes("mind the margin") == notes
    journal.notes("mind the margins")
    assert journal.story.notes_wait


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.sampled_from("abc"), TEXT, st.booleans()),
        st.tuples(st.just("event"), TEXT, st.booleans()),
        st.tuples(st.just("notes"), TEXT, st.booleans()),
    ),
    max_size=20,
)


@given(CHANGES, CHANGES)
def test_a_journal_made_shorter_tells_the_same(
    before: list[tuple[str, str, bool]], after: list[tuple[str, str, bool]]
) -> None:
    def write(journal: Journal, changes: list[tuple[str, str, bool]]) -> None:
        for what, text, yes in changes:
            if what == "event":
                number = journal.event(1, {"id": text})
            elif what == "notes":
                number = journal.notes(text)
                if yes:
                    journal.notes_delivered(number)
                continue
            else:
                number = journal.caption(Caption(what, "candidate", text, 0, 0, 1, final=yes))
            if yes:
                journal.delivered(number)

    long = Journal()
    write(long, before)
    short = compacted(long.story)
    assert len(short) <= long.story.count + 2
    again = Journal(told(read(_file(short)).records))
    for one in (again, long):
        write(one, after)
    assert _says(again.story) == _says(long.story)


def _says(story: Story) -> tuple[Any, ...]:
    return (
        [one for _, one in sorted(story.captions.values(), key=lambda one: one[0])],
        [one for _, one in story.events],
        [one for _, one in story.undelivered()],
        story.notes,
        story.notes_wait,
    )


def test_records_of_a_newer_version_change_nothing() -> None:
    story = told([{"kind": "caption", "caption": {"item_id": 1}}, {"kind": "x"}, {}, {"kind": []}])
    assert story == Story(count=4)
    assert told([{"kind": "words", "item": "unknown", "at": 0, "cut": 0, "put": ""}]).captions == {}
