"""`python3 -m tests`: sets up what is missing, then runs every check and test.

python3 -m tests [PATH…] [-k …] [--fast]   set-up, lint, types, import rules, tests

Soak loops, benchmarks and packaging checks do not exist yet.
"""

from __future__ import annotations

import argparse
import os
import runpy
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECKS = {
    "lint": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "-q", "."],
    "types": ["mypy"],
    "imports": ["lint-imports", "--no-cache"],
}


def main() -> int:
    """Run what the arguments ask for; 0 if all of it passed."""
    parser = argparse.ArgumentParser(prog="python3 -m tests", description=__doc__)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="paths for pytest")
    parser.add_argument("-k", dest="expression", help="only tests that match")
    parser.add_argument("--fast", action="store_true", help="without lint, types, import rules")
    arguments = parser.parse_args()
    from tests.helpers.environment import test_environment

    with test_environment() as environment:
        selection = ["-m", "not soak"]
        selection += ["-k", arguments.expression] if arguments.expression else []
        failed = [] if arguments.fast else _checks()
        started_s = time.monotonic()
        paths = arguments.paths or ["tests"]
        code = _run([sys.executable, "-m", "pytest", *selection, *paths], environment)
        print(
            f"tests: {'passed' if code == 0 else 'FAILED'} in {time.monotonic() - started_s:.0f} s"
        )
        for name in failed:
            print(f"{name}: FAILED")
        return 1 if failed else code


def _checks() -> list[str]:
    """Run the static checks side by side; the names of those that failed."""
    folder = Path(sys.executable).parent
    started = {
        name: subprocess.Popen(
            [str(folder / command[0]), *command[1:]],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name, command in CHECKS.items()
    }
    failed = []
    for name, process in started.items():
        output, _ = process.communicate(timeout=600)
        print(f"{name}: {'passed' if process.returncode == 0 else 'FAILED'}", flush=True)
        if process.returncode != 0:
            print(output, flush=True)
            failed.append(name)
    return failed


def _run(command: list[str], environment: dict[str, str]) -> int:
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    runpy.run_path(str(ROOT / "interview_desktop" / "bootstrap.py"))["ensure"]("tests")
    os.chdir(ROOT)
    sys.exit(main())
