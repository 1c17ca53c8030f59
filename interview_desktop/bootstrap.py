"""Makes a bare checkout runnable. Standard library only, and old syntax: it runs anywhere.

`ensure(module)` installs what is missing, then starts `python -m module` again in `.venv`.
"""

import contextlib
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOCK = os.path.join(ROOT, "requirements.lock")
VENV = os.path.join(ROOT, ".venv")
TOOLS = os.path.join(ROOT, ".tools")
READY = os.path.join(VENV, ".ready")
UV = "uv==0.13.9"
OLDEST, NEWEST = (3, 11), (3, 13)

# Shared library -> Debian package. Qt loads the first group, its xcb plugin the second.
LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libportaudio.so.2": "libportaudio2",
}
# Program -> Debian package, for the tests alone.
TEST_PROGRAMS = {
    "Xvfb": "xvfb",
    "dbus-run-session": "dbus",
    "gnome-keyring-daemon": "gnome-keyring",
    "pulseaudio": "pulseaudio",
    "pactl": "pulseaudio-utils",
    "flite": "flite",
    "sox": "sox",
    "ip": "iproute2",
}
TEST_FILES = {"/usr/lib/{arch}/alsa-lib/libasound_module_pcm_pulse.so": "libasound2-plugins"}


def ensure(module):
    """Return if this process can run `module` as it is; else set up, and run it in `.venv`."""
    if getattr(sys, "frozen", False) or not os.path.exists(LOCK):
        return
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        _other_python(module)
        return
    wanted = _fingerprint()
    tests = module == "tests"
    with _one_at_a_time():
        if _ready() != wanted or not os.path.exists(_venv_python()):
            _install_system(tests)
            _install_packages()
            with open(READY, "w") as file:
                file.write(wanted)
        elif tests or not _inside():
            _install_system(tests)
    if not _inside():
        _run([_venv_python()], module)


def _inside():
    return os.path.realpath(sys.prefix) == os.path.realpath(VENV)


def _venv_python():
    if os.name == "nt":
        return os.path.join(VENV, "Scripts", "python.exe")
    return os.path.join(VENV, "bin", "python")


def _base_python():
    # The Python that .venv was made from has pip; the one inside has not.
    return getattr(sys, "_base_executable", None) or sys.executable


def _fingerprint():
    with open(LOCK, "rb") as file:
        digest = hashlib.sha256(file.read())
    digest.update(repr(sys.version_info[:3]).encode())
    return digest.hexdigest()


def _ready():
    try:
        with open(READY) as file:
            return file.read()
    except OSError:
        return None


@contextlib.contextmanager
def _one_at_a_time():
    """Two commands started together must not set up into each other's way."""
    path = os.path.join(ROOT, ".tools.lock")
    try:
        import fcntl
    except ImportError:
        yield
        return
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


def missing_packages(tests):
    """The Debian packages that are not there yet."""
    if not sys.platform.startswith("linux"):
        return []
    missing = []
    for library, package in sorted(LIBRARIES.items()):
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    if tests:
        for program, package in sorted(TEST_PROGRAMS.items()):
            # Administration programs lie outside an ordinary user's path.
            path = os.environ.get("PATH", "") + os.pathsep + "/usr/sbin" + os.pathsep + "/sbin"
            if shutil.which(program, path=path) is None:
                missing.append(package)
        arch = "{}-linux-gnu".format(os.uname().machine)
        for path, package in sorted(TEST_FILES.items()):
            if not os.path.exists(path.format(arch=arch)):
                missing.append(package)
    return missing


def _install_system(tests):
    missing = missing_packages(tests)
    if not missing:
        return
    prefix = []
    if hasattr(os, "geteuid") and os.geteuid() != 0:
        prefix = ["sudo"] if shutil.which("sudo") else None
    if prefix is None or shutil.which("apt-get") is None:
        print("These system packages are missing; install them, then start again:")
        print("  " + " ".join(missing))
        sys.exit(1)
    _say("Installing system packages: " + " ".join(missing))
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    _check(prefix + ["apt-get", "-qq", "update"], environment)
    install = ["apt-get", "-qq", "install", "-y", "--no-install-recommends"]
    _check(prefix + install + missing, environment)


def _install_packages():
    uv = os.path.join(TOOLS, "bin", "uv.exe" if os.name == "nt" else "uv")
    if not os.path.exists(uv):
        _say("Installing " + UV + " into .tools")
        pip = [_base_python(), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        pip += ["--root-user-action=ignore", "--upgrade", "--target", TOOLS, UV]
        _check(pip)
    _say("Installing the Python packages of requirements.lock into .venv")
    if not os.path.exists(_venv_python()):
        _check([uv, "venv", "-q", "--clear", "--python", _base_python(), VENV])
    sync = [uv, "pip", "sync", "-q", "--require-hashes", "--python", _venv_python(), LOCK]
    _check(sync)


def _check(command, environment=None):
    try:
        # What the installers print goes to stderr: stdout belongs to the command's own answer.
        subprocess.run(command, check=True, stdout=sys.stderr.fileno(), env=environment)
    except (OSError, subprocess.CalledProcessError) as error:
        print("The set-up stopped: {}. Start again to go on.".format(error), file=sys.stderr)
        sys.exit(1)


def _say(text):
    print(text, file=sys.stderr)
    sys.stderr.flush()


def _other_python(module):
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which("python3.{}".format(minor))
        if found:
            _run([found], module)
    print("Python 3.11, 3.12 or 3.13 is needed; this is {}.{}.".format(*sys.version_info[:2]))
    sys.exit(1)


def _run(python, module):
    """Start `python -m module` with our arguments in place of this process."""
    command = python + ["-m", module] + sys.argv[1:]
    paths = [ROOT, os.environ.get("PYTHONPATH", "")]
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(path for path in paths if path))
    if os.name == "nt":
        sys.exit(subprocess.call(command, env=environment))
    sys.stdout.flush()
    os.execve(command[0], command, environment)
