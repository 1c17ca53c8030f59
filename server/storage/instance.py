"""What the data folder knows of its database: its id, when it was checked, whether it is open."""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select

from server.storage.durable import sync_folder, write_durably
from server.storage.tables import facts

INSTANCE_FILE = "instance.json"
RUNNING_FILE = "running"
CHECK_EVERY_S = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Instance:
    """The id of the database that belongs here, and when it was last read to its end.

    Without an id: there is one, but which is not known.
    """

    id: str
    checked_at: int


def read_instance(data_dir: Path) -> Instance | None:
    """What the folder knows, or None where there never was a database."""
    try:
        values: Any = json.loads((data_dir / INSTANCE_FILE).read_text(encoding="utf-8"))
        return Instance(str(values["id"]), int(values["checked_at"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        # A note that cannot be read still says that there were data.
        return Instance("", 0)


def note_checked(data_dir: Path, instance: Instance, now: int) -> None:
    """Note that the database was read to its end."""
    write_instance(data_dir, replace(instance, checked_at=now))


def write_instance(data_dir: Path, instance: Instance) -> None:
    """Note which database belongs here."""
    values = {"id": instance.id, "checked_at": instance.checked_at}
    write_durably(data_dir / INSTANCE_FILE, json.dumps(values).encode())


def name_instance(engine: Engine) -> str:
    """The id of the database; made where it has none yet."""
    with engine.begin() as connection:
        known = connection.execute(
            select(facts.c.value).where(facts.c.name == "instance")
        ).scalar_one_or_none()
        if known is not None:
            return str(known)
        made = str(uuid.uuid4())
        connection.execute(insert(facts).values(name="instance", value=made))
        return made


def mark_running(data_dir: Path) -> None:
    """Note that the database is open; a process that is killed leaves the note."""
    write_durably(data_dir / RUNNING_FILE, f"{os.getpid()}\n".encode())


def ended_unclean(data_dir: Path) -> bool:
    """Whether the last process was killed, or the power went."""
    return (data_dir / RUNNING_FILE).exists()


def mark_ended(data_dir: Path) -> None:
    """Note that the database was closed in order."""
    with contextlib.suppress(OSError):
        (data_dir / RUNNING_FILE).unlink(missing_ok=True)
        sync_folder(data_dir)
