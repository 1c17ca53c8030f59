"""Settings: every file is understood as far as it goes, and nothing valid is lost."""

from __future__ import annotations

import json
import os
import stat
import threading
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from interview_desktop.domain.settings import Settings, read_settings, write_settings
from interview_desktop.runtime.settings_file import (
    DAMAGED,
    FILE_NAME,
    NEWER,
    UNREADABLE,
    UNWRITABLE,
    SettingsFile,
)

CHOSEN = Settings(
    appearance="dark",
    text_size=150,
    microphone="alsa:ünï",
    push_to_talk=True,
    preflight_passed=("mic|spk", "mic|other"),
    window_width=1300,
    window_height=900,
)
VALID: dict[str, st.SearchStrategy[Any]] = {
    "appearance": st.sampled_from(["system", "light", "dark"]),
    "text_size": st.sampled_from([100, 125, 150]),
    "microphone": st.none() | st.text(min_size=1),
    "loudspeaker": st.none() | st.text(min_size=1),
    "processing": st.sampled_from(["auto", "on", "off"]),
    "push_to_talk": st.booleans(),
    "single_keys": st.booleans(),
    "announce_captions": st.booleans(),
    "preflight_passed": st.lists(st.text(), max_size=5),
    "preflight_skip": st.booleans(),
    "hide_skipped": st.booleans(),
    "window_width": st.none() | st.integers(200, 20_000),
    "window_height": st.none() | st.integers(200, 20_000),
    "maximised": st.booleans(),
}
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def _as_file(values: object) -> bytes:
    return json.dumps(values).encode()


def _plain(values: Settings) -> dict[str, Any]:
    return asdict(values) | {"preflight_passed": list(values.preflight_passed)}


# -- the format ----------------------------------------------------------------------------------


@given(st.binary())
@example(b"[" * 100_000)
@example(b"9" * 5000)
@example(b'{"version": 1, "appearance": "dark"')
@example(b"\xff\xfe{}")
@example(b"\x00" * 400)
def test_any_bytes_give_settings(content: bytes) -> None:
    reading = read_settings(content)
    assert read_settings(write_settings(reading.settings, reading.unknown)).settings == (
        reading.settings
    )


@given(ANY_JSON)
def test_any_json_gives_settings(values: object) -> None:
    reading = read_settings(_as_file(values))
    if not isinstance(values, dict):
        assert reading.damaged
    assert read_settings(write_settings(reading.settings, reading.unknown)).settings == (
        reading.settings
    )


@given(
    good=st.fixed_dictionaries({}, optional=VALID),
    bad=st.dictionaries(st.sampled_from(sorted(VALID)), ANY_JSON),
    other=st.dictionaries(st.text(), ANY_JSON, max_size=3),
)
def test_no_valid_field_is_lost(
    good: dict[str, Any], bad: dict[str, Any], other: dict[str, Any]
) -> None:
    other = {name: value for name, value in other.items() if name not in VALID | {"version": 0}}
    # What is written last stands: the bad values never hide a good one here.
    reading = read_settings(_as_file({"version": 1} | bad | other | good))
    kept = _plain(reading.settings)
    assert {name: kept[name] for name in good} == good
    again = read_settings(write_settings(reading.settings, reading.unknown))
    assert again.settings == reading.settings
    assert not again.damaged
    assert _as_file(again.unknown) == _as_file(other)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text_size", True), ("text_size", 100.0), ("text_size", "100"), ("single_keys", 1),
        ("appearance", "Dark"), ("microphone", ""), ("microphone", 4), ("window_width", 10**9),
        ("preflight_passed", "mic|spk"), ("preflight_passed", [1]), ("maximised", None),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_a_default_and_damage(name: str, value: object) -> None:
    reading = read_settings(_as_file({"version": 1, "processing": "off", name: value}))
    assert reading.damaged
    assert reading.settings == replace(Settings(), processing="off")


@pytest.mark.parametrize("version", [None, 0, -1, True, "1", 1.0])
def test_a_file_without_a_version_is_damaged_yet_its_fields_count(version: object) -> None:
    reading = read_settings(_as_file({"version": version, "appearance": "dark"}))
    assert reading.damaged
    assert reading.settings.appearance == "dark"


# -- the file ------------------------------------------------------------------------------------


def test_what_was_chosen_is_there_at_the_next_start(tmp_path: Path) -> None:
    folder = tmp_path / "dätä ordner"
    first = SettingsFile(folder)
    assert (first.settings, first.note) == (Settings(), "")
    first.change(CHOSEN)
    first.close()
    first.close()
    second = SettingsFile(folder)
    assert (second.settings, second.note) == (CHOSEN, "")
    assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == [FILE_NAME]


def test_many_changes_in_a_row_are_one_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced: list[str] = []
    real = os.replace

    def counting(source: Path, target: Path) -> None:
        replaced.append(str(target))
        real(source, target)

    monkeypatch.setattr(os, "replace", counting)
    file = SettingsFile(tmp_path)
    for width in range(1000, 1200):
        file.change(replace(file.settings, window_width=width))
    file.close()
    assert SettingsFile(tmp_path).settings.window_width == 1199
    assert len(replaced) == 1


def test_a_damaged_file_is_kept_aside_and_what_was_valid_goes_on(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    damaged = _as_file({"version": 1, "appearance": "dark", "text_size": 7, "of_a_plugin": [1]})
    for number in (1, 2):
        path.write_bytes(damaged)
        file = SettingsFile(tmp_path)
        assert file.note == DAMAGED
        assert file.settings == Settings(appearance="dark")
        file.close()
        assert (tmp_path / f"settings.damaged-{number}.json").read_bytes() == damaged
    again = SettingsFile(tmp_path)
    assert (again.note, again.settings) == ("", Settings(appearance="dark"))
    assert json.loads(path.read_bytes())["of_a_plugin"] == [1]


def test_damaged_files_do_not_pile_up(tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / FILE_NAME).write_bytes(b"%d no settings" % number)
        SettingsFile(tmp_path).close()
    kept = sorted(tmp_path.glob("settings.damaged-*.json"))
    assert len(kept) == 9
    assert kept[-1].read_bytes() == b"11 no settings"


def test_the_file_of_a_newer_version_is_read_and_never_written(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    newer = _as_file({"version": 2, "appearance": "dark", "text_size": "huge", "theme": {"a": 1}})
    path.write_bytes(newer)
    file = SettingsFile(tmp_path)
    assert file.note == NEWER
    assert file.settings == Settings(appearance="dark")
    file.change(CHOSEN)
    assert file.settings == CHOSEN
    file.close()
    assert path.read_bytes() == newer
    assert [one.name for one in tmp_path.iterdir()] == [FILE_NAME]


def test_where_nothing_can_be_written_the_change_holds_for_this_run_and_it_is_said_once(
    tmp_path: Path,
) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    told: list[str] = []
    heard = threading.Event()

    def hear(sentence: str) -> None:
        told.append(sentence)
        heard.set()

    file = SettingsFile(tmp_path / "data", hear)
    assert file.note == ""
    file.change(CHOSEN)
    assert heard.wait(10)
    file.change(replace(CHOSEN, text_size=125))
    file.close()
    assert file.settings.text_size == 125
    assert told == [UNWRITABLE]


def test_something_else_in_its_place_is_no_settings_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / FILE_NAME)
    file = SettingsFile(tmp_path)
    assert (file.settings, file.note) == (Settings(), UNREADABLE)
    file.change(CHOSEN)
    file.close()
    assert stat.S_ISFIFO((tmp_path / FILE_NAME).stat().st_mode)


@given(content=st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_can_be_started_with_twice(content: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    first = SettingsFile(tmp_path)
    first.close()
    second = SettingsFile(tmp_path)
    second.close()
    assert second.settings == first.settings
    if first.note == DAMAGED:
        assert second.note == ""
