"""Secrets never survive in what a person may copy."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from interview_desktop.domain.redaction import GONE, redacted

BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
HEX = "0123456789abcdef"


def _text(alphabet: str, low: int, high: int) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=low, max_size=high)


JWT = st.builds(
    "eyJ{}.eyJ{}.{}".format,
    _text(BASE64URL, 10, 40),
    _text(BASE64URL, 10, 80),
    _text(BASE64URL, 20, 60),
)
KEY = st.builds(
    "{}{}".format,
    st.sampled_from(["ek_", "sk-", "sk-proj-", "sk_live_"]),
    _text(BASE64URL[:-2], 20, 60),
)
LOCAL = _text(HEX, 64, 64)
TURN = st.builds("{}=".format, _text(BASE64URL[:-2] + "+/", 27, 27))
# What stands around it in a log: headers, JSON, reprs, SDP, addresses, glued text.
AROUND = st.text(max_size=30) | st.sampled_from(
    [
        "Authorization: Bearer ", '{"credential": "', "'client_secret': '", "token=", "eyJx.y.",
        "eyJ.", "sk-", "sk-abcdefghijklmnop", "password=", "https://user:", "a=ice-pwd:", "Bearer ",
        "/home/", "://", "ek_eyJ", "b'", '\\"secret\\": \\"', '"', "}", ", ", "deadbeef", "=",
    ]
)  # fmt: skip


@pytest.mark.parametrize("kind", ["jwt", "key", "local", "turn"])
def test_a_secret_planted_anywhere_never_survives(kind: str) -> None:
    secrets = {"jwt": JWT, "key": KEY, "local": LOCAL, "turn": TURN}[kind]

    @settings(max_examples=400)
    @given(before=AROUND, more=AROUND, secret=secrets, after=AROUND)
    def check(before: str, more: str, secret: str, after: str) -> None:
        out = redacted(before + more + secret + after)
        assert secret not in out
        # Nor does a part of it that would be long enough to use.
        parts = {secret[at : at + 16] for at in range(5, len(secret) - 20)}
        assert not any(part in out and part not in before + more + after for part in parts)

    check()


@given(before=st.text(), secret=st.text(min_size=6), after=st.text())
@example("x", "[removed]", "y")
@example("a", "aaaaaaa", "aaaaaa")
def test_what_is_known_to_be_secret_is_removed_whatever_it_looks_like(
    before: str, secret: str, after: str
) -> None:
    out = redacted(before + secret + after, [secret])
    assert secret not in out.replace(GONE, "")


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("Authorization: Bearer abc.def", "Authorization: Bearer [removed]"),
        ('{"username": "x", "credential": "pw"}', '{"username": "x", "credential": "[removed]"}'),
        ("a=ice-pwd:abcdefgh", "a=ice-pwd:[removed]"),
        ("postgresql://me:pw@db/x", "postgresql://[removed]@db/x"),
        ("in /home/zoë/app/x.py, line 4", "in ~/app/x.py, line 4"),
        (r"C:\Users\Zoë\app", r"~\app"),
        ("at /srv/zoe/data/logs", "at ~/data/logs"),
    ],
)
def test_what_is_left_of_a_line(line: str, left: str) -> None:
    assert redacted(line, home="/srv/zoe/") == left


def test_an_ordinary_traceback_stays_readable() -> None:
    text = (
        "Traceback (most recent call last):\n"
        '  File "/opt/app/interview_desktop/window.py", line 12, in run\n'
        "    raise ValueError('no risk-management case of 120 minutes')\n"
        "ValueError: no risk-management case of 120 minutes"
    )
    assert redacted(text) == text
