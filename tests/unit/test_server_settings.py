"""Settings of the server: where they come from, and what cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.config import ConfigError, Secrets, check_together, load_secrets, load_settings


def test_flags_come_before_the_environment_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('port = 1\nlog_level = "debug"\nhost = "::1"\n')
    environment = {"INTERVIEW_LOG_LEVEL": "error", "INTERVIEW_TURN_URLS": " turn:a , stun:b "}
    found = load_settings(tmp_path, {"port": 3, "host": None}, environment)
    assert (found.port, found.log_level, found.host) == (3, "error", "::1")
    assert found.turn_urls == ("turn:a", "stun:b")
    assert found.on_loopback
    assert found.local_interviewer_on


@pytest.mark.parametrize(
    ("environment", "word"),
    [({"INTERVIEW_ALLOWED_ORIGINS": "*"}, "allowed_origins"),
     ({"INTERVIEW_ALLOWED_ORIGINS": "https://a.example,null"}, "allowed_origins"),
     ({"INTERVIEW_ALLOWED_ORIGINS": "https://a.example/path"}, "allowed_origins"),
     ({"INTERVIEW_TURN_TTL": "x"}, "turn_ttl"), ({"INTERVIEW_TURN_TTL": "\u0663"}, "turn_ttl"),
     ({"INTERVIEW_LOCAL_INTERVIEWER": "maybe"}, "local_interviewer"),
     ({"INTERVIEW_LOG_FORMAT": "xml"}, "log_format"),
     ({"INTERVIEW_PUBLIC_URL": "interviews.example"}, "public_url"),
     ({"INTERVIEW_PUBLIC_URL": "ftp://interviews.example"}, "public_url"),
     ({"INTERVIEW_PUBLIC_URL": "https://"}, "public_url"),
     ({"INTERVIEW_PUBLIC_URL": "https://a:b@interviews.example"}, "public_url"),
     ({"INTERVIEW_PUBLIC_URL": "https://interviews.example/?x"}, "public_url"),
     ({"INTERVIEW_PUBLIC_URL": "https://interviews.example:port"}, "public_url")],
)  # fmt: skip
def test_what_cannot_be_used_is_named(
    tmp_path: Path, environment: dict[str, str], word: str
) -> None:
    with pytest.raises(ConfigError, match=word):
        load_settings(tmp_path, {}, environment)


@pytest.mark.parametrize(
    ("text", "word"),
    [("colour = 1", "colour"), ("data_dir = 'x'", "data_dir"), ("port = true", "port"),
     ("openai_api_key = 'x'", "openai_api_key"), ("log_level = 1", "log_level"), ("x", "toml"),
     ("host = 1", "host")],
)  # fmt: skip
def test_a_wrong_line_of_the_file_is_named(tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "config.toml").write_text(text)
    with pytest.raises(ConfigError, match=word):
        load_settings(tmp_path, {}, {})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "", "interviews.example"])
def test_a_host_that_others_reach_needs_a_public_address(tmp_path: Path, host: str) -> None:
    with pytest.raises(ConfigError, match="INTERVIEW_PUBLIC_URL"):
        load_settings(tmp_path, {"host": host}, {})
    public = {"INTERVIEW_PUBLIC_URL": "https://interviews.example"}
    found = load_settings(tmp_path, {"host": host}, public)
    assert not found.local_interviewer_on


def test_secrets_come_from_files_and_show_nowhere(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sk-canary\n")
    environment = {"OPENAI_API_KEY_FILE": str(tmp_path / "key"), "INTERVIEW_TURN_SECRET": "canary"}
    found = load_secrets(environment)
    assert (found.openai_api_key, found.turn_secret) == ("sk-canary", "canary")
    assert "canary" not in repr(found)
    with pytest.raises(ConfigError, match="OPENAI_API_KEY_FILE"):
        load_secrets({"OPENAI_API_KEY_FILE": str(tmp_path / "none")})


def test_turn_servers_need_their_secret(tmp_path: Path) -> None:
    found = load_settings(tmp_path, {}, {"INTERVIEW_TURN_URLS": "turn:turn.example"})
    with pytest.raises(ConfigError, match="INTERVIEW_TURN_SECRET"):
        check_together(found, Secrets())
    check_together(found, Secrets(turn_secret="x"))


@pytest.mark.parametrize("token", ["short", "x" * 15, "\u00e9" * 20])
def test_a_token_that_can_be_guessed_or_not_be_sent_is_refused(tmp_path: Path, token: str) -> None:
    found = load_settings(tmp_path, {}, {})
    with pytest.raises(ConfigError, match="INTERVIEW_METRICS_TOKEN") as refusal:
        check_together(found, load_secrets({"INTERVIEW_METRICS_TOKEN": token}))
    assert token not in str(refusal.value)
    check_together(found, load_secrets({"INTERVIEW_METRICS_TOKEN": "x" * 16}))
