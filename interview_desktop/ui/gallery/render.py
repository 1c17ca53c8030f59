"""Renders every sample of the gallery, light and dark, at scale 1 and 2.

Qt reads its scale before the application object is made, so each scale has a process of its own.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCursor, QPixmap
from PySide6.QtWidgets import QApplication

from interview_desktop.ui import gallery
from interview_desktop.ui.gallery.sample import Sample
from interview_desktop.ui.theme import Choice, install, theme

SCALES = (1, 2)
SCHEMES: tuple[Choice, ...] = ("light", "dark")
LIMIT_S = 300.0
# A picture is taken when what was put off has been done: layouts, deferred repaints.
SETTLE_ROUNDS = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", help="these samples, by name or beginning"
    )


def run(arguments: argparse.Namespace) -> int:
    """Render at each scale; 2 when no sample has a wanted name."""
    arguments.out.mkdir(parents=True, exist_ok=True)
    for scale in SCALES:
        environment = os.environ | {"QT_SCALE_FACTOR": str(scale)}
        if sys.platform.startswith("linux") and not any(
            map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
        ):
            environment["QT_QPA_PLATFORM"] = "offscreen"
        command = [sys.executable, "-m", __name__, str(arguments.out), *arguments.only]
        done = subprocess.run(command, env=environment, timeout=LIMIT_S, check=False)
        if done.returncode:
            return done.returncode
    return 0


def all_samples() -> Iterator[Sample]:
    """The samples of every module of the gallery, by module and then as they are listed."""
    for module in sorted(pkgutil.iter_modules(gallery.__path__), key=lambda one: one.name):
        listed = importlib.import_module(f"{gallery.__name__}.{module.name}")
        if hasattr(listed, "samples"):
            yield from listed.samples()


def wanted(samples: Sequence[Sample], names: Sequence[str]) -> list[Sample]:
    """The samples that `names` ask for, all when there are none."""
    return [sample for sample in samples if not names or any(map(sample.name.startswith, names))]


def picture(sample: Sample) -> QPixmap:
    """The sample as it looks in the present theme; it is never seen on a screen."""
    theme.set_scale(sample.text_size)
    # Nothing is hovered unless a sample says so.
    QCursor.setPos(-1, -1)
    widget = sample.make()
    # Shown, or what asks whether it can be seen would behave as if it could not.
    widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    if sample.size is None:
        widget.adjustSize()
    else:
        widget.resize(*sample.size)
    widget.show()
    for _ in range(SETTLE_ROUNDS):
        QApplication.processEvents()
    taken = widget.grab()
    widget.hide()
    widget.deleteLater()
    QApplication.sendPostedEvents(widget, QEvent.Type.DeferredDelete)
    return taken


def main(argv: Sequence[str]) -> int:
    """One scale: the one that Qt was told by the environment."""
    application = QApplication(["gallery"])
    install(application)
    folder = Path(argv[0])
    chosen = wanted(list(all_samples()), argv[1:])
    if not chosen:
        sys.stderr.write(f"No sample is called {' or '.join(argv[1:])}.\n")
        return 2
    for scheme in SCHEMES:
        theme.choose(scheme)
        for sample in chosen:
            taken = picture(sample)
            ratio = taken.devicePixelRatio()
            at = "" if ratio == 1 else f"@{ratio:g}x"
            path = folder / f"{sample.name}-{scheme}{at}.png"
            if not taken.save(str(path)):
                sys.stderr.write(f"{path} could not be written.\n")
                return 1
            sys.stdout.write(f"{path} {taken.width()}×{taken.height()}\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
