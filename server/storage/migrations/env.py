"""Alembic's entry: runs the migrations on the engine it is handed."""

from __future__ import annotations

from alembic import context

with context.config.attributes["engine"].connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=None,
        transaction_per_migration=True,
        # SQLite can roll DDL back; without this a failing migration would stay half done.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
