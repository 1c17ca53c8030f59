"""`python3 -m interview_desktop`: sets up what is missing, then starts the app."""

from __future__ import annotations

import os
import sys

# What `bootstrap.LOOKED` names; written out because the second interpreter of a start, which has
# nothing to set up, need not even load the bootstrap.
LOOKED = "INTERVIEW_SET_UP_BY"


def main() -> int:
    """The entry point of an installed package as well."""
    if "--serve" in sys.argv[1:2]:
        import runpy  # noqa: PLC0415

        # The bundled server: the same executable, and nothing of the desktop is imported.
        sys.argv[1:2] = ["serve"]
        runpy.run_module("server", run_name="__main__", alter_sys=True)
        return 0
    from interview_desktop.app import main as run  # noqa: PLC0415  (after the set-up)

    return run(sys.argv[1:])


if __name__ == "__main__":
    if os.environ.pop(LOOKED, "") != str(os.getpid()):
        from interview_desktop.bootstrap import ensure

        ensure("interview_desktop")  # type: ignore[no-untyped-call]  # runs on any Python
    sys.exit(main())
