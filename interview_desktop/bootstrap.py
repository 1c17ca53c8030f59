"""Makes a bare checkout runnable. Standard library only, and old syntax: it runs anywhere.

`ensure(module)` installs what is missing, then starts `python -m module` again in `.venv`.

Every start comes by here, and the window waits for it: what only a set-up needs is imported where
it is needed.
"""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOCK = os.path.join(ROOT, "requirements.lock")
VENV = os.path.join(ROOT, ".venv")
TOOLS = os.path.join(ROOT, ".tools")
READY = os.path.join(VENV, ".ready")
UV = "uv==0.13.9"
OLDEST, NEWEST = (3, 11), (3, 13)
# Tells the process in `.venv`, which keeps our number, that we have looked already.
LOOKED = "INTERVIEW_SET_UP_BY"

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
    # PortAudio's way to PulseAudio and PipeWire.
    "alsa-lib/libasound_module_pcm_pulse.so": "libasound2-plugins",
}
# Program -> Debian package, for the tests alone.
TEST_PROGRAMS = {
    "Xvfb": "xvfb",
    "dbus-daemon": "dbus",
    "gnome-keyring-daemon": "gnome-keyring",
    "pulseaudio": "pulseaudio",
    "pactl": "pulseaudio-utils",
    "pacat": "pulseaudio-utils",
    "paplay": "pulseaudio-utils",
    "flite": "flite",
    "sox": "sox",
    "ip": "iproute2",
    "unshare": "util-linux",
    # What stands beside a team's server, and the commands of the README.
    "turnserver": "coturn",
    "nginx": "nginx-light",
    "curl": "curl",
    "jq": "jq",
}
# File, whole or wherever the system keeps its libraries -> Debian package, for the tests alone.
TEST_FILES = {
    "/usr/libexec/at-spi-bus-launcher": "at-spi2-core",
}
LIBRARY_FOLDERS = ("/usr/lib/{}-linux-gnu", "/usr/lib64", "/usr/lib")
APT = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]


def ensure(module):
    """Return if this process can run `module` as it is; else set up, and run it in `.venv`."""
    if getattr(sys, "frozen", False) or not os.path.exists(LOCK):
        return
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        _other_python(module)
        return
    if os.environ.pop(LOOKED, None) == str(os.getpid()) and _inside():
        return
    wanted = _fingerprint()
    if _inside() and _ready() == wanted and module != "tests":
        # The app's own children come by here: they must not wait for another command's set-up.
        return
    if module != "tests" and _fits(wanted) and not missing(module):
        _run([_venv_python()], module)
    try:
        _set_up_alone(module, wanted)
    except KeyboardInterrupt:
        _say("The set-up was stopped. Start again to go on.")
        sys.exit(130)
    if not _inside():
        _run([_venv_python()], module)


def _fits(wanted):
    return _ready() == wanted and os.path.exists(_venv_python())


def _set_up(module, wanted):
    fits = _fits(wanted)
    _install_system(missing(module), pip=not fits)
    if not fits:
        # Half of one state and half of another must not pass for either.
        if os.path.exists(READY):
            os.remove(READY)
        _install_packages()
        with open(READY + ".new", "w") as file:
            file.write(wanted)
        os.replace(READY + ".new", READY)


def _inside():
    return os.path.realpath(sys.prefix) == os.path.realpath(VENV)


def _venv_python():
    if os.name == "nt":
        return os.path.join(VENV, "Scripts", "python.exe")
    return os.path.join(VENV, "bin", "python")


def _venv_fits():
    """Whether `.venv` was made by this very version of Python."""
    if not os.path.exists(_venv_python()):
        return False
    try:
        with open(os.path.join(VENV, "pyvenv.cfg")) as file:
            settings = dict(line.replace(" ", "").strip().partition("=")[::2] for line in file)
    except OSError:
        return False
    made_by = settings.get("version_info") or settings.get("version", "")
    return made_by.split(".")[:3] == [str(number) for number in sys.version_info[:3]]


def _outer_python():
    # The Python that .venv was made from has pip; the one inside has not.
    if _inside():
        return getattr(sys, "_base_executable", None) or sys.executable
    return sys.executable


def _fingerprint():
    with open(LOCK, "rb") as file:
        digest = _sha256()(file.read())
    digest.update(repr(sys.version_info[:3]).encode())
    return digest.hexdigest()


def _sha256():
    # hashlib brings OpenSSL along, which takes longer than everything else here.
    for name in ("_sha2", "_sha256"):
        try:
            return __import__(name).sha256
        except (ImportError, AttributeError):
            continue
    import hashlib

    return hashlib.sha256


def _ready():
    try:
        with open(READY) as file:
            return file.read()
    except OSError:
        return None


def _set_up_alone(module, wanted):
    """Two commands started together must not set up into each other's way."""
    try:
        import fcntl

        file = open(os.path.join(ROOT, ".tools.lock"), "w")  # noqa: SIM115
    except (ImportError, OSError):
        # No such locks here, or a checkout that cannot be written to, hence not set up either.
        _set_up(module, wanted)
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            _say("Another command is setting up; waiting for it to end.")
            fcntl.flock(file, fcntl.LOCK_EX)
        # The end of the block gives it up.
        _set_up(module, wanted)


# -- the system's own packages -------------------------------------------------------------------


def missing(module):
    """What `module` needs and this system lacks, as pairs of (its name, its Debian package)."""
    found = []
    if not sys.platform.startswith("linux"):
        return found
    folders = [folder.format(os.uname().machine) for folder in LIBRARY_FOLDERS]

    def there(name):
        return any(os.path.exists(os.path.join(folder, name)) for folder in folders)

    # The server alone draws nothing and plays nothing.
    for library, package in sorted(LIBRARIES.items()) if module != "server" else ():
        # A look into the usual folders is enough for most systems, and 7 ms faster.
        if not there(library) and not _loads(library):
            found.append((library, package))
    if module == "tests":
        import shutil

        # Administration programs lie outside an ordinary user's path.
        path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
        for program, package in sorted(TEST_PROGRAMS.items()):
            if shutil.which(program, path=path) is None:
                found.append((program, package))
        found += [pair for pair in sorted(TEST_FILES.items()) if not there(pair[0])]
    return found


def _loads(library):
    import ctypes

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _pip_missing():
    """pip itself, where it is needed to bring uv and this Python has none."""
    import subprocess

    if _uv_ready() or not sys.platform.startswith("linux"):
        return []
    asked = [_outer_python(), "-c", "import pip"]
    return [("pip", "python3-pip")] if subprocess.call(asked, stderr=subprocess.DEVNULL) else []


def _install_system(lacking, pip):
    import shutil

    lacking = lacking + (_pip_missing() if pip else [])
    if not lacking:
        return
    packages = sorted({package for _, package in lacking})
    prefix = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if os.geteuid() != 0:
        prefix = ["sudo"] + prefix if shutil.which("sudo") else []
    if not prefix or shutil.which("apt-get") is None:
        _give_up(lacking, packages)
    _say("Installing system packages: " + " ".join(packages))
    # One source of many may be out of reach and the packages there all the same.
    _succeeds(prefix + APT + ["update"])
    install = ["install", "-y", "--no-install-recommends"]
    if not _succeeds(prefix + APT + install + packages):
        _give_up(lacking, packages)


def _give_up(lacking, packages):
    _say("These are missing, each with its Debian package:")
    for name, package in lacking:
        _say("  {} ({})".format(name, package))
    _say("Install them, then start again. On Debian and its like, as root:")
    _say("  apt-get install --no-install-recommends " + " ".join(packages))
    sys.exit(1)


def _succeeds(command):
    """Whether `command` went well. What it says is left out, its errors are shown."""
    import subprocess

    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL) == 0
    except OSError as error:
        _say(str(error))
        return False


# -- the packages of Python ----------------------------------------------------------------------


def _uv():
    return os.path.join(TOOLS, "bin", "uv.exe" if os.name == "nt" else "uv")


def _uv_ready():
    # pip writes the record beside the program: both are there only when it was not interrupted.
    record = os.path.join(TOOLS, UV.replace("==", "-") + ".dist-info", "RECORD")
    return os.path.exists(_uv()) and os.path.exists(record)


def _install_packages():
    if not _uv_ready():
        _say("Installing " + UV + " into .tools")
        pip = [_outer_python(), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        pip += ["--root-user-action=ignore", "--upgrade", "--target", TOOLS, UV]
        _check(pip)
    _say("Installing the Python packages of requirements.lock into .venv")
    if not _venv_fits():
        _check([_uv(), "venv", "-q", "--clear", "--python", _outer_python(), VENV])
    _check([_uv(), "pip", "sync", "-q", "--require-hashes", "--python", _venv_python(), LOCK])


def _check(command):
    import subprocess

    try:
        # What the installers print goes to stderr: stdout belongs to the command's own answer.
        code = subprocess.call(command, stdout=sys.stderr.fileno())
    except OSError as error:
        code = error
    if code != 0:
        name = os.path.basename(command[0])
        _say("The set-up stopped: {} ended with {}. Start again to go on.".format(name, code))
        sys.exit(1)


def _say(text):
    print(text, file=sys.stderr)
    sys.stderr.flush()


# -- which Python ----------------------------------------------------------------------------------


def _other_python(module):
    """Go on with a Python that fits; else say what to install."""
    import shutil
    import subprocess

    asked = "import sys; sys.exit(not {} <= sys.version_info[:2] <= {})".format(OLDEST, NEWEST)
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which("python3.{}".format(minor))
        # A name alone may be a stand-in for a Python that is not there.
        if found and subprocess.call([found, "-c", asked], stderr=subprocess.DEVNULL) == 0:
            _run([found], module)
    _say("Python 3.11, 3.12 or 3.13 is needed; this is {}.{}.".format(*sys.version_info[:2]))
    _say("Install one of them beside it, such as the packages python3.13 and python3-pip,")
    _say("then start again: it is found by itself.")
    sys.exit(1)


def _run(python, module):
    """Start `python -m module` with our arguments in place of this process."""
    command = python + ["-m", module] + sys.argv[1:]
    paths = [ROOT, os.environ.get("PYTHONPATH", "")]
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(path for path in paths if path))
    if python == [_venv_python()]:
        environment[LOOKED] = str(os.getpid())
    if os.name == "nt":
        import subprocess

        sys.exit(subprocess.call(command, env=environment))
    sys.stdout.flush()
    os.execve(command[0], command, environment)
