"""The schema: from an older one to this one with every row, and never from a newer one."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from server.storage.engine import Database
from server.storage.integrity import DATABASE, look, row_counts
from server.storage.migrate import HEAD, KNOWN, SchemaTooNewError, migrate, schema_version
from server.storage.opening import claimed, open_to_serve
from server.storage.restore import restore_backup
from server.storage.snapshots import snapshots
from server.storage.tables import metadata
from server.storage.tables_accounts import sessions
from server.storage.tables_review import shares
from tests.helpers.schema_versions import at_version

FIRST = "0001"
ROWS = """
INSERT INTO users VALUES ('u', 'a@b', 'candidate', NULL, 1);
INSERT INTO interviews VALUES ('i', 'u', 't', 'slug', 1, 'in-progress', 1, NULL, 1, '', 1);
INSERT INTO room_events (id, interview_id, question, type, at_ms, data, created_at)
VALUES ('e', 'i', 1, 'note', 5, '{"a": 1}', 1);
INSERT INTO numbers_given
(id, interview_id, question, text, value, unit, verdict, diagnosis, created_at)
VALUES ('n', 'i', 3, 'one', 1.0, 'EUR', 'different', NULL, 1);
INSERT INTO hints_given VALUES ('i', 1, 1, 1);
"""


def test_the_migrations_end_at_the_tables(tmp_path: Path) -> None:
    database = Database(tmp_path / "db.sqlite3")
    try:
        migrate(database.writer)
        assert schema_version(database.writer) == HEAD
        with database.writer.connect() as connection:
            # Every module of tables has put its own there.
            assert {sessions.metadata, shares.metadata} == {metadata}
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    finally:
        database.close()


def test_every_row_of_the_first_schema_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite3"
    at_version(path, FIRST).close()
    old = sqlite3.connect(path)
    old.executescript(ROWS)
    old.close()
    database = Database(path)
    try:
        migrate(database.writer)
        assert schema_version(database.writer) == HEAD
    finally:
        database.close()
    new = sqlite3.connect(path)
    try:
        events = new.execute("SELECT interview_id, id, question, type, at_ms, data, created_at "
                             "FROM room_events").fetchall()  # fmt: skip
        assert events == [("i", "e", 1, "note", 5, '{"a": 1}', 1)]
        assert new.execute("SELECT id, position FROM numbers_given").fetchall() == [("n", 0)]
        assert new.execute("SELECT count(*) FROM hints_given").fetchone() == (1,)
        # What hangs on an interview still goes with it.
        new.execute("PRAGMA foreign_keys=ON")
        new.execute("DELETE FROM interviews")
        assert new.execute("SELECT count(*) FROM room_events").fetchone() == (0,)
    finally:
        new.close()


def test_a_newer_schema_is_left_alone(tmp_path: Path) -> None:
    database = at_version(tmp_path / "db.sqlite3", "head")
    try:
        with database.writer.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(SchemaTooNewError):
            migrate(database.writer)
        assert schema_version(database.writer) == "9999"
    finally:
        database.close()


@pytest.mark.parametrize("version", KNOWN[:-1])
def test_killed_at_any_statement_of_a_migration_nothing_is_half(
    tmp_path: Path, version: str
) -> None:
    path = tmp_path / "old.sqlite3"
    at_version(path, version).close()
    old = sqlite3.connect(path)
    old.executescript(ROWS)
    before = _schemas(old)
    old.close()
    kills = subprocess.run(
        [sys.executable, "-m", "tests.helpers.migrate_until_killed", str(path), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=150,
        check=True,
    )
    schemas = {version: before}
    for later in KNOWN[KNOWN.index(version) + 1 :]:
        database = at_version(tmp_path / f"{later}.sqlite3", later)
        database.close()
        whole = sqlite3.connect(tmp_path / f"{later}.sqlite3")
        schemas[later] = _schemas(whole)
        whole.close()
    killed = [json.loads(line) for line in kills.stdout.splitlines()]
    assert len(killed) > 10
    for one in killed:
        image = sqlite3.connect(one["image"])
        try:
            (now,) = image.execute("SELECT version_num FROM alembic_version").fetchone()
            # The columns are those of one version, and all rows are there.
            assert _schemas(image) == schemas[now], one
            assert image.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert image.execute("PRAGMA foreign_key_check").fetchall() == []
            assert image.execute("SELECT count(*) FROM room_events").fetchone() == (1,)
        finally:
            image.close()
        # The next start goes on where it stopped.
        assert one["then"] == HEAD
    assert {one["version"] for one in killed} >= set(KNOWN[KNOWN.index(version) : -1])


def _schemas(connection: sqlite3.Connection) -> dict[str, list[object]]:
    """The columns and indexes of every table."""
    names = [
        name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
    ]
    columns = 'SELECT name, type, "notnull", pk FROM pragma_table_info(?)'
    indexes = "SELECT name FROM pragma_index_list(?)"
    return {
        name: connection.execute(columns, (name,)).fetchall()
        + sorted(connection.execute(indexes, (name,)).fetchall())
        for name in names
    }


def test_before_a_migration_the_data_are_copied_and_the_copy_leads_back(tmp_path: Path) -> None:
    at_version(tmp_path / DATABASE, FIRST).close()
    old = sqlite3.connect(tmp_path / DATABASE)
    old.executescript(ROWS)
    old.close()
    with claimed(tmp_path):
        open_to_serve(tmp_path).close()
        (snapshot,) = snapshots(tmp_path)
        assert snapshot.schema == FIRST
        assert snapshot.path.stat().st_mode & 0o777 == 0o600
        assert look(tmp_path / DATABASE).schema == HEAD
        restored = restore_backup(tmp_path, snapshot.path)
    assert restored.schema == FIRST
    assert look(tmp_path / DATABASE).schema == FIRST
    assert row_counts(tmp_path / DATABASE)["hints_given"] == 1
