"""Starts what the command line asks for, and wires the parts together."""

from __future__ import annotations

import argparse
import sys


def main(argv: list[str]) -> int:
    """Run the app, or one of its commands without a window."""
    parser = argparse.ArgumentParser(prog="interview-desktop")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    if argv[:1] == ["rehearse"]:
        from interview_desktop import rehearse  # noqa: PLC0415

        rehearsal = commands.add_parser("rehearse")
        rehearse.add_arguments(rehearsal)
        return rehearse.run(parser.parse_args(argv))
    parser.parse_args(argv)
    sys.stderr.write("no window yet\n")
    return 1
