"""The gallery: every sample of every module, light and dark, at both scales."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from interview_desktop.ui.gallery.render import all_samples

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def gallery(folder: Path, *only: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if name not in SCREENS}
    command = [sys.executable, "-m", "interview_desktop", "gallery", "--out", str(folder)]
    if only:
        command += ["--only", *only]
    return subprocess.run(
        command, env=bare, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.timeout(130)
def test_a_sample_is_rendered_without_a_display_in_both_themes_and_scales(tmp_path: Path) -> None:
    done = gallery(tmp_path / "new", "shell-wide")
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names == [
        "shell-wide-dark.png",
        "shell-wide-dark@2x.png",
        "shell-wide-light.png",
        "shell-wide-light@2x.png",
    ]
    assert len(done.stdout.splitlines()) == 4
    light = QImage(str(tmp_path / "new" / names[2]))
    dark = QImage(str(tmp_path / "new" / names[1]))
    assert (light.width(), dark.width()) == (1280, 2560)
    assert light.pixelColor(700, 400).lightness() > 200 > dark.pixelColor(700, 400).lightness()


@pytest.mark.timeout(60)
def test_a_name_that_no_sample_has_is_told(tmp_path: Path) -> None:
    done = gallery(tmp_path, "nothing-like-this")
    assert done.returncode == 2
    assert "nothing-like-this" in done.stderr


def test_no_two_samples_share_a_name() -> None:
    names = [sample.name for sample in all_samples()]
    assert len(names) == len(set(names)) and "components" in names
