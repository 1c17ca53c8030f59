"""Brings the schema up to this version of the program, or says why it cannot."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from server.storage.integrity import DamagedError
from server.storage.sqlite import FULL_WORDS, is_damage, is_full

HEAD = "0004"
KNOWN = ("0001", "0002", "0003", "0004")
MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaTooNewError(Exception):
    """The database was written by a newer version of the program."""


def schema_version(engine: Engine) -> str | None:
    """The version the database has, or None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def refuse_newer(version: str | None) -> None:
    """Let a version pass that this program can bring up to its own.

    Raises:
        SchemaTooNewError: it is none of those.
    """
    if version is not None and version not in KNOWN:
        raise SchemaTooNewError(
            "The data were written by a newer version of this program. Install that version again."
        )


def migrate(engine: Engine, before: Callable[[str], object] | None = None) -> None:
    """Run the missing migrations, one transaction each.

    Args:
        engine: the writing one.
        before: called with the present version of data that are about to be changed, to make the
            backup that leads back; what it raises ends the matter before anything was changed.

    Raises:
        SchemaTooNewError: nothing was changed.
        DamagedError: the data are broken; the migration that met it left nothing.
        OSError: the disk is full (ENOSPC); the migration that did not fit left nothing.
    """
    version = schema_version(engine)
    if version == HEAD:
        return
    refuse_newer(version)
    if version is not None and before is not None:
        before(version)
    # Alembic costs a third of a second and 20 MB: only where there is something to do.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    try:
        command.upgrade(config, "head")
    except DatabaseError as error:
        if is_full(error.orig):
            raise OSError(errno.ENOSPC, FULL_WORDS) from error
        if is_damage(error.orig):
            raise DamagedError(str(error.orig)) from error
        raise
