"""Runs benchmarks by name: called by `python3 -m tests bench [NAME…] [--json FILE]`.

Every module beside this one that has `rows(work)` is a benchmark under its module's name; those
with `DEFAULT = False` run only when they are named. A row that misses its target is shown as
such and makes the exit code 1: figures are for people, so nothing else depends on it.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import json
import pkgutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import tests.bench
from tests.bench.row import Row


def benchmarks() -> dict[str, ModuleType]:
    """Every benchmark by its name."""
    names = [found.name for found in pkgutil.iter_modules(tests.bench.__path__)]
    modules = {
        name: importlib.import_module(f"tests.bench.{name}") for name in names if name != "__main__"
    }
    return {name: module for name, module in modules.items() if hasattr(module, "rows")}


def main() -> int:
    """Run them one after the other: side by side they would measure each other."""
    known = benchmarks()
    parser = argparse.ArgumentParser(prog="python3 -m tests bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there as well")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in known]:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(known)}")
    chosen = arguments.names or [name for name, one in known.items() if one.DEFAULT]
    rows: list[Row] = []
    for name in chosen:
        with tempfile.TemporaryDirectory(prefix=f"bench-{name}-") as work:
            for row in _each(known[name], Path(work)):
                rows.append(row)
                print(shown(row), flush=True)
    if arguments.json:
        values = [dataclasses.asdict(row) for row in rows]
        arguments.json.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    return 1 if any(row.ok is False for row in rows) else 0


def _each(module: ModuleType, work: Path) -> Iterator[Row]:
    yield from module.rows(work)


def shown(row: Row) -> str:
    """A row as a line of text."""
    target = "" if row.target is None else f" (target {row.target:g}: {_word(row.ok)})"
    return f"{row.bench}: {row.name}: {row.value:.3g} {row.unit}{target} [{row.conditions}]"


def _word(ok: bool | None) -> str:
    return "met" if ok else "MISSED"


if __name__ == "__main__":
    sys.exit(main())
