"""`python -m tests.helpers.migrate_until_killed DB DIR`: kills a migration at each statement of it.

Each time a copy of DB is migrated in a child that kills itself; then another child migrates a copy
of what was left. Prints a JSON line for each kill: the image, the version in it, and that after.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

# Loaded once, for every child.
import alembic.command
import alembic.config  # noqa: F401
from sqlalchemy import event

from server.storage.engine import Database
from server.storage.migrate import migrate, schema_version


def _child(path: Path, kill_at: int) -> None:
    """Migrate; be killed before the statement `kill_at`, or at the commit behind the last."""
    database = Database(path)
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.writer, "before_cursor_execute", count)
    event.listen(database.writer, "commit", count)
    migrate(database.writer)
    # As a process that is killed: nothing is closed, the log is not folded in.


def _forked(path: Path, kill_at: int = 0) -> bool:
    """Whether the child was killed."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            _child(path, kill_at)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status):
        raise SystemExit("a migration failed")
    return False


def _version(path: Path) -> str | None:
    """The version, read from a copy, so that the image stays as it is."""
    database = Database(path)
    try:
        return schema_version(database.writer)
    finally:
        database.close()


def _copy(source: Path, target: Path) -> Path:
    for ending in ("", "-wal", "-shm"):
        if Path(f"{source}{ending}").exists():
            shutil.copyfile(f"{source}{ending}", f"{target}{ending}")
    return target


def main() -> None:
    """Go on until a migration comes to its end."""
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    number, killed = 0, True
    while killed:
        number += 1
        image = _copy(source, folder / f"killed-{number}.sqlite3")
        killed = _forked(image, number)
        again = _copy(image, folder / f"again-{number}.sqlite3")
        version = _version(_copy(image, folder / f"version-{number}.sqlite3"))
        _forked(again)
        then = _version(_copy(again, folder / f"then-{number}.sqlite3"))
        line = {"image": str(image), "version": version, "then": then}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
