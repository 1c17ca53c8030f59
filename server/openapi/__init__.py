"""The contract of record: OpenAPI 3.1, written by hand, a file for each group of resources."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
# LibYAML where the wheel brings it: ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def document() -> dict[str, Any]:
    """The whole document as data. Blocks for some 50 ms at the first call.

    Raises:
        ValueError: two files describe the same path or component.
    """
    whole: dict[str, Any] = _loaded(FOLDER / "common.yaml")
    for file in sorted(FOLDER.glob("*.yaml")):
        if file.name == "common.yaml":
            continue
        part = _loaded(file)
        _tag(part, file.stem.replace("_", " ").capitalize())
        _merge(whole.setdefault("paths", {}), part.pop("paths", {}), file)
        for kind, entries in part.pop("components", {}).items():
            _merge(whole["components"].setdefault(kind, {}), entries, file)
        if part:
            raise ValueError(f"{file.name} has more than paths and components: {sorted(part)}")
    return whole


def _loaded(file: Path) -> Any:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)


def _tag(part: dict[str, Any], group: str) -> None:
    for item in part.get("paths", {}).values():
        for method in set(item) & set(METHODS):
            item[method].setdefault("tags", [group])


def _merge(into: dict[str, Any], entries: dict[str, Any], file: Path) -> None:
    if twice := sorted(set(into) & set(entries)):
        raise ValueError(f"{file.name} describes again: {', '.join(twice)}")
    into |= entries
