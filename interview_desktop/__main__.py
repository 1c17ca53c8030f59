"""`python3 -m interview_desktop`: sets up what is missing, then starts the app."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

BOOTSTRAP = Path(__file__).with_name("bootstrap.py")


def main() -> int:
    """The entry point of an installed package as well."""
    if "--serve" in sys.argv[1:2]:
        # The bundled server: the same executable, and nothing of the desktop is imported.
        sys.argv[1:2] = ["serve"]
        runpy.run_module("server", run_name="__main__", alter_sys=True)
        return 0
    from interview_desktop.app import main as run  # noqa: PLC0415  (after the set-up)

    return run(sys.argv[1:])


if __name__ == "__main__":
    if BOOTSTRAP.exists():
        runpy.run_path(str(BOOTSTRAP))["ensure"]("interview_desktop")
    sys.exit(main())
