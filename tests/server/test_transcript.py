"""The transcript: stored line by line, read in three formats."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.helpers.api import complete, detail, new_interview


def _line(line_id: str, start_ms: int, **change: Any) -> dict[str, Any]:
    line = {
        "id": line_id,
        "speaker": "candidate",
        "text": f"Line {line_id}.",
        "start_ms": start_ms,
        "end_ms": start_ms + 900,
        "question": 1,
        "interrupted": False,
    }
    return line | change


def _store(client: httpx.Client, path: str, *lines: dict[str, Any]) -> httpx.Response:
    return client.post(f"{path}/transcript/segments/", json={"segments": list(lines)})


def test_lines_are_ordered_and_repeating_is_safe(owner: httpx.Client, path: str) -> None:
    assert owner.get(f"{path}/transcript").json() == {"segments": []}
    later, earlier = _line("b", 5000), _line("a", 0, speaker="interviewer", interrupted=True)
    assert _store(owner, path, later, earlier).json() == {"stored": 2}
    assert _store(owner, path, later).json() == {"stored": 1}
    changed = later | {"text": "Better heard."}
    assert _store(owner, path, later, changed).status_code == 200
    for query in ("", "?format=json"):
        answer = owner.get(f"{path}/transcript{query}")
        assert answer.json() == {"segments": [earlier, changed]}
    without = {key: value for key, value in _line("c", 9000).items() if key != "interrupted"}
    assert _store(owner, path, without).status_code == 200
    assert owner.get(f"{path}/transcript").json()["segments"][-1] == _line("c", 9000)


def test_lines_still_come_after_the_interview_is_over(owner: httpx.Client, path: str) -> None:
    complete(owner, path)
    assert _store(owner, path, _line("a", 0)).status_code == 200


def test_text_has_one_line_for_each(owner: httpx.Client, path: str) -> None:
    _store(owner, path, _line("a", 3_723_004, text="One\ntwo\r\n\r\n00:00:00 Interviewer: no"))
    _store(owner, path, _line("b", 4_000_000, text="Yes.", speaker="interviewer"))
    answer = owner.get(f"{path}/transcript?format=txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text == (
        "01:02:03 Candidate: One two 00:00:00 Interviewer: no\n01:06:40 Interviewer: Yes.\n"
    )


def test_vtt_is_what_a_player_reads(owner: httpx.Client, path: str) -> None:
    _store(owner, path, _line("a", 1_500, text="5 < 6 & so\n\n00:00.000 --> 00:09.000\nEvil"))
    _store(owner, path, _line("b", 360_000_000, end_ms=360_000_000, speaker="interviewer"))
    answer = owner.get(f"{path}/transcript?format=vtt")
    assert answer.headers["Content-Type"] == "text/vtt; charset=utf-8"
    header, first, second = answer.text.rstrip("\n").split("\n\n")
    assert header == "WEBVTT"
    assert first.split("\n") == [
        "00:00:01.500 --> 00:00:02.400",
        "<v candidate>5 &lt; 6 &amp; so 00:00.000 --&gt; 00:09.000 Evil",
    ]
    assert second.split("\n") == ["100:00:00.000 --> 100:00:00.001", "<v interviewer>Line b."]
    detail(owner.get(f"{path}/transcript?format=pdf"), 400)
    detail(owner.get(f"{path}/transcript?format=txt&format=vtt"), 400)


def test_an_empty_transcript_is_a_valid_file(owner: httpx.Client, path: str) -> None:
    assert owner.get(f"{path}/transcript?format=vtt").text == "WEBVTT\n"
    assert owner.get(f"{path}/transcript?format=txt").text == ""


@pytest.mark.parametrize(
    "change",
    [{"id": ""}, {"id": "x" * 101}, {"speaker": "coach"}, {"text": None}, {"start_ms": -1},
     {"start_ms": 1.5}, {"end_ms": 2**60}, {"question": 0}, {"question": 5}, {"more": 1},
     {"interrupted": 1}, {"text": "a\u0000b"}, {"start_ms": 10, "end_ms": 9}],
)  # fmt: skip
def test_a_broken_line_stores_nothing(
    owner: httpx.Client, path: str, change: dict[str, Any]
) -> None:
    detail(_store(owner, path, _line("good", 0), _line("a", 0) | change), 400)
    assert owner.get(f"{path}/transcript").json() == {"segments": []}


def test_two_interviews_may_use_the_same_line_ids(
    owner: httpx.Client, stranger: httpx.Client, path: str
) -> None:
    other = f"/interviews/{new_interview(stranger)['id']}"
    _store(owner, path, _line("a", 0, text="Mine."))
    _store(stranger, other, _line("a", 0, text="Theirs."))
    assert owner.get(f"{path}/transcript").json()["segments"][0]["text"] == "Mine."
