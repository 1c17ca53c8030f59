"""Takes secrets out of text that a person may copy and send, or that stays in a log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

GONE = "[removed]"
# A shorter string in the list of secrets would take half of an ordinary text with it.
MIN_SECRET = 6

# What a pattern names `secret`, or else the whole match, goes. All of them see the text as it was,
# so none can cut what another would have found. None asks for a word boundary: a secret that is
# glued to other text is a secret all the same.
_SHAPES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # JSON Web Tokens, however many dots precede them.
        r"eyJ[\w-]*(?:\.[\w-]*)+",
        # Authorization headers.
        r"(?:bearer|basic|digest)(?:\s|[:=\"'])+(?P<secret>[^\s\"',;]+)",
        # `password=…`, `"credential": "…"`, `a=ice-pwd:…`, and their like.
        r"(?:passwor[dt]|passwd|-pwd|secret|token|credentials?|api[_-]?key|signing[_-]?key|cookie"
        r"|private[_-]?key)\\?[\"']?\s*[:=]\s*(?:b?\\?[\"'])?(?P<secret>[^\s\"',;&}\]]+)",
        # Keys of OpenAI and its like: ek_…, sk-…, sk-proj-…, sess-….
        r"(?:ek|sk|rk|sess)[_-][\w-]{12,}",
        # user:password@host of an address.
        r"://(?P<secret>[^/\s@]+)@",
        # The local secret and the signing key (64 hexadecimal digits), digests of any kind.
        r"[0-9a-f]{32,}",
        # Passwords of TURN (long-term, from a shared secret): an HMAC in base64.
        r"(?<![a-z0-9+/_-])[a-z0-9+/_-]{26,}={1,2}",
    )
]
_HOMES = re.compile(r"(?i)(?:/home/|/Users/|[A-Z]:\\+Users\\+)[^/\\\s\"':,;]+")


def redacted(text: str, secrets: Iterable[str] = (), home: str = "") -> str:
    """`text` without secrets and without the name of anybody's home folder.

    Args:
        text: a traceback, log lines, anything.
        secrets: known in this run; each is removed wherever it stands.
        home: the home folder, which becomes ~.
    """
    text = _without(text, _joined(sorted(_spans(text, secrets))))
    if len(home) > 1:
        text = text.replace(home.rstrip("/\\"), "~")
    return _HOMES.sub("~", text)


def _spans(text: str, secrets: Iterable[str]) -> Iterator[tuple[int, int]]:
    for secret in secrets:
        at = text.find(secret) if len(secret) >= MIN_SECRET else -1
        while at >= 0:
            yield at, at + len(secret)
            at = text.find(secret, at + 1)
    for shape in _SHAPES:
        group = "secret" if "secret" in shape.groupindex else 0
        for found in shape.finditer(text):
            yield found.span(group)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for begin, end in spans:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    kept, at = [], 0
    for begin, end in spans:
        kept += [text[at:begin], GONE]
        at = end
    return "".join([*kept, text[at:]])
