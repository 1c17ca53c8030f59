"""What whoever runs the server sees: health, figures, an id for every request, the log."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert

from server.app import build_app
from server.observe import OTHER_METHOD, UNMATCHED
from server.routes import observation
from server.storage.tables_review import calls
from tests.helpers.api import detail, new_interview, raw_request
from tests.helpers.schema import faults
from tests.helpers.server_process import running_server
from tests.helpers.server_thread import ThreadServer, server_in_thread

TOKEN = "scrape-" + "x" * 20
PUBLIC = "https://practice.example"
Usage = namedtuple("Usage", "total used free")


def _get(server: ThreadServer, path: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{server.url}{path}", headers=headers, trust_env=False, verify=False)


def _figures(answer: httpx.Response) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def _key(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


def test_every_answer_has_an_id_and_a_good_one_is_taken_over(api: ThreadServer) -> None:
    made = {_get(api, path).headers["X-Request-Id"]
            for path in ("/health", "/nothing", "/api/v1/interviews", "/health")}  # fmt: skip
    assert len(made) == 4
    assert all(re.fullmatch("[0-9a-f]{16}", one) for one in made)
    for good in ("a-good_id", "0123456789abcdef" * 2, "x" * 64):
        assert _get(api, "/health", **{"X-Request-Id": good}).headers["X-Request-Id"] == good
    for bad in ("short", "x" * 65, "with space", "semi;colon", "ek_abcdefgh", "eyJhbGciOiJI",
                "sk-abcdefgh"):  # fmt: skip
        found = _get(api, "/health", **{"X-Request-Id": bad}).headers["X-Request-Id"]
        assert found != bad
        assert re.fullmatch("[0-9a-f]{16}", found)


def test_what_the_transport_refuses_has_an_id_too(
    api: ThreadServer, expected_logs: list[str]
) -> None:
    expected_logs.append("Invalid HTTP request received")
    for request in (b"nonsense\r\n\r\n", b"GET /health HTTP/1.1\r\nHost: evil\r\n\r\n"):
        head = raw_request(api.address, request).lower()
        assert re.search(rb"\r\nx-request-id: [0-9a-f]{16}\r\n", head)


def test_a_healthy_server_is_live_and_ready(api: ThreadServer) -> None:
    assert _get(api, "/health").json() == {"status": "ok"}
    assert _get(api, "/health/live").json() == {"status": "ok"}
    ready = _get(api, "/health/ready")
    assert ready.status_code == 200
    assert ready.json() == {
        "status": "ok",
        "checks": {"database": "ok", "disk": "ok", "running": "ok"},
    }


def _unready(answer: httpx.Response, check: str) -> str:
    assert answer.status_code == 503
    body = answer.json()
    assert faults({"$ref": "#/components/schemas/Readiness"}, body) == []
    assert body["status"] == "unavailable"
    assert [name for name, found in body["checks"].items() if found != "ok"] == [check]
    sentence: str = body["checks"][check]
    return sentence


def test_a_full_disk_is_not_ready_and_live_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_logs: list[str]
) -> None:
    expected_logs.append("Not ready: disk")
    monkeypatch.setattr(observation, "KEPT_S", 0.0)
    with server_in_thread(tmp_path) as server:
        with monkeypatch.context() as full:
            full.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 10**12 - 1, 1))
            sentence = _unready(_get(server, "/health/ready"), "disk")
            assert str(tmp_path) not in sentence
            assert _get(server, "/health/live").status_code == 200
        assert _get(server, "/health/ready").status_code == 200


def test_a_broken_database_is_not_ready_and_tells_a_stranger_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_logs: list[str]
) -> None:
    expected_logs.append("Not ready: database")
    monkeypatch.setattr(observation, "KEPT_S", 0.0)
    with server_in_thread(tmp_path) as server:

        def rename(there: str, back: str) -> None:
            with server.context.database.writer.begin() as connection:
                connection.exec_driver_sql(f"ALTER TABLE {there} RENAME TO {back}")

        rename("jobs", "lost")
        sentence = _unready(_get(server, "/health/ready"), "database")
        assert sentence == "The database does not answer."
        assert _get(server, "/health/live").status_code == 200
        rename("lost", "jobs")
        assert _get(server, "/health/ready").status_code == 200


def test_a_database_that_is_locked_for_long_is_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_logs: list[str]
) -> None:
    expected_logs.append("Not ready: database")
    monkeypatch.setattr(observation, "ANSWER_S", 0.3)
    with server_in_thread(tmp_path) as server, server.context.database.writer.begin():
        # Two answers within the time that one is kept: nobody can pile up such questions.
        for _ in range(2):
            _unready(_get(server, "/health/ready"), "database")


def test_a_server_that_is_ending_is_not_ready(api: ThreadServer) -> None:
    app = build_app(api.context, api.address[1])
    app.ending = True
    transport = httpx.ASGITransport(app)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url=api.url) as client:
            return await client.get("/health/ready")

    # The parts that the lifespan would start are not needed.
    app_state(app).context = api.context
    answer = asyncio.run(ask())
    assert answer.json()["checks"]["running"] == "The server is ending."
    assert answer.status_code == 503


def app_state(app: Any) -> Any:
    """Where a running server keeps its parts."""
    return app._app._app.state


def test_the_figures_count_by_template_and_never_by_path(tmp_path: Path) -> None:
    with server_in_thread(tmp_path) as server, server.user() as client:
        made = new_interview(client)
        client.get(f"/interviews/{made['id']}")
        client.get(f"/interviews/{made['id']}/")
        detail(client.get(f"/interviews/{made['id'][:-1]}"), 400)
        for number in range(40):
            _get(server, f"/nothing/{number}")
        for method in ("PURGE", "PROPFIND", "MKCOL"):
            httpx.request(method, f"{server.url}/x", trust_env=False, verify=False)
        text = _get(server, "/metrics")
        found = _figures(text)
        one = "/api/v1/interviews/{interview_id}"
        name = "interview_http_requests_total"
        assert found[_key(name, method="GET", route=one, status="2xx")] == 2
        assert found[_key(name, method="GET", route=one, status="4xx")] == 1
        assert found[_key(name, method="GET", route=UNMATCHED, status="4xx")] == 40
        assert found[_key(name, method="POST", route="/api/v1/interviews", status="2xx")] == 1
        bucket = "interview_http_request_duration_seconds"
        assert found[_key(f"{bucket}_bucket", method="GET", route=one, le="+Inf")] == 3
        assert found[_key(f"{bucket}_count", method="GET", route=one)] == 3
        assert found[_key(f"{bucket}_sum", method="GET", route=one)] > 0
        assert found[_key("interview_http_requests_in_flight")] == 1
        assert found[_key("interview_jobs", status="queued")] == 0
        assert found[_key("interview_calls_live")] == 0
        assert found[_key("interview_database_waiting", pool="write")] == 0
        assert found[_key("interview_disk_free_bytes")] > 0
        assert any(key[0] == "interview_build_info" for key in found)
        assert found[_key("process_resident_memory_bytes")] > 0
        assert made["id"] not in text.text
        assert "/nothing/" not in text.text
        assert found[_key(name, method=OTHER_METHOD, route=UNMATCHED, status="4xx")] == 3
        assert "PURGE" not in text.text
        assert len(found) < 400


def test_what_the_transport_refused_is_counted(tmp_path: Path, expected_logs: list[str]) -> None:
    expected_logs.append("Invalid HTTP request received")
    with server_in_thread(tmp_path) as server:
        for _ in range(3):
            raw_request(server.address, b"nonsense\r\n\r\n")
        found = _figures(_get(server, "/metrics"))
        assert found[_key("interview_http_refused_total", status="400")] == 3


def test_calls_are_live_until_they_end_or_nobody_ends_them(tmp_path: Path) -> None:
    with server_in_thread(tmp_path) as server, server.user() as client:
        interview = new_interview(client)["id"]
        now = server.clock.now
        live = _key("interview_calls_live")
        for call, started, ended, expected in (
            ("now", now, None, 1), ("forgotten", now - 10 * 3600, None, 1), ("over", now, now, 1),
            ("other", now - 60, None, 2),
        ):  # fmt: skip
            with server.context.database.writer.begin() as connection:
                connection.execute(
                    insert(calls).values(
                        interview_id=interview,
                        id=call,
                        question=1,
                        started_at=started,
                        ended_at=ended,
                    )
                )
            assert _figures(_get(server, "/metrics"))[live] == expected, call


def test_behind_a_proxy_the_figures_are_not_for_everybody(api: ThreadServer) -> None:
    assert _get(api, "/metrics").status_code == 200
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        answer = _get(api, "/metrics", **{header: "127.0.0.1"})
        detail(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "settings", [{"metrics_token": TOKEN}, {"public_url": PUBLIC}, {"trusted_proxies": ("::1",)}]
)
def test_elsewhere_only_the_scraper_and_an_administrator_read(
    tmp_path: Path, settings: dict[str, Any]
) -> None:
    with server_in_thread(tmp_path, **settings) as server:
        url = f"{server.url}/metrics"
        detail(_get(server, "/metrics"), 401)
        for wrong in ("Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}",
                      "Bearer \u00e9", "Bearer"):  # fmt: skip
            answer = httpx.get(url, headers=[(b"Authorization", wrong.encode("latin-1"))],
                               trust_env=False, verify=False)  # fmt: skip
            detail(answer, 401)
        right = _get(server, "/metrics", Authorization=f"Bearer {TOKEN}")
        assert right.status_code == (200 if "metrics_token" in settings else 401)
        for role, status in (("candidate", 404), ("coach", 404), ("admin", 200)):
            with server.user(role) as client:
                assert client.get(url).status_code == status


def test_the_log_is_json_with_ids_and_no_path(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "server", "serve", "--port", "0", "--log-format", "json",
               "--data-dir", str(tmp_path / "data")]  # fmt: skip
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        interview = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
        mine = {"X-Request-Id": "mine-0001", "Authorization": "Bearer canary-of-a-token"}
        with httpx.Client(base_url=url, headers=mine, trust_env=False, verify=False) as client:
            client.get(f"/api/v1/interviews/{interview}?status=canary-of-a-query")
            client.get("/canary-of-a-path")
            client.post("/api/v1/auth/token", json={"email": "canary@x.y", "password": "z" * 20})
    finally:
        process.terminate()
        _, log = process.communicate(timeout=20)
    assert "canary" not in log
    assert interview not in log
    lines = [json.loads(line) for line in log.splitlines()]
    for line in lines:
        assert {"time", "level", "logger", "message"} <= set(line)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    requests = [line for line in lines if line["logger"] == "server.access"]
    assert [(one["method"], one["route"], one["status"]) for one in requests] == [
        ("GET", "/api/v1/interviews/{interview_id}", 401),
        ("GET", UNMATCHED, 404),
        ("POST", "/api/v1/auth/token", 401),
    ]
    for one in requests:
        assert one["request_id"] == "mine-0001"
        assert one["duration_ms"] > 0
        assert one["bytes"] > 0


def test_a_childs_log_keeps_room_for_what_goes_wrong(tmp_path: Path) -> None:
    with running_server(tmp_path) as server, server.client() as client:
        new_interview(client)
    log = (tmp_path / "server.log").read_text()
    assert "/api/v1/interviews" not in log
