"""Starts what the command line asks for."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

NO_DISPLAY = (
    "There is no display here, so no window can be shown. To hear that the whole path works, run:\n"
    "  python3 -m interview_desktop rehearse --template market-entry-scanning-software --out DIR"
)


def main(argv: list[str]) -> int:
    """Run the window, or one of the commands without one."""
    parser = argparse.ArgumentParser(prog="interview-desktop", description=__doc__)
    parser.add_argument("--data-dir", type=Path, help="where everything is kept")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    if argv[:1] == ["rehearse"]:
        # Imported here: the window must not wait for what only a rehearsal needs.
        from interview_desktop import rehearse  # noqa: PLC0415

        rehearse.add_arguments(commands.add_parser("rehearse"))
        return rehearse.run(parser.parse_args(argv))
    commands.add_parser("rehearse", help="the whole main job without a window")
    arguments = parser.parse_args(argv)
    if _no_display():
        print(NO_DISPLAY, file=sys.stderr)
        return 1
    from interview_desktop.desktop import run  # noqa: PLC0415

    return run(arguments.data_dir)


def _no_display() -> bool:
    shown = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform.startswith("linux") and not any(map(os.environ.get, shown))
