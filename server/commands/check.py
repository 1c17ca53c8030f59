"""`check`: what is in the data folder, a line each."""

from __future__ import annotations

from server.config import Settings
from server.storage.opening import complete_restore
from server.storage.survey import survey

WORDS = {True: "ok", False: "WRONG", None: "note"}


def check(settings: Settings) -> int:
    """Print every finding; 1 if something is wrong."""
    complete_restore(settings.data_dir)
    wrong = False
    for finding in survey(settings.data_dir):
        wrong = wrong or finding.fine is False
        print(f"{WORDS[finding.fine]}: {finding.text}", flush=True)
    return int(wrong)
