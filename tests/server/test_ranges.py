"""Ranges of a recording, as RFC 9110 reads them, whatever stands in the header."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.helpers.api import new_interview, upload
from tests.helpers.server_thread import ThreadServer

SIZE = 700
DATA = (b"OggS" + bytes(range(256)) * 3)[:SIZE]
WHOLE, OUTSIDE = "whole", "outside"

_numbers = st.one_of(
    st.integers(0, SIZE + 3), st.sampled_from([SIZE - 1, SIZE, SIZE + 1, 2**31, 2**63, 10**14])
).map(str)
_digits = st.one_of(_numbers, st.just(""), _numbers.map("00".__add__))
_spec = st.tuples(_digits, _digits).map("-".join)
_unit = st.sampled_from(["bytes", "Bytes", "BYTES", "items", "byte", "bytes "])
_near = st.tuples(_unit, st.lists(_spec, min_size=1, max_size=3).map(",".join)).map("=".join)
_wild = st.text("bytes=0123456789-, \t;+xX.", max_size=40)


def _wanted(header: str) -> tuple[int, int] | str:
    """(start, end) of the one range that the header names, or what it means instead.

    Source: RFC 9110, sections 14.1.1, 14.1.2 and 14.2. Of several ranges, what is malformed and
    numbers beyond any file a server may make the whole.
    """
    match = re.fullmatch(r"(?i:bytes)=(\d*)-(\d*)", header, re.ASCII)
    if match is None or match.groups() == ("", "") or max(map(len, match.groups())) > 15:
        return WHOLE
    first, last = match.groups()
    if first == "":
        return (max(0, SIZE - int(last)), SIZE) if int(last) else OUTSIDE
    if last and int(last) < int(first):
        return WHOLE
    if int(first) >= SIZE:
        return OUTSIDE
    return int(first), min(SIZE, int(last) + 1) if last else SIZE


@pytest.fixture(scope="module")
def recording(api: ThreadServer) -> Iterator[tuple[httpx.Client, str]]:
    """The owner of a recording of `DATA`, and where it is."""
    with api.user() as client:
        yield client, upload(client, f"/interviews/{new_interview(client)['id']}", DATA)


@settings(max_examples=300)
@given(header=st.one_of(_near, _wild))
@example(header="bytes=0-0")
@example(header="bytes=-0")
@example(header=f"bytes={SIZE}-")
@example(header=f"bytes=-{SIZE + 1}")
@example(header="bytes=5-4")
@example(header="bytes=0-1,2-3")
@example(header="bytes=" + "9" * 5000 + "-")
def test_every_range_gives_what_the_standard_says(
    recording: tuple[httpx.Client, str], header: str
) -> None:
    client, location = recording
    header = header.strip(" \t")  # a header has no space around it
    answer = client.get(location, headers={"Range": header})
    wanted = _wanted(header)
    assert answer.headers.get("Accept-Ranges", "bytes") == "bytes"
    if wanted == OUTSIDE:
        assert answer.status_code == 416
        assert answer.headers["Content-Range"] == f"bytes */{SIZE}"
    elif wanted == WHOLE:
        assert (answer.status_code, answer.content) == (200, DATA)
        assert "Content-Range" not in answer.headers
    else:
        assert not isinstance(wanted, str)
        start, end = wanted
        assert (answer.status_code, answer.content) == (206, DATA[start:end])
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{SIZE}"
        assert answer.headers["Content-Length"] == str(len(answer.content))


def test_two_range_headers_are_none(recording: tuple[httpx.Client, str]) -> None:
    client, location = recording
    twice = [(b"Range", b"bytes=0-1"), (b"Range", b"bytes=2-3")]
    answer = client.get(location, headers=[*client.headers.raw, *twice])
    assert (answer.status_code, answer.content) == (200, DATA)
