"""The app on a system that is not as it should be: it starts, or says what to do."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest

from tests.helpers.app_process import LIMIT_S, app_process, lines_until

pytestmark = [pytest.mark.pulse, pytest.mark.keyring]
NAMESPACE = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
NO_BUS = {"DBUS_SESSION_BUS_ADDRESS": None, "XDG_RUNTIME_DIR": None}
EMPTY_FONTS = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig/>'


def _mounted(folder: Path, options: str) -> list[str]:
    """Starts a command that sees an own file system at `folder`."""
    folder.mkdir(exist_ok=True)
    script = 'mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && exec "$@"'
    return [*NAMESPACE, "sh", "-c", script, "sh", options, str(folder)]


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param(NO_BUS, id="no session bus"),
        pytest.param(
            {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus"}, id="a dead session bus"
        ),
        pytest.param(
            {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}, id="no keyring"
        ),
        pytest.param(
            {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}, id="a keyring of nothing"
        ),
        pytest.param({"PYTHON_KEYRING_BACKEND": "no.such.Backend"}, id="no such keyring"),
        pytest.param({"HOME": None}, id="no HOME"),
        pytest.param({"HOME": "/proc/nowhere"}, id="HOME does not exist"),
        pytest.param({"LANG": "C", "LC_ALL": "C", "LANGUAGE": None}, id="no locale"),
        pytest.param({"PULSE_SERVER": "unix:/nonexistent"}, id="no sound"),
    ],
)  # fmt: skip
def test_it_starts_all_the_same(tmp_path: Path, environment: dict[str, str | None]) -> None:
    data = tmp_path / "mine: Übungsdaten 练习"
    with app_process(data, environment) as app:
        assert lines_until(app, "ready") == ["painted", "ready"]
        app.send_signal(signal.SIGTERM)
        assert app.wait(LIMIT_S) == 0
    assert (data / "settings.json").stat().st_mode & 0o777 == 0o600


def test_it_starts_without_any_font_on_the_system(tmp_path: Path) -> None:
    config = tmp_path / "fonts.conf"
    config.write_text(EMPTY_FONTS)
    with app_process(tmp_path / "data", {"FONTCONFIG_FILE": str(config)}) as app:
        assert lines_until(app, "ready") == ["painted", "ready"]


@pytest.mark.parametrize("options", ["ro", "size=1m"], ids=["read-only", "full"])
def test_a_folder_that_holds_nothing_is_told_in_the_window(tmp_path: Path, options: str) -> None:
    with app_process(
        tmp_path / "home" / "data", before=_mounted(tmp_path / "home", options)
    ) as app:
        assert lines_until(app, "cannot start") == ["painted", "cannot start"]
        app.send_signal(signal.SIGTERM)
        assert app.wait(LIMIT_S) == 0


@pytest.mark.parametrize("options", ["ro", "size=1m"], ids=["read-only", "full"])
def test_a_home_that_holds_nothing_is_no_obstacle_with_a_folder_elsewhere(
    tmp_path: Path, options: str
) -> None:
    home = tmp_path / "home"
    with app_process(tmp_path / "data", {"HOME": str(home)}, _mounted(home, options)) as app:
        assert lines_until(app, "ready") == ["painted", "ready"]


def test_the_systems_own_place_is_used_and_told_when_it_cannot_be(tmp_path: Path) -> None:
    home = tmp_path / "home"
    own = {"HOME": str(home), "XDG_DATA_HOME": None, "INTERVIEW_DATA_DIR": None}
    with app_process(None, own, _mounted(home, "ro")) as app:
        assert lines_until(app, "cannot start") == ["painted", "cannot start"]
    with app_process(None, own) as app:
        assert lines_until(app, "ready") == ["painted", "ready"]
    assert (home / ".local" / "share" / "interview-practice" / "server").is_dir()


def test_ports_that_are_in_use_are_left_to_others(tmp_path: Path) -> None:
    taken = [socket.create_server(("127.0.0.1", port)) for port in _usual_ports()]
    try:
        with app_process(tmp_path / "data") as app:
            assert lines_until(app, "ready") == ["painted", "ready"]
    finally:
        for one in taken:
            one.close()


def _usual_ports() -> list[int]:
    """Those of the usual development servers that are free here."""
    free = []
    for port in (8000, 8080, 8765, 5000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        free.append(port)
    return free
