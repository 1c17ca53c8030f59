"""The keys that sign our tokens, and the one way a token is made and read."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jwt

ISSUER = "interview-server"
LEEWAY_S = 30
# How many verified tokens are remembered; each is half a kilobyte.
KEPT = 1024
# In bytes: a key that is shorter than the hash it signs with can be guessed. Source: RFC 7518, 3.2.
MIN_KEY_BYTES = 32
_ALGORITHM = "HS256"
_REQUIRED = ["iss", "aud", "sub", "iat", "exp", "jti", "token_use"]
# Three parts without padding; the last character holds two bits that mean nothing and must be
# zero, so that a token has one spelling only.
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")
_BETWEEN = re.compile(r"[\s,]+")


class TokenError(Exception):
    """A token that is not ours, altered, for something else, or out of date."""


class WeakKeyError(ValueError):
    """A signing key that is too short to use; the text never holds it."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Signing keys: the first signs, all of them verify.

    Thread: any; never changed.
    """

    keys: tuple[str, ...] = field(repr=False)
    _by_id: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _verified: Callable[[str, str], Mapping[str, Any]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if not self.keys:
            raise WeakKeyError("A key ring needs a key.")
        if any(len(key.encode()) < MIN_KEY_BYTES for key in self.keys):
            raise WeakKeyError(f"A signing key needs at least {MIN_KEY_BYTES} bytes.")
        object.__setattr__(self, "_by_id", {key_id(key): key for key in self.keys})
        # A client sends the same token for a quarter of an hour, and what a signature says never
        # changes. Times are judged at every use, and the session is looked up by whoever asks.
        object.__setattr__(self, "_verified", lru_cache(KEPT)(self._verify))

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """The ring of keys that white space or commas separate.

        Raises:
            WeakKeyError: none, or one that is too short.
        """
        return cls(tuple(dict.fromkeys(key for key in _BETWEEN.split(text) if key)))

    def sign(self, *, audience: str, use: str, claims: dict[str, Any], now: int, ttl_s: int) -> str:
        """A token for `use`, good until `ttl_s` after `now`.

        Args:
            audience: who reads it.
            use: what it is for (`token_use`), so that one kind never passes for another.
            claims: `sub`, and what else the use needs.
        """
        whole = {
            "iss": ISSUER,
            "aud": audience,
            **claims,
            "iat": now,
            "exp": now + ttl_s,
            "jti": secrets.token_hex(8),
            "token_use": use,
        }
        key = self.keys[0]
        return jwt.encode(whole, key, algorithm=_ALGORITHM, headers={"kid": key_id(key)})

    def read(self, token: str, *, audience: str, use: str, now: int) -> dict[str, Any]:
        """The claims of a token that is good at `now`.

        Raises:
            TokenError: whatever is wrong with it.
        """
        claims = dict(self._verified(token, audience))
        # PyJWT knows nothing of what a token is for, and takes a name that is empty.
        if claims["token_use"] != use or not claims["jti"] or not _in_time(claims, now):
            raise TokenError
        return claims

    def _verify(self, token: str, audience: str) -> Mapping[str, Any]:
        """The claims of a token with a right signature; what is wrong is never kept."""
        if not _COMPACT.fullmatch(token):
            raise TokenError
        try:
            key = self._by_id.get(jwt.get_unverified_header(token).get("kid", ""))
            if key is None:
                raise TokenError
            claims = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                issuer=ISSUER,
                audience=audience,
                # The times are judged below: PyJWT has a clock of its own.
                options={
                    "require": _REQUIRED,
                    "strict_aud": True,
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise TokenError from None
        return claims


def key_id(key: str) -> str:
    """The name of a key that may be shown: it stands in every token's header."""
    return hashlib.sha256(b"kid:" + key.encode()).hexdigest()[:8]


def _in_time(claims: Mapping[str, Any], now: int) -> bool:
    begins, made, ends = claims.get("nbf", 0), claims["iat"], claims["exp"]
    # Not isinstance: True is an int too.
    if not all(type(time) is int for time in (begins, made, ends)):
        return False
    return bool(max(begins, made) <= now + LEEWAY_S and now - LEEWAY_S < ends)
