"""Tells benchmarks and tests how far a start has come: "painted", "cannot start", "ready"."""

from __future__ import annotations

import os
import sys

TRACE_VARIABLE = "INTERVIEW_TRACE_START"


def trace(step: str) -> None:
    """Print `step` as a line, where the variable asks for it."""
    if os.environ.get(TRACE_VARIABLE):
        sys.stdout.write(f"{step}\n")
        sys.stdout.flush()
