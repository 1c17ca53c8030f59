"""The schema: from an older one to this one with every row, and never from a newer one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from server.storage.engine import Database
from server.storage.migrate import HEAD, MIGRATIONS, SchemaTooNewError, migrate, schema_version
from server.storage.tables import metadata
from server.storage.tables_accounts import sessions
from server.storage.tables_review import shares

FIRST = "0001"
ROWS = """
INSERT INTO users VALUES ('u', 'a@b', 'candidate', NULL, 1);
INSERT INTO interviews VALUES ('i', 'u', 't', 'slug', 1, 'in-progress', 1, NULL, 1, '', 1);
INSERT INTO room_events VALUES ('e', 'i', 1, 'note', 5, '{"a": 1}', 1);
INSERT INTO numbers_given VALUES ('n', 'i', 3, 'one', 1.0, 'EUR', 'different', NULL, 1);
INSERT INTO hints_given VALUES ('i', 1, 1, 1);
"""


def _at_version(path: Path, version: str) -> Database:
    database = Database(path)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = database.writer
    command.upgrade(config, version)
    return database


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
    _at_version(path, FIRST).close()
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
    database = _at_version(tmp_path / "db.sqlite3", "head")
    try:
        with database.writer.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(SchemaTooNewError):
            migrate(database.writer)
        assert schema_version(database.writer) == "9999"
    finally:
        database.close()
