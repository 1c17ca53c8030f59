"""Both set-up commands on a bare Debian: seconds, for the first time and again, in both orders.

The root is made with debootstrap from the mirror and the release that this machine's own apt
uses, and holds python3, pip and ca-certificates. What apt and pip need here to reach their
registries (sources, keys, proxies, certificates) is copied into it. It takes minutes, needs root
and debootstrap, and runs only when it is named: `python3 -m tests bench bare_debian`.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.row import Row

DEFAULT = False
BENCH = "bare_debian"
PROJECT = Path(__file__).resolve().parents[2]
INCLUDED = "python3,python3-pip,ca-certificates"
CHECKOUT = "/srv/checkout"
HOME = pwd.getpwuid(0).pw_dir
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# One small test file and all static checks: the set-up is measured here, not the suite.
TESTS = ["tests", "tests/unit/test_openapi.py"]
APP = ["interview_desktop"]
COMMAND_LIMIT_S = 900.0
END_LIMIT_S = 30.0
# A repeated start must be felt as a start, not as a set-up.
REPEATED_START_TARGET_S = 3.0
SHARE_TARGET_S = 0.3
SHARE_STARTS = 9
# What the bootstrap adds to a start: the way through it to a module of the standard library,
# against that module alone.
THROUGH = "import runpy; runpy.run_path('interview_desktop/bootstrap.py')['ensure']('this')"

COPIED = (
    "/etc/apt",
    "/etc/hosts",
    "/etc/pip.conf",
    "/etc/resolv.conf",
    "/etc/xdg/pip",
    "/usr/local/share/ca-certificates",
    "/usr/share/keyrings",
    f"{HOME}/.config/pip",
)
# The network's own settings alone: everything else of this machine's environment stays out.
KEPT_VARIABLES = ("PIP_", "UV_", "SSL_CERT_")


class BareError(Exception):
    """A command on the bare root did not do what it should."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where this machine's apt gets Debian from."""

    uri: str
    codename: str


def rows(work: Path) -> Iterator[Row]:
    """Make a bare root below `work` and measure in copies of it.

    Raises:
        BareError: a command failed, or left something behind.
    """
    lacking = _lacking()
    source = None if lacking else apt_source()
    if source is None:
        print(f"{BENCH}: not measured: {lacking or 'apt names no mirror of this release'}.")
        return
    pristine = make_root(source, work / "pristine")
    with screen() as display:
        for order in ((APP, TESTS), (TESTS, APP)):
            root = copy_root(pristine, work / "root")
            yield from _measured(root, order, f"Debian {source.codename} minbase", display)
            yield _share(root)
            shutil.rmtree(root)
    shutil.rmtree(pristine)


def _lacking() -> str:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "it needs root"
    needed = ("debootstrap", "apt-get", "git", "unshare", "Xvfb")
    missing = [name for name in needed if shutil.which(name) is None]
    return f"{', '.join(missing)} not found" if missing else ""


def _measured(
    root: Path, order: tuple[list[str], ...], conditions: str, display: str
) -> Iterator[Row]:
    for place, module in enumerate(order):
        for turn in ("first", "again"):
            if module is APP:
                seconds = seconds_to_window(root, display)
                what, until = "app", "command to first painted window"
            else:
                seconds = seconds_to_end(root, ["python3", "-m", *module])
                what, until = "tests", f"command to end of `{' '.join(module)}`"
            target = REPEATED_START_TARGET_S if (what, turn) == ("app", "again") else None
            yield Row(
                BENCH,
                f"{what}, {turn}{', after the other command' if place else ''}",
                round(seconds, 2),
                "s",
                target,
                None if target is None else seconds <= target,
                f"{conditions}, caches empty at the start, {until}",
            )


def _share(root: Path) -> Row:
    through, alone = [], []
    for _ in range(SHARE_STARTS):
        through.append(seconds_to_end(root, ["python3", "-c", THROUGH]))
        alone.append(seconds_to_end(root, [".venv/bin/python", "-m", "this"]))
    seconds = round(statistics.median(through) - statistics.median(alone), 3)
    conditions = f"difference of medians of {SHARE_STARTS} starts with and without it"
    ok = seconds <= SHARE_TARGET_S
    return Row(BENCH, "set-up in a repeated start", seconds, "s", SHARE_TARGET_S, ok, conditions)


# -- the root ----------------------------------------------------------------------------------


def apt_source() -> Source | None:
    """The mirror of this machine's own release; None if apt does not know one."""
    codename = ""
    with contextlib.suppress(OSError):
        for line in Path("/etc/os-release").read_text(encoding="utf-8").splitlines():
            if line.startswith("VERSION_CODENAME="):
                codename = line.partition("=")[2].strip('"')
    form = "$(REPO_URI) $(CODENAME) $(COMPONENT)"
    command = ["apt-get", "indextargets", "--format", form, "Created-By: Packages"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    for line in listed.stdout.splitlines():
        uri, _, rest = line.partition(" ")
        if codename and rest == f"{codename} main":
            return Source(uri.rstrip("/"), codename)
    return None


def make_root(source: Source, root: Path) -> Path:
    """A minimal Debian with Python, pip and certificates, and this machine's way to registries."""
    variant = ["--variant=minbase", f"--include={INCLUDED}"]
    command = ["debootstrap", *variant, source.codename, str(root), source.uri]
    _run(command, COMMAND_LIMIT_S)
    (root / "etc/apt/sources.list").unlink(missing_ok=True)
    copied = [path for path in COPIED if Path(path).exists()]
    _run(["cp", "-aL", "--parents", *copied, str(root)], COMMAND_LIMIT_S)
    _run([*inside(root), "update-ca-certificates"], COMMAND_LIMIT_S)
    return root


def copy_root(pristine: Path, root: Path) -> Path:
    """A copy of the bare root that holds a clean clone of what is committed."""
    _run(["cp", "-a", str(pristine), str(root)], COMMAND_LIMIT_S)
    target = root / CHECKOUT.lstrip("/")
    _run(["git", "clone", "-q", "--no-hardlinks", str(PROJECT), str(target)], COMMAND_LIMIT_S)
    return root


def inside(root: Path, **variables: str) -> list[str]:
    """The words before a command that make it run in `root` with an environment of its own.

    The mounts live in a namespace of the command's own and are gone with it. Every word runs the
    next in its place: the process that was started is the command itself.
    """
    script = (
        'for each in proc sys dev; do mount --rbind "/$each" "$1/$each" || exit 1; done; '
        'root=$1; shift; exec chroot "$root" "$@"'
    )
    start = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", str(root)]
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.startswith(KEPT_VARIABLES) or name.lower().endswith("_proxy")
    }
    own = {"HOME": HOME, "PATH": SYSTEM_PATH, "LANG": "C.UTF-8"} | kept | variables
    folder = CHECKOUT if (root / CHECKOUT.lstrip("/")).exists() else "/"
    return [*start, "env", "-i", "-C", folder, *(f"{name}={value}" for name, value in own.items())]


# -- the commands ------------------------------------------------------------------------------


def seconds_to_end(root: Path, command: list[str]) -> float:
    """Run a command in `root` to its end; nothing of it may stay behind.

    Raises:
        BareError: it failed or left a process.
    """
    started_s = time.monotonic()
    _run([*inside(root), *command], COMMAND_LIMIT_S)
    seconds = time.monotonic() - started_s
    _nothing_left(root)
    return seconds


def seconds_to_window(root: Path, display: str) -> float:
    """From the command to the app's first painted window; then the app is closed by SIGTERM.

    Raises:
        BareError: no window came, or something stayed behind.
    """
    command = [*inside(root, DISPLAY=display, INTERVIEW_TRACE_START="1"), "python3", "-m", *APP]
    started_s = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        limit = threading.Timer(COMMAND_LIMIT_S, process.kill)
        limit.start()
        try:
            assert process.stdout is not None
            painted = any(line == "painted\n" for line in process.stdout)
            seconds = time.monotonic() - started_s
            process.send_signal(signal.SIGTERM)
            process.wait(END_LIMIT_S)
        finally:
            limit.cancel()
            process.kill()
    if not painted:
        raise BareError("the app ended without a window")
    _nothing_left(root)
    return seconds


def _nothing_left(root: Path) -> None:
    """Wait until no process lives in `root`; end what does, and say so."""
    until_s = time.monotonic() + END_LIMIT_S
    while left := processes_in(root):
        if time.monotonic() > until_s:
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            raise BareError(f"{len(left)} processes stayed behind")
        time.sleep(0.1)


def processes_in(root: Path) -> list[int]:
    """The processes whose root folder is `root`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "root").readlink() == root:
                found.append(int(entry.name))
    return found


def _run(command: list[str], limit_s: float) -> None:
    done = subprocess.run(
        command,
        cwd="/",  # cp --parents looks there for what it has stripped of its first slash
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=limit_s,
        check=False,
    )
    if done.returncode != 0:
        print(done.stdout[-4000:], file=sys.stderr)
        raise BareError(f"`{command[-1]}` ended with {done.returncode}")


@contextlib.contextmanager
def screen() -> Iterator[str]:
    """A display of our own, by its name."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1440x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL) as process:
        os.close(write)
        try:
            with os.fdopen(read) as answer:
                yield f":{answer.readline().strip()}"
        finally:
            process.terminate()
