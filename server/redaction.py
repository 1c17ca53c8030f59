"""Takes what looks like a secret out of text that goes into a log."""

from __future__ import annotations

import re

GONE = "[removed]"
_SHORTEST = 8

# All of them in one expression, so that a text is read once. Where a group is named `secret…` it
# alone goes, else the whole match. None asks for a word boundary in front of a shape that is
# unmistakable: a secret that is glued to other text is a secret all the same.
_SHAPES = (
    # JSON Web Tokens; the keys of OpenAI and of our own interviewer.
    r"eyJ[\w-]{7,}(?:\.[\w-]*)*",
    r"(?:sk|ek|rk|sess)[_-][\w.-]{6,}",
    # Our refresh tokens, and the codes of invitations and resets.
    r"(?:rt|code)_[A-Za-z0-9_-]{20,}",
    # Authorization headers, the first of them with anything that may follow.
    r"(?i:bearer|basic|digest)(?:\s|[:=\"'])+[^\s\"',;]+",
    # Password hashes.
    r"\$argon2\w*\$[^\s\"',]+",
    # `password=…`, `"refresh_token": "…"`, `'credential': b'…'`, `a=ice-pwd:…` and their like; a
    # quoted value up to its quote, however many words it has.
    r"(?i:passw(?:or[dt])?|passphrase|ice-pwd|secret|token|credentials?|code|api[_-]?key|cookie"
    r"|signing[_-]?key|private[_-]?key)(?:_?hash)?\\?[\"']?\s*[:=]\s*"
    r"(?:b?\\?\"(?P<secret_a>[^\"\\]{4,})|b?\\?'(?P<secret_b>[^'\\]{4,})"
    r"|(?P<secret_c>[^\s\"'\\,;&}\])]{8,}))",
    # user:password@host of an address.
    r"://(?P<secret_d>[^/\s@]+)@",
    # The local secret and the signing key; digests of any kind.
    r"(?<![0-9A-Fa-f-])[0-9A-Fa-f]{32,}",
    # Opaque tokens: long, of mixed letters, as no name in a traceback is.
    r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*[0-9])[A-Za-z0-9_-]{32,}",
    # Passwords of TURN: an HMAC in base64.
    r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{26,}={1,2}",
)
_SECRET = re.compile("|".join(_SHAPES))
_GROUPS = ("secret_a", "secret_b", "secret_c", "secret_d")


def redacted(text: str) -> str:
    """`text` without what looks like a secret."""
    if len(text) < _SHORTEST:
        return text
    return _SECRET.sub(_without, text)


def _without(found: re.Match[str]) -> str:
    for name in _GROUPS:
        begin, end = found.span(name)
        if begin >= 0:
            whole = found.start()
            text = found.group()
            return text[: begin - whole] + GONE + text[end - whole :]
    return GONE
