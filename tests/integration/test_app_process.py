"""The app as its user starts it: one window a folder, and its end."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.helpers.app_process import LIMIT_S, app_process, lines_until
from tests.helpers.processes import all_ended, descendants

pytestmark = [pytest.mark.pulse, pytest.mark.keyring]


def test_a_second_start_ends_at_once_and_the_first_goes_on(tmp_path: Path) -> None:
    with app_process(tmp_path) as first:
        assert lines_until(first, "ready") == ["painted", "ready"]
        with app_process(tmp_path) as second:
            assert second.wait(LIMIT_S) == 0
            assert lines_until(second, "painted") == []
        assert first.poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_systems_wish_ends_it_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with app_process(tmp_path) as app:
        lines_until(app, "ready")
        below = descendants(app.pid)
        assert below
        app.send_signal(number)
        assert app.wait(LIMIT_S) == 0
        assert all_ended(below)


def test_a_new_start_takes_over_from_one_that_is_just_ending(tmp_path: Path) -> None:
    with app_process(tmp_path) as first:
        lines_until(first, "ready")
        first.send_signal(signal.SIGTERM)
        with app_process(tmp_path) as second:
            assert lines_until(second, "ready") == ["painted", "ready"]
            assert first.wait(LIMIT_S) == 0
