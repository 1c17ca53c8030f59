"""A checkout of its own for the bootstrap, with stand-ins for what would reach the network.

The bootstrap is the project's own file; Python and the environments it makes are real. Stand-ins,
all shell scripts on a PATH of their own: apt-get, sudo, uv and other Pythons.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BOOTSTRAP = Path(__file__).resolve().parents[2] / "interview_desktop" / "bootstrap.py"
LIMIT_S = 60.0
UV = "uv-0.13.9"

# What a command of the project does, with other lists than the real ones.
COMMAND = """
import importlib.util, json, os, sys
path = os.environ["CHECKOUT"] + "/interview_desktop/bootstrap.py"
spec = importlib.util.spec_from_file_location("bootstrap", path)
bootstrap = importlib.util.module_from_spec(spec)
spec.loader.exec_module(bootstrap)
given = json.loads(os.environ["GIVEN"])
for name, value in given["names"].items():
    setattr(bootstrap, name, tuple(value) if isinstance(value, list) else value)
os.geteuid = lambda: given["uid"]
bootstrap.ensure(given["module"])
print(json.dumps({"prefix": sys.prefix, "arguments": sys.argv[1:]}))
"""

# Installs a package by making the program of the same name.
APT = """#!/bin/sh
echo "apt-get $*" >> "$CHECKOUT/log"
echo "chatter of apt-get"
[ -e "$CHECKOUT/apt-fails" ] && { echo "E: out of reach" >&2; exit 100; }
case "$*" in
  *update) exit 0 ;;
esac
for last; do :; done
printf '#!/bin/sh\\n' > "$CHECKOUT/bin/$last" && chmod +x "$CHECKOUT/bin/$last"
"""
SUDO = """#!/bin/sh
echo "sudo $*" >> "$CHECKOUT/log"
exec "$@"
"""
# Makes real environments, installs nothing; stops half-way or waits when a file asks for it.
STAND_IN_UV = """#!/bin/sh
echo "uv $1 $2" >> "$CHECKOUT/log"
echo "chatter of uv"
if [ "$1" = venv ]; then
  exec "$REAL_PYTHON" -m venv --without-pip --clear "$CHECKOUT/.venv"
fi
[ -e "$CHECKOUT/uv-fails" ] && exit 2
n=0
while [ -e "$CHECKOUT/uv-waits" ] && [ $n -lt 600 ]; do sleep 0.05; n=$((n + 1)); done
exit 0
"""
# `python -m pip install … --target FOLDER uv==…`
STAND_IN_PIP = """
import os, shutil, sys
target = sys.argv[sys.argv.index("--target") + 1]
name = sys.argv[-1].replace("==", "-")
os.makedirs(target + "/bin", exist_ok=True)
os.makedirs(target + "/" + name + ".dist-info", exist_ok=True)
shutil.copy(os.environ["CHECKOUT"] + "/uv", target + "/bin/uv")
open(target + "/" + name + ".dist-info/RECORD", "w").close()
with open(os.environ["CHECKOUT"] + "/log", "a") as log:
    log.write("pip " + sys.argv[-1] + "\\n")
print("chatter of pip")
"""


@dataclass
class Checkout:
    """One checkout, and how its commands are to find the system."""

    root: Path
    libraries: dict[str, str] = field(default_factory=dict)
    programs: dict[str, str] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    uid: int = 0

    def start(
        self, module: str = "interview_desktop", *arguments: str, python: str = sys.executable
    ) -> subprocess.Popen[str]:
        """Start `python -m module` in it."""
        names = {"LIBRARIES": self.libraries, "TEST_PROGRAMS": self.programs, "TEST_FILES": {}}
        given = {"names": names | self.names, "uid": self.uid, "module": module}
        environment = {
            "CHECKOUT": str(self.root),
            "GIVEN": json.dumps(given),
            "HOME": str(self.root),
            "PATH": str(self.root / "bin"),
            "PYTHONPATH": str(self.root / "stand-in-pip"),
            "REAL_PYTHON": sys.executable,
        }
        return subprocess.Popen(
            [python, "-m", module, *arguments],
            cwd=self.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, module: str = "interview_desktop", *arguments: str) -> Outcome:
        """Run `python -m module` to its end."""
        with self.start(module, *arguments) as process:
            return outcome(process)

    def log(self) -> list[str]:
        """What the stand-ins were asked to do, since the last question."""
        path = self.root / "log"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    def program(self, name: str, script: str) -> None:
        """Put a program on the path."""
        path = self.root / "bin" / name
        path.write_text(script)
        path.chmod(0o755)

    @property
    def environment(self) -> Path:
        """The environment that the bootstrap makes."""
        return self.root / ".venv"


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def prefix(self) -> Path:
        """The environment that the command's own part ran in."""
        return Path(json.loads(self.out)["prefix"])


def outcome(process: subprocess.Popen[str]) -> Outcome:
    """Wait for the end of a command, within a limit."""
    try:
        out, err = process.communicate(timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Outcome(process.returncode, out, err)


def make_checkout(root: Path) -> Checkout:
    """A checkout in which nothing has been set up, on a system with apt-get and no sudo."""
    for folder in ("interview_desktop", "bin", "stand-in-pip/pip"):
        (root / folder).mkdir(parents=True)
    shutil.copy(BOOTSTRAP, root / "interview_desktop" / "bootstrap.py")
    for module in ("interview_desktop", "server", "tests"):
        (root / module).mkdir(exist_ok=True)
        (root / module / "__main__.py").write_text(COMMAND)
    (root / "requirements.lock").write_text("# nothing\n")
    (root / "stand-in-pip/pip/__init__.py").touch()
    (root / "stand-in-pip/pip/__main__.py").write_text(STAND_IN_PIP)
    (root / "uv").write_text(STAND_IN_UV)
    (root / "uv").chmod(0o755)
    for name in ("chmod", "env", "sh", "sleep"):
        (root / "bin" / name).symlink_to(os.path.realpath(shutil.which(name) or name))
    checkout = Checkout(root)
    checkout.program("apt-get", APT)
    return checkout
