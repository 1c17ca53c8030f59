"""Databases as earlier versions of the program left them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from server.storage.engine import Database
from server.storage.migrate import MIGRATIONS


def at_version(path: Path, version: str) -> Database:
    """An empty database of this schema."""
    database = Database(path)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = database.writer
    command.upgrade(config, version)
    return database
