"""Imports what the next screens need while the person still looks at Home."""

from __future__ import annotations

import importlib
import logging
import threading
import time
from collections.abc import Callable, Sequence

from interview_desktop.runtime.loaded import keep_what_was_loaded

logger = logging.getLogger(__name__)

# In the order in which they will be needed; each brings its own along.
SOON = (
    "interview_desktop.presenters.preflight",
    "interview_desktop.runtime.preflight",
    "interview_desktop.presenters.room",
    "interview_desktop.runtime.local_call",
    "livekit.rtc",
    "interview_desktop.ui.widgets.exhibit.canvas",
    "interview_desktop.presenters.session",
)
# Between two imports the window gets its turn.
PAUSE_S = 0.05


def warm_up(done: Callable[[], None], modules: Sequence[str] = SOON) -> threading.Thread:
    """Import `modules` on a thread of its own, which then calls `done` and ends.

    An import that fails here is told where the module is really needed.
    """

    def work() -> None:
        for name in modules:
            try:
                importlib.import_module(name)
            except Exception:
                logger.info("Could not import %s ahead of time", name, exc_info=True)
            time.sleep(PAUSE_S)
        keep_what_was_loaded()
        done()

    thread = threading.Thread(target=work, name="warm up", daemon=True)
    thread.start()
    return thread
