"""TURN credentials by the REST scheme that coturn and others check without a call back."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any


def turn_credentials(
    secret: str, user_id: str, urls: tuple[str, ...], now: int, ttl_s: int, order: str
) -> dict[str, Any]:
    """Time-limited credentials in the contract's shape.

    Args:
        secret: shared with the TURN server.
        user_id: a UUID; an all-digit name would be taken for the time by coturn.
        order: `user:expiry` (the contract's) or `expiry:user`.

    Source: draft-uberti-behave-turn-rest-00, section 2.2.
    """
    expiry = now + ttl_s
    username = f"{user_id}:{expiry}" if order == "user:expiry" else f"{expiry}:{user_id}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return {
        "username": username,
        "password": base64.b64encode(digest).decode(),
        "ttl": ttl_s,
        "expiration": expiry,
        "urls": list(urls),
    }
