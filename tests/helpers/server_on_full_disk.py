"""`python -m tests.helpers.server_on_full_disk DIR`: real servers while their disk is full.

DIR is a small file system of its own. Prints what was answered, a JSON line for each step.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from server.storage.engine import Database
from server.storage.migrate import migrate, schema_version
from tests.helpers.api import CHUNK, new_interview, template_id, until_done, upload, upload_headers
from tests.helpers.schema_versions import at_version
from tests.helpers.server_process import running_server

PIECE = 4096
SOUND = b"OggS" + bytes(7 * 1024 * 1024)
NOTES = {"text": "what I thought " * 1000}


def _tell(step: str, **what: object) -> None:
    print(json.dumps({"step": step} | what), flush=True)


def _fill(path: Path, leave: int = 0) -> None:
    """Write until nothing fits any more, then give `leave` bytes back."""
    with path.open("wb", buffering=0) as file:
        with contextlib.suppress(OSError):
            while True:
                file.write(bytes(PIECE))
        file.truncate(max(0, file.tell() - leave))


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "server", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _ended(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    return {"code": done.returncode, "out": done.stdout, "err": done.stderr}


def serving(folder: Path) -> None:
    """Create, upload, delete and back up on a full disk; then with room again."""
    ballast = folder / "ballast"
    with running_server(folder) as server, server.client() as client:
        kept, big = (f"/interviews/{new_interview(client)['id']}" for _ in range(2))
        client.put(f"{kept}/notes", json=NOTES).raise_for_status()
        for track in ("candidate", "interviewer"):
            upload(client, big, SOUND, track=track)
        begun = client.post(f"{kept}/recordings/", headers=upload_headers(len(SOUND)))
        location = begun.headers["Location"].removeprefix("/api/v1")
        _fill(ballast, leave=64 * 1024)
        first = CHUNK | {"Upload-Offset": "0"}
        _tell("upload", status=client.patch(location, content=SOUND, headers=first).status_code)
        stands = client.head(location, headers={"Tus-Resumable": "1.0.0"})
        _tell("offset", offset=stands.headers["Upload-Offset"])
        statuses = _until_full(client)
        _tell("create", statuses=statuses)
        _tell("read", whole=client.get(f"{kept}/notes").json()["text"] == NOTES["text"])
        # What room the reserve gave back is for deleting alone.
        _tell("others", statuses=[
            _create(client),
            client.put(f"{kept}/notes", json={"text": "other"}).status_code,
            client.patch(location, content=SOUND, headers=first).status_code,
        ])  # fmt: skip
        full = folder / "full.tar"
        done = _command("backup", str(full), "--data-dir", str(folder / "data"))
        left = [path.name for path in folder.glob("full.tar*")]
        _tell("backup", **_ended(done), left=left)
        _tell("sign in", status=server.client().get("/users/me").status_code)
        _tell("delete", status=client.delete(big).status_code)
        _tell("again", status=_create(client))
        _tell("upload again", status=client.patch(
            location, content=SOUND[:PIECE], headers=first).status_code)  # fmt: skip
        _tell("kept", whole=client.get(f"{kept}/notes").json()["text"] == NOTES["text"])
    ballast.unlink()
    done = _command("check", "--data-dir", str(folder / "data"))
    _tell("check", **_ended(done))


def _create(client: httpx.Client) -> int:
    return client.post("/interviews/", json={"template_id": template_id(client)}).status_code


def _until_full(client: httpx.Client) -> list[int]:
    """What creating answers, until it is refused."""
    statuses: list[int] = []
    while not statuses or (statuses[-1] == 201 and len(statuses) < 2000):
        statuses.append(_create(client))
    return statuses[-2:]


def exporting(folder: Path) -> None:
    """Ask for an export that does not fit; then again with room."""
    with running_server(folder) as server, server.client() as client:
        upload(client, f"/interviews/{new_interview(client)['id']}", SOUND)
        _fill(folder / "ballast", leave=2 * 1024 * 1024)
        failed = _exported(client)
        left = [path.name for path in (folder / "data" / "exports").iterdir()]
        _tell("export", status=failed["status"], error=failed["error"], left=left,
              create=_create(client))  # fmt: skip
        (folder / "ballast").unlink()
        _tell("export again", status=_exported(client)["status"])


def _exported(client: httpx.Client) -> dict[str, Any]:
    asked = client.post("/me/exports", json={})
    path = asked.raise_for_status().headers["Location"].removeprefix("/api/v1")
    until_done(lambda: client.get(path).json()["finished_at"])
    found: dict[str, Any] = client.get(path).json()
    return found


def starting(folder: Path) -> None:
    """Start a server whose disk filled up while it was not running."""
    with running_server(folder) as server, server.client() as client:
        path = f"/interviews/{new_interview(client)['id']}"
    _fill(folder / "ballast")
    with running_server(folder) as server, server.client() as client:
        _tell("start", read=client.get(path).status_code, create=_create(client),
              delete=client.delete(path).status_code)  # fmt: skip
        (folder / "ballast").unlink()
        _tell("room", create=_create(client))


def migrating(folder: Path) -> None:
    """Bring an older schema up with no room for the backup, then with none for the migration."""
    data = folder / "data"
    data.mkdir(mode=0o700)
    path = data / "interviews.sqlite3"
    at_version(path, "0003").close()
    whole = path.read_bytes()
    _fill(folder / "ballast", leave=256 * 1024)
    serve = ("serve", "--port", "0", "--data-dir", str(data))
    _tell("no room for the backup", **_ended(_command(*serve)))
    _tell("untouched", same=path.read_bytes() == whole)
    _fill(folder / "ballast", leave=72 * 1024)
    database = Database(path)
    try:
        try:
            migrate(database.writer)
        except OSError as error:
            _tell("no room for the migration", errno=error.errno)
        _tell("schema", version=schema_version(database.writer))
        (folder / "ballast").unlink()
        migrate(database.writer)
        _tell("with room", version=schema_version(database.writer))
    finally:
        database.close()


def main() -> None:
    """Run each in the empty file system."""
    folder = Path(sys.argv[1])
    for run in (serving, exporting, starting, migrating):
        run(folder)
        for left in folder.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()


if __name__ == "__main__":
    main()
