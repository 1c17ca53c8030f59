"""Looks at everything in a data folder, beside a live server, and says what it found."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from server.storage.backup import RECORDINGS, member_of
from server.storage.integrity import (
    DATABASE,
    DamagedError,
    foreign_key_faults,
    integrity_check,
    look,
)
from server.storage.migrate import HEAD, KNOWN
from server.storage.snapshots import newest_whole
from server.storage.sqlite import SAFE_SQLITE, reading, sqlite_module

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One line; `fine` is None for what is only worth knowing."""

    fine: bool | None
    text: str


def survey(data_dir: Path) -> Iterator[Finding]:
    """Every finding, as soon as it is known. Blocks."""
    module = sqlite_module()
    yield Finding(
        module.sqlite_version_info >= SAFE_SQLITE, f"SQLite {module.sqlite_version} is used"
    )
    database = data_dir / DATABASE
    if not database.exists():
        yield Finding(False, f"there is no database in {data_dir}")
        return
    try:
        yield from _of_database(database)
        yield from _of_recordings(data_dir)
    except DamagedError as error:
        yield Finding(False, str(error.strerror))
    yield _of_backups(data_dir)


def _of_database(database: Path) -> Iterator[Finding]:
    schema = look(database).schema
    if schema == HEAD:
        yield Finding(True, f"schema {schema}")
    elif schema in KNOWN:
        yield Finding(None, f"schema {schema}: the next start brings it to {HEAD}")
    else:
        yield Finding(False, f"schema {schema} is not one that this version knows")
    integrity_check(database)
    yield Finding(True, "the database is whole (integrity_check)")
    faults = foreign_key_faults(database)
    yield Finding(faults == 0, f"{faults} rows without what they belong to (foreign_key_check)")


def _of_recordings(data_dir: Path) -> Iterator[Finding]:
    # The folder first: what is made meanwhile has its row before its file.
    files = {path.name: path for path in (data_dir / RECORDINGS).glob("*")}
    safe, swept = _rows(data_dir / DATABASE)
    missing, short = [], []
    for recording_id, received in safe.items():
        try:
            size = (data_dir / member_of(recording_id)).stat().st_size
        except FileNotFoundError:
            if received:
                missing.append(recording_id)
            continue
        if size < received:
            short.append(recording_id)
    extra = set(files) - {Path(member_of(one)).name for one in safe.keys() | swept}
    if missing or short or extra:
        # What was deleted since the first look is no finding.
        safe, swept = _rows(data_dir / DATABASE)
        missing = [one for one in missing if one in safe]
        short = [one for one in short if one in safe]
        extra = {name for name in extra if files[name].exists()}
    yield Finding(not missing, _list("recordings whose file is missing", missing))
    yield Finding(not short, _list("recordings whose file is too short", short))
    yield Finding(not extra, _list("files that belong to no recording", sorted(extra)))


def _rows(database: Path) -> tuple[dict[str, int], set[str]]:
    """The safe bytes of each recording, and the files that are still to be removed."""
    with reading(database) as connection:
        safe = dict(connection.execute("SELECT id, received FROM recordings"))
        return safe, {name for (name,) in connection.execute("SELECT file FROM trash")}


def _list(what: str, names: list[str]) -> str:
    if not names:
        return f"no {what}"
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{what}: {', '.join(names[:SHOWN])}{more}"


def _of_backups(data_dir: Path) -> Finding:
    snapshot = newest_whole(data_dir)
    if snapshot is None:
        return Finding(None, "the server has made no backup by itself yet")
    taken = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(snapshot.taken_at))
    return Finding(True, f"the newest backup is whole: {snapshot.path} of {taken}")
