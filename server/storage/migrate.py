"""Brings the schema up to this version of the program, or says why it cannot."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

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


def migrate(engine: Engine) -> None:
    """Run the missing migrations, one transaction each.

    Raises:
        SchemaTooNewError: nothing was changed.
    """
    version = schema_version(engine)
    if version == HEAD:
        return
    if version is not None and version not in KNOWN:
        raise SchemaTooNewError(
            "The data were written by a newer version of this program. Install that version again."
        )
    # Alembic costs a third of a second and 20 MB: only where there is something to do.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    command.upgrade(config, "head")
