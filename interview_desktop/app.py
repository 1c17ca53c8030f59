"""Starts what the command line asks for."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

NO_DISPLAY = (
    "There is no display here, so no window can be shown:"
    " the first case is rehearsed to this terminal instead, with silent answers."
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
    if argv[:1] == ["gallery"]:
        from interview_desktop.ui.gallery import render  # noqa: PLC0415

        render.add_arguments(commands.add_parser("gallery"))
        return render.run(parser.parse_args(argv))
    commands.add_parser("rehearse", help="the whole main job without a window")
    commands.add_parser("gallery", help="pictures of every component and screen")
    arguments = parser.parse_args(argv)
    if _no_display():
        return _rehearse_instead(arguments.data_dir)
    from interview_desktop.window import run  # noqa: PLC0415

    return run(arguments.data_dir)


def _rehearse_instead(data_dir: Path | None) -> int:
    """Show the whole main job where there is nothing to show a window on."""
    print(NO_DISPLAY, flush=True)
    try:
        import tempfile  # noqa: PLC0415
        import time  # noqa: PLC0415

        from interview_desktop import rehearse  # noqa: PLC0415
        from interview_desktop.config import app_paths  # noqa: PLC0415

        folder = app_paths(data_dir).data / "rehearsals"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        out = tempfile.mkdtemp(prefix=time.strftime("%Y-%m-%d-"), dir=folder)
        parser = argparse.ArgumentParser()
        rehearse.add_arguments(parser)
        code = rehearse.run(parser.parse_args(["--out", out]))
    except KeyboardInterrupt:
        return 130  # stopped before there was anything to keep
    print(f"What it left is in {out}.", flush=True)
    return code


def _no_display() -> bool:
    shown = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform.startswith("linux") and not any(map(os.environ.get, shown))
