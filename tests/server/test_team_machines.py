"""What stands beside a team's server: the reverse proxy and coturn, with the files of docs/team."""

from __future__ import annotations

import contextlib
import datetime
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.helpers.api import CHUNK, new_interview, upload_headers
from tests.helpers.processes import ended, free_port, wait_for_port
from tests.helpers.server_thread import server_in_thread

FILES = Path(__file__).resolve().parents[2] / "docs" / "team"
NAME = "interviews.example"
TURN_SECRET = "only-the-two-servers-share-this"
OPUS = b"OggS" + bytes(range(256)) * 400


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, key_file = folder / "server.pem", folder / "server.key"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem, key_file


@contextlib.contextmanager
def _nginx(folder: Path, upstream: str) -> Iterator[tuple[int, ssl.SSLContext]]:
    """The proxy of docs/team on a free port: (port, what trusts it)."""
    port = free_port()
    pem, key = _certificate(folder)
    site = (FILES / "nginx.conf").read_text(encoding="utf-8")
    for old, new in {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/ssl/interviews.example.pem": str(pem),
        "/etc/ssl/interviews.example.key": str(key),
        "http://127.0.0.1:8000": upstream,
    }.items():
        assert old in site
        site = site.replace(old, new)
    temporary = "\n".join(
        f"{name}_temp_path {folder / name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "main.conf"
    main.write_text(
        f"daemon off; master_process off; pid {folder / 'pid'}; error_log {folder / 'log'};\n"
        f"events {{}}\nhttp {{ access_log off;\n{temporary}\n{site}\n}}\n"
    )
    process = subprocess.Popen(
        [shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(main), "-p", str(folder)],
        stderr=subprocess.DEVNULL,
    )
    with ended(process):
        wait_for_port(port)
        yield port, ssl.create_default_context(cafile=str(pem))


def _through(port: int, trusting: ssl.SSLContext, token: str) -> Callable[..., httpx.Response]:
    """Requests as a client of the public name makes them."""

    def ask(method: str, path: str, **sent: Any) -> httpx.Response:
        headers = {"Host": NAME, "Authorization": token} | sent.pop("headers", {})
        with httpx.Client(verify=trusting, trust_env=False) as client:
            return client.request(
                method,
                f"https://127.0.0.1:{port}/api/v1{path}",
                headers=headers,
                extensions={"sni_hostname": NAME},
                **sent,
            )

    return ask


def test_a_client_talks_through_the_proxy(tmp_path: Path) -> None:
    public = f"https://{NAME}"
    (tmp_path / "data").mkdir()
    with (
        server_in_thread(
            tmp_path / "data", public_url=public, trusted_proxies=("127.0.0.1",)
        ) as server,
        server.user() as inside,
        _nginx(tmp_path, server.url) as (port, trusting),
    ):
        ask = _through(port, trusting, inside.headers["Authorization"])
        interview = new_interview(inside)
        path = f"/interviews/{interview['id']}"
        assert ask("GET", path).json() == interview
        # A large piece goes up, and a range of it comes back.
        begun = ask("POST", f"{path}/recordings/", headers=upload_headers(len(OPUS)))
        where = begun.headers["Location"].removeprefix("/api/v1")
        sent = ask("PATCH", where, content=OPUS, headers=CHUNK | {"Upload-Offset": "0"})
        assert (sent.status_code, sent.headers["Upload-Offset"]) == (204, str(len(OPUS)))
        read = ask("GET", where, headers={"Range": "bytes=4-9"})
        assert (read.status_code, read.content) == (206, OPUS[4:10])
        # What the server mints leads back to the proxy.
        token = ask("POST", f"{path}/credentials").json()["session_token"]
        assert token["connect"]["url"].startswith(f"{public}/")
        # Nobody gets in under another name.
        assert ask("GET", path, headers={"Host": "evil.example"}).status_code == 403


@contextlib.contextmanager
def _coturn(folder: Path) -> Iterator[int]:
    """coturn as docs/team has it, on loopback and on free ports."""
    port, tls = free_port(), free_port()
    pem, key = _certificate(folder)
    file = (FILES / "turnserver.conf").read_text(encoding="utf-8")
    for old, new in {
        "listening-port=3478": f"listening-port={port}",
        "tls-listening-port=443": f"tls-listening-port={tls}",
        "REPLACE-BY-THE-CONTENT-OF-turn.secret": TURN_SECRET,
        "/etc/ssl/interviews.example.pem": str(pem),
        "/etc/ssl/interviews.example.key": str(key),
        # The peer of the test is on this very machine.
        "denied-peer-ip=127.0.0.0-127.255.255.255": "allow-loopback-peers",
    }.items():
        assert old in file
        file = file.replace(old, new)
    settings = folder / "turnserver.conf"
    settings.write_text(file)
    process = subprocess.Popen(
        ["turnserver", "-c", str(settings), "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1",
         f"--pidfile={folder / 'turn.pid'}", f"--db={folder / 'turn.db'}", "--log-file=stdout"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    with ended(process):
        wait_for_port(port)
        yield port


@pytest.mark.parametrize("order", ["user:expiry", "expiry:user"])
def test_coturn_takes_what_the_server_mints(tmp_path: Path, order: str) -> None:
    (tmp_path / "data").mkdir()
    with (
        _coturn(tmp_path) as port,
        server_in_thread(
            tmp_path / "data",
            turn_secret=TURN_SECRET,
            turn_urls=(f"turn:127.0.0.1:{port}?transport=udp",),
            turn_username_order=order,
        ) as server,
        server.user() as client,
    ):
        path = f"/interviews/{new_interview(client)['id']}"
        turn = client.post(f"{path}/credentials").json()["turn_credentials"]
        assert _relays(port, turn["username"], turn["password"])
        assert not _relays(port, turn["username"], "not the password")


def _relays(port: int, username: str, password: str) -> bool:
    """Whether coturn's own client gets packets through."""
    done = subprocess.run(
        ["turnutils_uclient", "-y", "-c", "-n", "4", "-u", username, "-w", password,
         "-p", str(port), "127.0.0.1"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )  # fmt: skip
    print(done.stdout, done.stderr)
    return done.returncode == 0 and "Total lost packets 0 " in done.stdout
