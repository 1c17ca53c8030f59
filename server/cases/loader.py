"""Reads case files strictly: what is wrong is named by file and key."""

from __future__ import annotations

import uuid
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

try:  # reads a case in a tenth of the time, which the start of the server waits for
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without its C parser
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

from server.cases.model import Case
from server.cases.rules import broken_rule

# A fixed namespace of our own: the same slug is the same template on every machine.
TEMPLATE_NAMESPACE = uuid.UUID("b2a6a3a0-6c0f-5a53-9d57-2f6a1b1f3f0c")
MAX_BYTES = 512 * 1024
MAX_DEPTH = 16
# The name of a document that is no file.
SENT = "document"


class CaseError(Exception):
    """A case file that cannot be used.

    Args:
        file: the file's name.
        key: where in the file, such as `questions[2].hints[0]`.
        reason: what is wrong there.
    """

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}")
        self.file = file
        self.key = key
        self.reason = reason


@lru_cache(256)
def template_uuid(slug: str) -> uuid.UUID:
    """The template id of a shipped case: v5 of its slug in a fixed namespace."""
    return uuid.uuid5(TEMPLATE_NAMESPACE, slug)


def load_case(path: Path, *, rules: bool = True) -> Case:
    """Read and check one case file; without `rules` its shape alone is checked.

    Raises:
        CaseError: naming file, key and reason.
    """
    file = path.name
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CaseError(file, "(file)", f"more than {MAX_BYTES // 1024} KiB")
        raw = yaml.load(path.read_text(encoding="utf-8"), _StrictLoader)
    except OSError as error:
        raise CaseError(file, "(file)", error.strerror or "cannot be read") from error
    except UnicodeDecodeError as error:
        raise CaseError(file, "(file)", "is not UTF-8 text") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}" if mark else "(file)"
        raise CaseError(file, place, error.problem or "is not YAML") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CaseError(file, "(file)", f"is not YAML: {error}") from error
    try:
        case = msgspec.convert(raw, Case, strict=True)
    except msgspec.ValidationError as error:
        reason, key = _split(str(error))
        raise CaseError(file, key, reason) from error
    if case.id != path.stem:
        raise CaseError(file, "id", f"{case.id!r} is not the file's name")
    if rules and (problem := broken_rule(case)):
        raise CaseError(file, *problem)
    return case


def checked_case(document: bytes, *, written_in: Literal["JSON", "YAML"] = "JSON") -> Case:
    """A case from a document that somebody sent, by all the rules of a case file.

    Takes bounded time and memory, whatever the document holds, for some 100 ms: run it off the
    event loop.

    Raises:
        CaseError: naming key and reason.
    """
    try:
        if written_in == "YAML":
            case = msgspec.convert(_plain_yaml(document), Case, strict=True)
        else:
            case = msgspec.json.decode(document, type=Case)
        # Text that cannot be stored or answered with: half a character, a null character.
        if b"\\u0000" in encoded(case):
            raise CaseError(SENT, "(file)", "holds a character that is not allowed")
    except msgspec.ValidationError as error:
        reason, key = _split(str(error))
        raise CaseError(SENT, key, reason) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}" if mark else "(file)"
        raise CaseError(SENT, place, error.problem or "is not YAML") from error
    except (msgspec.MsgspecError, yaml.YAMLError, ValueError, RecursionError) as error:
        raise CaseError(SENT, "(file)", f"is not {written_in}: {error}") from error
    try:
        problem = broken_rule(case)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise CaseError(SENT, "(file)", f"cannot be checked: {error}") from error
    if problem:
        raise CaseError(SENT, *problem)
    return case


def _plain_yaml(document: bytes) -> Any:
    """What a case file is written in: no anchors, aliases or tags, and no deep nesting.

    Raises:
        CaseError: it uses more of YAML than that.
        yaml.YAMLError, ValueError: it is no YAML.
    """
    text = document.decode("utf-8")
    depth = 0
    # One after the other: what is too deep is found before anything is built of it.
    for event in yaml.parse(text, _Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            reason = "is nested too deeply"
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            reason = "anchors are not taken"
        elif getattr(event, "tag", None):
            reason = "tags are not taken"
        else:
            continue
        mark = event.start_mark
        raise CaseError(SENT, f"line {mark.line + 1}" if mark else "(file)", reason)
    return yaml.load(text, _StrictLoader)


def encoded(case: Case) -> bytes:
    """A case as the JSON document that `decoded` reads."""
    return msgspec.json.encode(case)


def decoded(document: bytes | str) -> Case:
    """A case that was checked before it was encoded."""
    return msgspec.json.decode(document, type=Case)


def load_cases(folder: Path, *, rules: bool = True) -> dict[str, Case]:
    """Every case of `folder`, by slug; without `rules` their shape alone is checked.

    Raises:
        CaseError: for the first file that cannot be used.
    """
    found = (load_case(path, rules=rules) for path in sorted(folder.glob("*.yaml")))
    return {case.id: case for case in found}


def _split(message: str) -> tuple[str, str]:
    """msgspec's "reason - at `$.a[0].b`" as (reason, key)."""
    reason, _, place = message.partition(" - at `")
    key = place.rstrip("`").removeprefix("$").removeprefix(".")
    if not key and "`" in reason:
        key = reason.split("`")[1]
    return reason, key or "(file)"


class _StrictLoader(_Loader):
    """YAML without duplicate keys and without values other than text, numbers and null."""


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} is not text", key_node.start_mark
            )
        if key in result:
            raise yaml.constructor.ConstructorError(
                None, None, f"duplicate key {key!r}", key_node.start_mark
            )
        result[key] = loader.construct_object(value_node, deep=True)
    return result


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
