"""`python -m tests.helpers.restore_until_killed FOLDER FILE OUT`: kills a restore at each step.

A step is a change of the file system. Each time FILE is restored into a copy of FOLDER by a child
that kills itself; then another does what the next start of a server does first; then a third
restores again. Prints a JSON line for each kill: what stood in the folder after each.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from server.storage.integrity import DATABASE, integrity_check, row_counts
from server.storage.opening import claimed
from server.storage.restore import restore_backup
from server.storage.swap import finish_swap

CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate"}


def _forked(work: Callable[[], object]) -> bool:
    """Whether the child was killed."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status):
        raise SystemExit("a restore failed")
    return False


def _kill_at(number: int) -> None:
    """Kill this process before its change of that number."""
    seen = 0

    def count(name: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        writes = name == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_ACCMODE
        if name in CHANGES or writes:
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def _state(folder: Path) -> dict[str, object]:
    integrity_check(folder / DATABASE)
    return {
        "rows": row_counts(folder / DATABASE),
        "recordings": {
            path.name: path.stat().st_size for path in sorted((folder / "recordings").iterdir())
        },
    }


def main() -> None:
    """Go on until a restore comes to its end."""
    source, file, out = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])

    def restore(folder: Path, kill_at: int) -> None:
        _kill_at(kill_at)
        with claimed(folder):
            restore_backup(folder, file)

    number, killed = 0, True
    while killed:
        number += 1
        folder = out / str(number)
        shutil.copytree(source, folder)
        killed = _forked(lambda: restore(folder, number))  # noqa: B023
        _forked(lambda: finish_swap(folder))  # noqa: B023
        first = _state(folder)
        _forked(lambda: restore(folder, 0))  # noqa: B023
        print(json.dumps({"after": first, "again": _state(folder)}), flush=True)


if __name__ == "__main__":
    main()
