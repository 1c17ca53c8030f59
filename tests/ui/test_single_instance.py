"""A second start calls the first window forward."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from interview_desktop.runtime.single_instance import SingleInstance


def test_the_second_start_raises_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.claim()
    with qtbot.waitSignal(first.raised, timeout=5000):
        assert not second.claim()
    first.close()
    third = SingleInstance(tmp_path)
    assert third.claim()
    third.close()


def test_another_folder_is_another_app(qtbot: QtBot, tmp_path: Path) -> None:
    first, other = SingleInstance(tmp_path / "a"), SingleInstance(tmp_path / "b")
    assert first.claim()
    assert other.claim()
    first.close()
    other.close()
