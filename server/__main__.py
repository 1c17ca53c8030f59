"""`python3 -m server`: sets up what is missing, then runs the command line."""

from __future__ import annotations

import gc
import runpy
import sys
from pathlib import Path

BOOTSTRAP = Path(__file__).resolve().parents[1] / "interview_desktop" / "bootstrap.py"


def main() -> int:
    """The entry point of an installed package as well."""
    # Importing makes no garbage; looking for it costs a tenth of the start.
    gc.disable()
    from server.cli import main as run  # noqa: PLC0415  (after the set-up)

    gc.enable()
    return run()


if __name__ == "__main__":
    if BOOTSTRAP.exists():
        runpy.run_path(str(BOOTSTRAP))["ensure"]("server")
    sys.exit(main())
