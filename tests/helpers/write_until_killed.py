"""`python -m tests.helpers.write_until_killed DIR`: one transaction after the other, to be killed.

The transaction n adds the account n and sets a counter to n. Prints n when it is committed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import insert, update

from server.storage.engine import Database
from server.storage.integrity import DATABASE
from server.storage.migrate import migrate
from server.storage.tables import facts, users


def main() -> None:
    """Never returns by itself."""
    path = Path(sys.argv[1]) / DATABASE
    made = Database(path)
    migrate(made.writer)
    with made.writer.begin() as connection:
        connection.execute(insert(facts).values(name="count", value="0"))
    made.close()
    writer = Database(path).writer
    with writer.connect() as connection:
        # Everything from here on stands in the log alone.
        connection.exec_driver_sql("PRAGMA wal_autocheckpoint=0")
    number = 0
    while True:
        number += 1
        with writer.begin() as connection:
            connection.execute(
                insert(users).values(
                    id=f"{number:036}",
                    email=f"{number}@example.org",
                    role="candidate",
                    display_name="x" * (number * 37 % 4000),
                    created_at=number,
                )
            )
            connection.execute(
                update(facts).where(facts.c.name == "count").values(value=str(number))
            )
        print(number, flush=True)


if __name__ == "__main__":
    main()
