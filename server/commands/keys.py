"""The signing keys of a server that was given none: kept in its data folder."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from server.config import key_ring
from server.signing import KeyRing

FILE = "signing.key"


def kept(data_dir: Path) -> KeyRing:
    """The keys in the data folder; one is made at the first call.

    Raises:
        ConfigError: the file holds what cannot be a key.
    """
    path = data_dir / FILE
    with contextlib.suppress(FileNotFoundError):
        return _read(path)
    made = KeyRing((secrets.token_hex(32),))
    _write(path, made)
    return made


def rotate(data_dir: Path) -> KeyRing:
    """Put a new key in front, and keep the one that signed until now, so that what it signed lasts.

    Raises:
        ConfigError: the file holds what cannot be a key.
    """
    path = data_dir / FILE
    rotated = KeyRing((secrets.token_hex(32), kept(data_dir).keys[0]))
    _write(path, rotated)
    return rotated


def _read(path: Path) -> KeyRing:
    return key_ring(path.read_bytes().decode("ascii", "replace"), path.name)


def _write(path: Path, ring: KeyRing) -> None:
    # Whole or not at all: half a key would sign with next to nothing.
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="ascii") as file:
        file.write("\n".join(ring.keys) + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
