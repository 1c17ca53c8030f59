"""`python3 -m tests`: sets up what is missing, then runs every check and test.

python3 -m tests [PATH…] [-k …] [--fast]   set-up, lint, types, import rules, tests
python3 -m tests soak [-k …]               the long loops at their full count
python3 -m tests bench [NAME…] [--json F]  the benchmarks
python3 -m tests package                   builds what this system can build, and uses it
"""

from __future__ import annotations

import argparse
import contextlib
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What runs side by side: the first two wait for sound in real time and need little of a processor;
# the server's tests take what is left of it, and have to stand back.
PARTS = (
    ["tests/integration", "tests/packaging"],
    ["tests/ui", "tests/unit"],
    ["tests/server"],
)
NICE = ["nice", "-n", "15"]
CHECKS = {
    "lint": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "-q", "."],
    "types": ["mypy"],
    "imports": ["lint-imports", "--no-cache"],
}


def main(argv: list[str]) -> int:
    """Run what the arguments ask for; 0 if all of it passed."""
    from tests.helpers.environment import test_environment

    match argv[:1]:
        case ["bench"]:
            with test_environment() as environment:
                return _run([sys.executable, "-m", "tests.bench", *argv[1:]], environment)
        case ["package"]:
            from tests.packaging.package import main as build_and_use

            return build_and_use()
        case _:
            return _tests(argv)


def _tests(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python3 -m tests",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="paths for pytest, or soak")
    parser.add_argument("-k", dest="expression", help="only tests that match")
    parser.add_argument("--fast", action="store_true", help="without lint, types, import rules")
    arguments = parser.parse_args(argv)
    soak = arguments.paths[:1] == ["soak"]
    paths = arguments.paths[1:] if soak else arguments.paths
    selection = ["-m", "soak" if soak else "not soak"]
    selection += ["-k", arguments.expression] if arguments.expression else []
    if soak:
        # A long loop is no hanging test, and telling where every thread is can crash one that runs.
        selection += ["-o", "faulthandler_timeout=0"]
    failed = [] if arguments.fast or soak else _checks()
    started_s = time.monotonic()
    command = [sys.executable, "-m", "pytest", *selection]
    if paths or soak or arguments.expression:
        code = _in_an_environment([*command, *(paths or ["tests"])])
    else:
        *waiting, working = PARTS
        commands = [[*command, *part] for part in waiting]
        code = _side_by_side([*commands, [*NICE, *command, *working]])
    print(f"tests: {'passed' if code == 0 else 'FAILED'} in {time.monotonic() - started_s:.0f} s")
    for name in failed:
        print(f"{name}: FAILED")
    return 1 if failed else code


def _in_an_environment(command: list[str]) -> int:
    from tests.helpers.environment import test_environment

    with test_environment() as environment:
        return _run(command, environment)


def _side_by_side(commands: list[list[str]]) -> int:
    """Run each command with a screen, a bus and a sound system of its own; the worst code.

    Much of what they do is waiting for sound in real time. What the later ones print is shown when
    the first has ended, each as a whole.
    """
    from tests.helpers.environment import test_environment

    with contextlib.ExitStack() as stack:
        started = []
        for number, command in enumerate(commands):
            output = stack.enter_context(tempfile.TemporaryFile()) if number else None
            environment = stack.enter_context(test_environment())
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
            )
            stack.callback(_end, process)
            started.append((process, output))
        codes = []
        for process, output in started:
            codes.append(process.wait())
            if output is not None:
                output.seek(0)
                sys.stdout.flush()
                shutil.copyfileobj(output, sys.stdout.buffer)
        return max(codes)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop what an interruption has left running."""
    if process.poll() is None:
        process.terminate()
        process.wait(30)


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
    sys.exit(main(sys.argv[1:]))
