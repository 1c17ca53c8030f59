"""Puts restored data in the place of the present ones: the old or the new, whenever it is killed.

What is to take its place lies in STAGING, whole and checked. Then a note is written, and from
there on the swap is only ever finished, by whoever holds the folder next. A thing that is still in
STAGING has not taken its place yet, so what lies there is an old one.
"""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

from server.storage.durable import new_folder, stamp, sync_folder, write_durably
from server.storage.instance import RUNNING_FILE, Instance, write_instance
from server.storage.integrity import DATABASE, FILES, look

STAGING = "restoring"
NOTE = "restore.json"
RECORDINGS = "recordings"
ASIDE_PREFIX = "replaced-"


def swap_waits(data_dir: Path) -> bool:
    """Whether a swap was begun and not finished."""
    return (data_dir / NOTE).exists()


def begin_swap(data_dir: Path) -> Path:
    """Swap what lies in STAGING; where the old ones are. The folder's lock is the caller's."""
    aside = new_folder(data_dir, ASIDE_PREFIX + stamp())
    sync_folder(data_dir / STAGING)
    write_durably(data_dir / NOTE, json.dumps({"aside": aside.name}).encode())
    finish_swap(data_dir)
    return aside


def finish_swap(data_dir: Path) -> None:
    """Do what is left of a swap that was begun; nothing where none was."""
    note, staging = data_dir / NOTE, data_dir / STAGING
    if not note.exists():
        return
    aside = data_dir / Path(json.loads(note.read_text(encoding="utf-8"))["aside"]).name
    aside.mkdir(mode=0o700, exist_ok=True)
    # The database comes last: with it the new data are there.
    for name, belongs in ((RECORDINGS, (RECORDINGS,)), (DATABASE, FILES)):
        if (staging / name).exists():
            for old in belongs:
                if (data_dir / old).exists():
                    (data_dir / old).rename(aside / old)
            sync_folder(aside)
            (staging / name).rename(data_dir / name)
            sync_folder(data_dir)
    # A copy of an earlier schema has no id yet.
    instance = look(data_dir / DATABASE).instance or ""
    write_instance(data_dir, Instance(instance, int(time.time())))
    # The new data were checked before; how the old ones were left says nothing about them.
    (data_dir / RUNNING_FILE).unlink(missing_ok=True)
    shutil.rmtree(staging, ignore_errors=True)
    note.unlink()
    sync_folder(data_dir)
