"""The command line: `serve`, `users`, `keys`, `backup`, `restore`, `check`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import os
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from server.app import build_app
from server.cases import CaseError, load_cases, speech_ready
from server.commands import keys
from server.config import (
    ASSETS,
    ConfigError,
    Secrets,
    Settings,
    check_together,
    key_ring,
    load_secrets,
    load_settings,
)
from server.errors import ApiError
from server.logs import set_up
from server.services.accounts import ROLES, add_user
from server.services.context import Context
from server.serving import end_with_stdin, listen, make_server
from server.signing import key_id
from server.storage import users
from server.storage.engine import Database, prepare_folder
from server.storage.files import RecordingFiles
from server.storage.opening import (
    DAMAGED,
    RefusedError,
    claimed,
    close_in_order,
    open_beside,
    open_to_serve,
    refused_for_damage,
)

USAGE_ERROR = 2
DAMAGED_ERROR = 3
FLAGS = ("host", "port", "database_url", "log_format")
# A desktop that was killed and is started again meets its last server, which is just ending.
CHILD_WAITS_S = 10.0
MAX_SECRETS_BYTES = 64 * 1024
# Of hexadecimal digits: a key that is shorter than the hash it signs with can be guessed.
MIN_SECRET_CHARS = 64
MAX_PASSWORD_LINE = 4096


class _ChildSecrets(msgspec.Struct):
    local_secret: Annotated[str, Meta(min_length=MIN_SECRET_CHARS)]
    signing_key: Annotated[str, Meta(min_length=MIN_SECRET_CHARS)]
    openai_api_key: str | None = None


def main(argv: list[str] | None = None) -> int:
    """Run one command; 2 with one plain line for what cannot be used."""
    arguments = _parser().parse_args(sys.argv[1:] if argv is None else argv)
    try:
        command: int = arguments.run(arguments)
    except RefusedError as error:
        _fail(error.detail)
        return DAMAGED_ERROR if error.reason == DAMAGED else USAGE_ERROR
    except (ConfigError, CaseError) as error:
        return _fail(str(error))
    except ApiError as error:
        return _fail(error.detail)
    except OSError as error:
        return _fail(f"{error.strerror or error}")
    return command


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return USAGE_ERROR


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="interview-server", description="The Interview API.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data-dir", type=Path, help="database and recordings")
    common.add_argument("--database-url", help="instead of the SQLite file in the data folder")

    serve = commands.add_parser("serve", parents=[common], help="answer requests")
    serve.add_argument("--host", help="address to bind (127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to bind (8000; 0 picks a free one)")
    serve.add_argument("--workers", type=int, default=1, help="above 1 needs PostgreSQL")
    serve.add_argument(
        "--log-format", choices=("text", "json"), help="how stderr tells what happens (text)"
    )
    serve.add_argument(
        "--child", action="store_true", help="read secrets from stdin, end when it closes"
    )
    serve.set_defaults(run=_serve)

    people = commands.add_parser("users", help="accounts").add_subparsers(
        required=True, metavar="COMMAND"
    )
    add = people.add_parser("add", parents=[common], help="make an account")
    add.add_argument("email")
    add.add_argument("--role", choices=ROLES, default="candidate")
    add.add_argument("--password-stdin", action="store_true", required=True)
    add.set_defaults(run=_users_add)
    listing = people.add_parser("list", parents=[common], help="show the accounts")
    listing.set_defaults(run=_users_list)

    ring = commands.add_parser("keys", help="signing keys").add_subparsers(
        required=True, metavar="COMMAND"
    )
    rotation = ring.add_parser("rotate", parents=[common], help="sign with a new key from now on")
    rotation.set_defaults(run=_keys_rotate)
    saving = commands.add_parser("backup", parents=[common], help="write everything to a file")
    saving.add_argument("file", type=Path)
    saving.set_defaults(run=_backup)
    restoring = commands.add_parser(
        "restore", parents=[common], help="take a backup's data; the server must not run"
    )
    restoring.add_argument("file", type=Path)
    restoring.set_defaults(run=_restore)
    checking = commands.add_parser("check", parents=[common], help="look at all data")
    checking.set_defaults(run=_check)
    return parser


def _settings(arguments: argparse.Namespace) -> Settings:
    folder = arguments.data_dir or os.environ.get("INTERVIEW_DATA_DIR")
    data_dir = Path(folder or _usual_folder()).absolute()
    prepare_folder(data_dir)
    flags = {name: getattr(arguments, name, None) for name in FLAGS}
    settings = load_settings(data_dir, flags)
    if settings.database_url is not None:
        raise ConfigError("Only SQLite works in this version: leave the database URL out.")
    if getattr(arguments, "workers", 1) != 1:
        raise ConfigError("More than one worker needs PostgreSQL.")
    return settings


def _usual_folder() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415  (20 ms that a child never needs)

    return user_data_path("interview-server", appauthor=False)


def _context(settings: Settings, given: Secrets, database: Database) -> Context:
    # Whether shipped cases keep the rules is the tests' business: 20 ms each at every start.
    cases = load_cases(ASSETS / "cases", rules=False)
    ready = {slug: speech_ready(case, ASSETS / "speech") for slug, case in cases.items()}
    key = given.signing_key or keys.kept(settings.data_dir)
    return Context(
        settings=settings,
        secrets=replace(given, signing_key=key),
        database=database,
        files=RecordingFiles(settings.recordings_dir),
        cases=cases,
        speech_ready=ready,
        now=lambda: int(time.time()),
    )


def _child_secrets(given: Secrets) -> Secrets:
    line = sys.stdin.buffer.readline(MAX_SECRETS_BYTES)
    try:
        values = msgspec.json.decode(line, type=_ChildSecrets)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ConfigError("A child server wants its secrets as one JSON line on stdin.") from None
    return replace(
        given,
        local_secret=values.local_secret,
        signing_key=key_ring(values.signing_key, "signing_key"),
        openai_api_key=values.openai_api_key or given.openai_api_key,
    )


def _serve(arguments: argparse.Namespace) -> int:
    settings = _settings(arguments)
    # The desktop keeps a child's lines for the day something fails: a line a request would bury it.
    set_up(settings.log_level, settings.log_format, access=not arguments.child)
    given = load_secrets()
    if arguments.child:
        given = _child_secrets(given)
    check_together(settings, given)
    try:
        # Before the port: who starts a second server reads of the first, not of a port.
        with (
            claimed(settings.data_dir, CHILD_WAITS_S if arguments.child else 0.0),
            listen(settings.host, settings.port) as listener,
        ):
            return _serve_data(settings, given, listener, child=arguments.child)
    except RefusedError as error:
        refused = {"event": "refused", "reason": error.reason, "detail": error.detail}
        backup = str(error.backup) if error.backup else None
        print(json.dumps(refused | {"backup": backup}), flush=True)
        raise


def _serve_data(settings: Settings, given: Secrets, listener: socket.socket, *, child: bool) -> int:
    port = listener.getsockname()[1]
    database = open_to_serve(settings.data_dir)
    server = make_server(build_app(_context(settings, given, database), port), settings, port)
    if child:
        end_with_stdin(server)
    # What there is by now stays: no collection need look through it again.
    gc.freeze()
    # Where the application does not start, uvicorn ends the process with a 3, which is taken.
    with contextlib.suppress(SystemExit):
        asyncio.run(server.serve(sockets=[listener]))
    close_in_order(database)
    if not server.started and database.damage:
        raise refused_for_damage(database)
    return 0 if server.started else 1


def _users_add(arguments: argparse.Namespace) -> int:
    settings = _settings(arguments)
    try:
        password = sys.stdin.buffer.readline(MAX_PASSWORD_LINE).decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise ConfigError("The password must be UTF-8 text.") from None
    database = open_beside(settings.data_dir)
    try:
        context = _context(settings, load_secrets(), database)
        user = asyncio.run(add_user(context, arguments.email, arguments.role, password))
    finally:
        database.close()
    print(f"{user.email} {user.role} {user.id}")
    return 0


def _keys_rotate(arguments: argparse.Namespace) -> int:
    settings = _settings(arguments)
    if load_secrets().signing_key is not None:
        raise ConfigError("The keys stand in INTERVIEW_SIGNING_KEY: put a new one in front there.")
    rotated = keys.rotate(settings.data_dir)
    # A running server has read the file at its start.
    print(f"New tokens are signed with {key_id(rotated.keys[0])} once the server is started again.")
    return 0


def _users_list(arguments: argparse.Namespace) -> int:
    database = open_beside(_settings(arguments).data_dir)
    try:
        everybody = asyncio.run(database.read(users.all_users))
    finally:
        database.close()
    for user in everybody:
        print(f"{user.email} {user.role} {user.id}")
    return 0


# What a server does not need to start is not loaded for it.


def _backup(arguments: argparse.Namespace) -> int:
    from server.commands.backup import back_up  # noqa: PLC0415

    return back_up(_settings(arguments), arguments.file)


def _restore(arguments: argparse.Namespace) -> int:
    from server.commands.backup import restore  # noqa: PLC0415

    return restore(_settings(arguments), arguments.file)


def _check(arguments: argparse.Namespace) -> int:
    from server.commands.check import check  # noqa: PLC0415

    return check(_settings(arguments))
