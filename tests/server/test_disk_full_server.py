"""A server whose disk is full: 507, nothing lost, deleting works, and then writing again."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from typing import Any

import pytest

NAMESPACE = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
SIZE = "size=48m"
MOUNTED = 'mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && exec "$@"'
LIMIT_S = 150


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = str(tmp_path_factory.mktemp("small"))
    child = [sys.executable, "-m", "tests.helpers.server_on_full_disk", folder]
    done = subprocess.run(
        [*NAMESPACE, "sh", "-c", MOUNTED, "sh", SIZE, folder, *child],
        stdout=subprocess.PIPE,
        text=True,
        timeout=LIMIT_S,
        check=True,
    )
    return {one["step"]: one for one in map(json.loads, done.stdout.splitlines())}


def test_what_does_not_fit_is_507_and_takes_no_room(steps: dict[str, dict[str, Any]]) -> None:
    assert steps["upload"]["status"] == 507
    assert steps["offset"]["offset"] == "0"
    assert steps["create"]["statuses"][-1] == 507
    assert steps["others"]["statuses"] == [507, 507, 507]


def test_nothing_that_was_answered_is_lost(steps: dict[str, dict[str, Any]]) -> None:
    assert steps["read"]["whole"] and steps["kept"]["whole"]
    assert steps["check"]["code"] == 0, steps["check"]
    assert "WRONG" not in steps["check"]["out"]


def test_deleting_works_and_makes_room_for_writing(steps: dict[str, dict[str, Any]]) -> None:
    assert steps["sign in"]["status"] == 200
    assert steps["delete"]["status"] == 204
    assert steps["again"]["status"] == 201
    assert steps["upload again"]["status"] == 204


def test_a_backup_that_does_not_fit_leaves_no_file(steps: dict[str, dict[str, Any]]) -> None:
    backup = steps["backup"]
    assert backup["code"] == 2
    assert "no room" in backup["err"]
    assert "Traceback" not in backup["err"]
    assert backup["left"] == []


def test_an_export_that_does_not_fit_says_so_and_leaves_no_half_file(
    steps: dict[str, dict[str, Any]],
) -> None:
    export = steps["export"]
    assert export["status"] == "failed"
    assert "disk is full" in export["error"]
    assert export["left"] == []
    assert export["create"] == 201
    assert steps["export again"]["status"] == "done"


def test_a_server_starts_on_a_full_disk(steps: dict[str, dict[str, Any]]) -> None:
    assert steps["start"] == {"step": "start", "read": 200, "create": 507, "delete": 204}
    assert steps["room"]["create"] == 201


def test_without_room_for_its_backup_a_migration_does_not_begin(
    steps: dict[str, dict[str, Any]],
) -> None:
    refused = steps["no room for the backup"]
    assert refused["code"] == 2
    line = json.loads(refused["out"])
    assert (line["event"], line["reason"]) == ("refused", "no_room")
    assert "no room for a backup" in line["detail"]
    assert refused["err"].strip() == line["detail"]
    assert steps["untouched"]["same"]


def test_a_migration_that_does_not_fit_leaves_nothing(steps: dict[str, dict[str, Any]]) -> None:
    assert steps["no room for the migration"]["errno"] == errno.ENOSPC
    assert steps["schema"]["version"] == "0003"
    assert steps["with room"]["version"] == "0004"
