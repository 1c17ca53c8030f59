"""The README's commands, as they stand there: two candidates, a coach and an administrator."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from tests.helpers.processes import free_port

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 120
# Every command has to work, and nothing stays behind where one does not.
STRICT = "set -euo pipefail; trap 'kill $(jobs -p) 2>/dev/null || true' EXIT"


def test_two_users_a_coach_and_an_administrator_by_curl(tmp_path: Path) -> None:
    (script,) = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    environment = os.environ | {"DIR": str(tmp_path / "team"), "PORT": str(free_port())}
    done = subprocess.run(
        ["timeout", "-k", "5", str(LIMIT_S), "bash", "-c", f"{STRICT}\n{script}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S + 20,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    said = done.stdout.splitlines()
    # Lee was not let in, nor the coach once the share was revoked.
    assert said.count("404") == 2
    assert "Mind the structure." in said
    assert "Say the structure first, then its branches." in said
    assert "OggS" in done.stdout
    assert '{"interviews":0' in done.stdout.replace(" ", "")
