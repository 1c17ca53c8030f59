"""What the tests run in: their own screen, session bus, keyring and sound system."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

START_TIMEOUT_S = 20.0
# Null sinks fall asleep and then deliver in blocks of two seconds: silence keeps them awake, and
# they need this long to settle. Measured: without it 12 of 16 captures failed.
SETTLE_S = 2.2


@contextlib.contextmanager
def test_environment() -> Iterator[dict[str, str]]:
    """The environment variables for the tests; everything started here ends with the block."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="interview-tests-")))
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS")
            and not name.startswith(("XDG_", "PULSE_"))
        }
        home, runtime = folder / "home", folder / "run"
        home.mkdir(mode=0o700)
        runtime.mkdir(mode=0o700)
        environment |= {"HOME": str(home), "XDG_RUNTIME_DIR": str(runtime), "INTERVIEW_TESTS": "1"}
        environment |= _screen(stack)
        environment |= _session_bus(stack, environment)
        environment |= _sound(stack, environment, folder)
        yield environment


def _screen(stack: contextlib.ExitStack) -> dict[str, str]:
    if shutil.which("Xvfb") is None:
        return {"QT_QPA_PLATFORM": "offscreen"}
    read, write = os.pipe()
    process = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1440x1000x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stack.callback(_end, process)
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    return {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}


def _session_bus(stack: contextlib.ExitStack, environment: dict[str, str]) -> dict[str, str]:
    process = subprocess.Popen(
        ["dbus-daemon", "--session", "--print-address", "--nofork"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    stack.callback(_end, process)
    assert process.stdout is not None
    address = {"DBUS_SESSION_BUS_ADDRESS": process.stdout.readline().strip()}
    # Without a display: with one the daemon would ask for a password in a window.
    bare = {name: value for name, value in environment.items() if name != "DISPLAY"} | address
    keyring = subprocess.Popen(
        ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
        env=bare,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stack.callback(_end, keyring)
    assert keyring.stdin is not None
    keyring.stdin.write(b"\n")
    keyring.stdin.close()
    return address


def _sound(
    stack: contextlib.ExitStack, environment: dict[str, str], folder: Path
) -> dict[str, str]:
    socket = folder / "run" / "native"
    script = folder / "default.pa"
    script.write_text(
        f"load-module module-native-protocol-unix socket={socket} auth-anonymous=1\n"
        "load-module module-null-sink sink_name=spk rate=48000 channels=2\n"
        "load-module module-null-sink sink_name=micfeed rate=48000 channels=1\n"
        "load-module module-remap-source source_name=vmic master=micfeed.monitor\n"
        "set-default-sink spk\nset-default-source vmic\n"
    )
    alsa = folder / "asound.conf"
    alsa.write_text(
        "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n"
    )
    state = folder / "state"
    state.mkdir(mode=0o700)
    own = {
        "PULSE_RUNTIME_PATH": str(folder / "run"),
        "PULSE_STATE_PATH": str(state),
        "PULSE_SERVER": f"unix:{socket}",
        "ALSA_CONFIG_PATH": str(alsa),
    }
    full = environment | own
    command = ["pulseaudio", "-n", "-F", str(script), "--use-pid-file=no", "--daemonize=no"]
    command += ["--exit-idle-time=-1", "--realtime=no", "--high-priority=no"]
    stack.callback(_end, _quiet(command, full))
    until_s = time.monotonic() + START_TIMEOUT_S
    while subprocess.run(["pactl", "info"], env=full, capture_output=True, check=False).returncode:
        if time.monotonic() > until_s:
            raise RuntimeError("PulseAudio did not start")
        time.sleep(0.1)
    for sink in ("micfeed", "spk"):
        awake = ["pacat", "--playback", f"--device={sink}", "--latency-msec=20", "/dev/zero"]
        stack.callback(_end, _quiet(awake, full))
    time.sleep(SETTLE_S)
    return own


def _quiet(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _end(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
