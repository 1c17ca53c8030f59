"""What may be loaded before the first picture of the window: little."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

# Each of them takes milliseconds, and none draws a heading.
HEAVY = {
    "PySide6.QtNetwork", "PySide6.QtSvg", "PySide6.QtOpenGL", "aiortc", "alembic", "asyncio", "av",
    "concurrent.futures", "ctypes", "cryptography", "hashlib", "httpx", "interview_desktop.api",
    "interview_desktop.audio", "interview_desktop.bootstrap", "interview_desktop.call",
    "interview_desktop.desktop", "interview_desktop.runtime.error_report",
    "interview_desktop.starting", "interview_desktop.ui.style", "interview_desktop.ui.views.home",
    "keyring", "logging.handlers", "msgspec", "numpy", "platformdirs", "pyqtgraph", "server",
    "sounddevice", "ssl", "subprocess", "uuid", "yaml",
}  # fmt: skip
# The app as it is, stopped where its first picture stands.
SCRIPT = """
import json, sys
from interview_desktop import window
def stop(application, *rest):
    loaded = sorted(set(sys.modules))
    made = "Qt" in vars(sys.modules["PySide6.QtCore"])
    print(json.dumps({"modules": loaded, "Qt": made}))
    application.quit()
window._go_on = stop
from interview_desktop.app import main
sys.exit(main(["--data-dir", sys.argv[1]]))
"""


def test_the_first_picture_needs_little(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    answer = json.loads(done.stdout)
    modules = set(answer["modules"])
    assert "interview_desktop.ui.views.loading" in modules
    assert modules & HEAVY == set()
    # 17 ms: `Qt.…`, and every call that may take one of its values (setPen, fillRect), makes it.
    assert not answer["Qt"]
