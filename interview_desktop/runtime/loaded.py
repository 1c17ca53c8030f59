"""Keeps what was imported out of the garbage collector's way."""

from __future__ import annotations

import gc
import sys

# Fewer new ones are not worth a collection, which itself holds the window for some 25 ms.
WORTH_IT = 50
_loaded = 0


def keep_what_was_loaded() -> None:
    """Take new modules, which stay to the end, out of every later garbage collection.

    Only when there are many new ones, and after a collection: what is frozen is never freed again,
    and at any other time that would be the screens that were just left.

    Thread: any; all of them wait meanwhile, so call it when nobody does.

    Source: measured; a full collection holds the window for 37 ms with them and 0.1 ms without.
    """
    global _loaded  # noqa: PLW0603  (as the frozen objects themselves, one for the process)
    if len(sys.modules) >= _loaded + WORTH_IT:
        gc.collect()
        gc.freeze()
        _loaded = len(sys.modules)
