"""The set-up of a bare checkout: what it says, installs, repeats and survives."""

from __future__ import annotations

import fcntl
import json
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging.checkout import LIMIT_S, SUDO, UV, Checkout, make_checkout, outcome

ADD = "apt-get -qq -o DPkg::Lock::Timeout=300"
INSTALL = f"{ADD} install -y --no-install-recommends"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return make_checkout(tmp_path / "check out")


def wait_until(condition: Callable[[], bool]) -> None:
    until_s = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < until_s
        time.sleep(0.02)


def syncing(checkout: Checkout) -> bool:
    log = checkout.root / "log"
    return log.exists() and "uv pip sync" in log.read_text()


# -- the system's packages -----------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["no apt-get", "no root and no sudo"])
def test_what_is_missing_is_named_with_its_package(checkout: Checkout, reason: str) -> None:
    checkout.libraries = {"libm.so.6": "libc6", "libflute.so.9": "libflute9"}
    checkout.programs = {"sh": "dash", "piccolo": "winds", "oboe": "winds"}
    if reason == "no apt-get":
        (checkout.root / "bin" / "apt-get").unlink()
    else:
        checkout.uid = 1000
    done = checkout.run("tests")
    assert done.code == 1
    assert done.out == ""
    assert [line for line in done.err.splitlines() if line.startswith("  ")] == [
        "  libflute.so.9 (libflute9)",
        "  oboe (winds)",
        "  piccolo (winds)",
        "  apt-get install --no-install-recommends libflute9 winds",
    ]
    assert checkout.log() == []
    assert not checkout.environment.exists()


def test_root_installs_only_what_is_missing_and_goes_on(checkout: Checkout) -> None:
    checkout.programs = {"sh": "dash", "oboe": "oboe"}
    done = checkout.run("tests", "--fast", "a path")
    assert done.code == 0, done.err
    assert json.loads(done.out) == {
        "prefix": str(checkout.environment),
        "arguments": ["--fast", "a path"],
    }
    assert "chatter of apt-get" not in done.err
    assert "Installing system packages: oboe" in done.err
    assert checkout.log() == [
        f"{ADD} update",
        f"{INSTALL} oboe",
        "pip uv==0.13.9",
        "uv venv -q",
        "uv pip sync",
    ]


def test_an_ordinary_user_is_asked_by_sudo(checkout: Checkout) -> None:
    checkout.programs = {"oboe": "oboe"}
    checkout.uid = 1000
    checkout.program("sudo", SUDO)
    assert checkout.run("tests").code == 0
    prefix = "sudo env DEBIAN_FRONTEND=noninteractive"
    asked = [line for line in checkout.log() if line.startswith("sudo")]
    assert asked == [f"{prefix} {ADD} update", f"{prefix} {INSTALL} oboe"]


def test_a_failed_installation_leaves_the_list(checkout: Checkout) -> None:
    checkout.programs = {"oboe": "winds"}
    (checkout.root / "apt-fails").touch()
    done = checkout.run("tests")
    assert done.code == 1
    assert done.out == ""
    assert "E: out of reach" in done.err
    assert "  apt-get install --no-install-recommends winds" in done.err.splitlines()


def test_the_server_needs_no_libraries_of_the_window(checkout: Checkout) -> None:
    checkout.libraries = {"libflute.so.9": "libflute9"}
    assert checkout.run("server").code == 0
    assert "apt-get" not in "".join(checkout.log())


def test_python_without_pip_is_told_its_package(checkout: Checkout) -> None:
    checkout.uid = 1000
    (checkout.root / "stand-in-pip/pip/__init__.py").write_text("raise ImportError('no pip')\n")
    done = checkout.run()
    assert done.code == 1
    assert "  apt-get install --no-install-recommends python3-pip" in done.err.splitlines()


# -- again ---------------------------------------------------------------------------------------


def test_a_second_start_installs_nothing(checkout: Checkout) -> None:
    assert checkout.run().code == 0
    checkout.log()
    again = checkout.run()
    assert (again.code, again.err) == (0, "")
    assert again.prefix == checkout.environment
    assert checkout.log() == []


def test_a_second_start_finds_what_was_removed_meanwhile(checkout: Checkout) -> None:
    checkout.programs = {"oboe": "oboe"}
    assert checkout.run("tests").code == 0
    checkout.log()
    (checkout.root / "bin" / "oboe").unlink()
    assert checkout.run("tests").code == 0
    assert checkout.log() == [f"{ADD} update", f"{INSTALL} oboe"]


def test_after_the_app_the_tests_get_their_programs(checkout: Checkout) -> None:
    checkout.programs = {"oboe": "oboe"}
    assert checkout.run().code == 0
    assert "apt-get" not in "".join(checkout.log())
    assert checkout.run("tests").code == 0
    assert checkout.log() == [f"{ADD} update", f"{INSTALL} oboe"]


def test_a_new_lock_is_installed_into_the_same_environment(checkout: Checkout) -> None:
    assert checkout.run().code == 0
    checkout.log()
    (checkout.root / "requirements.lock").write_text("# something else\n")
    assert checkout.run().code == 0
    assert checkout.log() == ["uv pip sync"]


def test_a_new_pin_of_uv_is_brought(checkout: Checkout) -> None:
    assert checkout.run().code == 0
    checkout.log()
    (checkout.root / ".tools" / f"{UV}.dist-info").rename(checkout.root / ".tools" / "uv-0.1")
    (checkout.root / "requirements.lock").write_text("# something else\n")
    assert checkout.run().code == 0
    assert checkout.log() == ["pip uv==0.13.9", "uv pip sync"]


@pytest.mark.parametrize("key", ["version", "version_info"])
def test_an_environment_of_another_python_is_made_anew(checkout: Checkout, key: str) -> None:
    assert checkout.run().code == 0
    checkout.log()
    (checkout.environment / "pyvenv.cfg").write_text(f"home = /usr/bin\n{key} = 3.10.4\n")
    (checkout.environment / ".ready").write_text("made by 3.10")
    done = checkout.run()
    assert done.code == 0, done.err
    assert checkout.log() == ["uv venv -q", "uv pip sync"]
    assert "3.10.4" not in (checkout.environment / "pyvenv.cfg").read_text()


def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Checkout) -> None:
    assert checkout.run().code == 0
    checkout.log()
    python = checkout.environment / "bin" / "python"
    python.unlink()
    python.symlink_to("/gone/python3")
    assert checkout.run().code == 0
    assert checkout.log() == ["uv venv -q", "uv pip sync"]


# -- stopped half-way ----------------------------------------------------------------------------


def test_an_interrupted_set_up_is_completed_at_the_next_start(checkout: Checkout) -> None:
    (checkout.root / "uv-fails").touch()
    stopped = checkout.run()
    assert (stopped.code, stopped.out) == (1, "")
    assert stopped.err.splitlines()[-1] == (
        "The set-up stopped: uv ended with 2. Start again to go on."
    )
    assert not (checkout.environment / ".ready").exists()
    checkout.log()
    (checkout.root / "uv-fails").unlink()
    assert checkout.run().code == 0
    assert checkout.log() == ["uv pip sync"]


def test_half_of_a_newer_state_does_not_pass_for_the_older_one(checkout: Checkout) -> None:
    lock = checkout.root / "requirements.lock"
    older = lock.read_text()
    assert checkout.run().code == 0
    lock.write_text("# newer\n")
    (checkout.root / "uv-fails").touch()
    assert checkout.run().code == 1
    lock.write_text(older)
    (checkout.root / "uv-fails").unlink()
    checkout.log()
    assert checkout.run().code == 0
    assert checkout.log() == ["uv pip sync"]


def test_the_user_stops_the_set_up(checkout: Checkout) -> None:
    (checkout.root / "uv-waits").touch()
    with checkout.start() as process:
        wait_until(lambda: syncing(checkout))
        process.send_signal(signal.SIGINT)
        done = outcome(process)
    (checkout.root / "uv-waits").unlink()
    assert (done.code, done.out) == (130, "")
    assert done.err.splitlines()[-1] == "The set-up was stopped. Start again to go on."
    assert checkout.run().code == 0


# -- at once -------------------------------------------------------------------------------------


def test_two_starts_at_once_set_up_one_after_the_other(checkout: Checkout) -> None:
    (checkout.root / "uv-waits").touch()
    with checkout.start() as first:
        wait_until(lambda: syncing(checkout))
        with checkout.start() as second:
            assert second.stderr is not None
            waiting = second.stderr.readline()
            (checkout.root / "uv-waits").unlink()
            both = outcome(first), outcome(second)
    assert waiting == "Another command is setting up; waiting for it to end.\n"
    assert [one.code for one in both] == [0, 0]
    assert [one.prefix for one in both] == [checkout.environment] * 2
    assert checkout.log().count("uv pip sync") == 1


def test_a_child_of_the_app_does_not_wait_for_another_set_up(checkout: Checkout) -> None:
    assert checkout.run().code == 0
    with (checkout.root / ".tools.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with checkout.start(python=str(checkout.environment / "bin" / "python")) as child:
            done = outcome(child)
    assert (done.code, done.err) == (0, "")


# -- which Python --------------------------------------------------------------------------------


def test_an_unsuitable_python_goes_on_with_a_suitable_one(checkout: Checkout) -> None:
    checkout.names = {"OLDEST": [3, 97], "NEWEST": [3, 99]}
    checkout.program("python3.99", "#!/bin/sh\nexit 127\n")  # a name with no Python behind it
    for name in ("python3.98", "python3.97"):
        answer = f'#!/bin/sh\n[ "$1" = -c ] && exit 0\necho "{name} $*"\n'
        checkout.program(name, answer)
    done = checkout.run("interview_desktop", "one", "two")
    assert (done.code, done.out, done.err) == (0, "python3.98 -m interview_desktop one two\n", "")


def test_without_a_suitable_python_it_says_what_to_install(checkout: Checkout) -> None:
    checkout.names = {"OLDEST": [3, 97], "NEWEST": [3, 99]}
    done = checkout.run()
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("Python 3.11, 3.12 or 3.13 is needed; this is 3.")
    assert "python3.13" in done.err
    assert not checkout.environment.exists()


def test_output_of_the_installers_never_joins_the_answer(checkout: Checkout) -> None:
    done = checkout.run()
    assert json.loads(done.out)["arguments"] == []
    assert "chatter of uv" in done.err
    assert "chatter of pip" in done.err
