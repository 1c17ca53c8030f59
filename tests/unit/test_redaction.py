"""Secrets never survive in what a person may copy, nor in the server's log."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from interview_desktop.domain.redaction import GONE, redacted
from server import redaction as server_redaction
from server.logs import Access, JsonFormatter, TextFormatter, request_id

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


# What the server makes, and what clients send it.
OPAQUE = _text(BASE64URL, 43, 64).filter(
    lambda text: {"a", "A", "0"} <= {_class(one) for one in text}
)
ARGON = st.builds("$argon2id$v=19$m=19456,t=2,p=1${0}${0}".format, _text(BASE64URL, 22, 43))
SERVER_AROUND = AROUND.filter(lambda text: "://" not in text)


def _class(character: str) -> str:
    if character.isdigit():
        return "0"
    return "A" if character.isupper() else "a" if character.islower() else "-"


def _line(formatter: logging.Formatter, message: str, error: ValueError | None = None) -> str:
    trace = None
    if error is not None:
        try:
            raise error
        except ValueError:
            trace = sys.exc_info()
    level = logging.INFO if trace is None else logging.ERROR
    return formatter.format(logging.LogRecord("server.x", level, "x.py", 1, message, (), trace))


FORMATTERS = {"text": TextFormatter(), "json": JsonFormatter()}


@pytest.mark.parametrize("form", FORMATTERS)
@pytest.mark.parametrize("kind", ["jwt", "key", "local", "turn", "opaque", "argon"])
def test_no_secret_reaches_the_servers_log(form: str, kind: str) -> None:
    kinds = {"jwt": JWT, "key": KEY, "local": LOCAL, "turn": TURN, "opaque": OPAQUE, "argon": ARGON}

    @settings(max_examples=150)
    @given(before=SERVER_AROUND, secret=kinds[kind], after=SERVER_AROUND)
    def check(before: str, secret: str, after: str) -> None:
        # Set off by a space: glued to other letters, a token without a mark of its own is a word.
        told = f"{before} {secret} {after}"
        for line in (_line(FORMATTERS[form], told), _line(FORMATTERS[form], "x", ValueError(told))):
            assert secret not in line
            assert "\r" not in line
            assert "\x1b" not in line

    check()


@pytest.mark.parametrize("form", FORMATTERS)
@pytest.mark.parametrize(
    "text",
    ['{"email": "a@b.c", "password": "CANARY horse"}', "password=CANARY-horse", "'code': 'CANARY'",
     '{"refresh_token": "CANARY.horse"}', "refresh_token='CANARY horse battery'",
     '{"credential":"CANARY","username":"x"}', "Authorization: Bearer CANARY.x",
     "{'secret': b'CANARY'}", '{\\"password\\": \\"CANARY\\"}', "a=ice-pwd:CANARYCANARY",
     "https://user:CANARY@host/x", "INTERVIEW_METRICS_TOKEN=CANARY-canary",
     "api-key: CANARY-canary",
     "password_hash='CANARY$'", '{"new_password" : "CANARY it is"}', "Cookie: session=CANARY-0",
     "invitation code: CANARY-1234"],
)  # fmt: skip
def test_what_is_called_a_secret_is_one(form: str, text: str) -> None:
    for line in (_line(FORMATTERS[form], text), _line(FORMATTERS[form], "x", ValueError(text))):
        assert "CANARY" not in line
        assert server_redaction.GONE in line


@pytest.mark.parametrize(
    "text",
    ["Started server process [4242]", "SQLite 3.40.1 has a known fault in its write-ahead log",
     "status code 401", "code=401", "Jobs wait: No space left on device",
     "in test_a_secret_planted_anywhere_never_survives_and_its_name_is_long",
     "interview 3fa85f64-5717-4562-b3fc-2c963f66afa6 was swept"],
)  # fmt: skip
def test_ordinary_lines_stay_readable(text: str) -> None:
    assert text in _line(FORMATTERS["text"], text)
    assert json.loads(_line(FORMATTERS["json"], text))["message"] == text


@given(text=st.text())
@example("x\n2026-01-01T00:00:00.000Z ERROR server: forged")
@example("\ud800 \u2028 \x85 \x1b[2J \r\n")
def test_no_text_makes_a_line_of_its_own(text: str) -> None:
    assert len(_line(FORMATTERS["text"], text).splitlines()) == 1
    json.loads(_line(FORMATTERS["json"], text))
    assert len(_line(FORMATTERS["json"], text).encode().splitlines()) == 1
    trace = _line(FORMATTERS["text"], text, ValueError(text)).splitlines()
    assert all(line.startswith("    ") for line in trace[1:])


@pytest.mark.parametrize("form", FORMATTERS)
def test_a_line_carries_the_id_of_its_request(form: str) -> None:
    token = request_id.set("mine-0001")
    try:
        assert "mine-0001" in _line(FORMATTERS[form], "something")
        access = logging.LogRecord("server.access", logging.INFO, "", 0,
                                   Access("GET", "/api/{id}", 200, 1.25, 10), (), None)  # fmt: skip
        line = FORMATTERS[form].format(access)
    finally:
        request_id.reset(token)
    for part in ("mine-0001", "GET", "/api/{id}", "200", "1.2", "10"):
        assert part in line
    assert "request" not in _line(FORMATTERS["text"], "outside of any")
