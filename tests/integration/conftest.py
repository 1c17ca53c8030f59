"""The server of the server's tests, for those here that talk to one."""

from tests.server.conftest import admin, api, owner, path, stranger

__all__ = ["admin", "api", "owner", "path", "stranger"]
