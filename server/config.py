"""Settings of the server: flags, then environment, then `config.toml` in the data folder."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from server.signing import KeyRing, WeakKeyError

ASSETS = Path(__file__).resolve().parents[1] / "assets"
MIN_METRICS_TOKEN = 16
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})


class ConfigError(Exception):
    """A setting that cannot be used; the text names it and says what is wanted."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the process must not show: read from stdin (child), environment or files."""

    local_secret: str | None = field(default=None, repr=False)
    signing_key: KeyRing | None = field(default=None, repr=False)
    openai_api_key: str | None = field(default=None, repr=False)
    turn_secret: str | None = field(default=None, repr=False)
    metrics_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that is not secret."""

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8000
    database_url: str | None = None
    public_url: str | None = None
    allowed_origins: tuple[str, ...] = ()
    local_interviewer: str = "auto"
    realtime_base_url: str = "https://api.openai.com/v1"
    realtime_model: str = "gpt-realtime-2.1"
    realtime_voice: str = "marin"
    realtime_calls: str = "direct"
    transcription_model: str = "gpt-transcribe"
    turn_urls: tuple[str, ...] = ()
    turn_ttl: int = 86_400
    turn_username_order: str = "user:expiry"
    recording_quota_mb: int = 20_000
    trusted_proxies: tuple[str, ...] = ()
    log_level: str = "info"
    log_format: str = "text"

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in LOOPBACK_HOSTS

    @property
    def local_interviewer_on(self) -> bool:
        """`auto` means: only where the server is bound to loopback."""
        if self.local_interviewer == "auto":
            return self.on_loopback
        return self.local_interviewer == "on"

    @property
    def recordings_dir(self) -> Path:
        """Where uploads are kept, under names of the server's own making."""
        return self.data_dir / "recordings"


_ENVIRONMENT = {
    "INTERVIEW_DATABASE_URL": "database_url",
    "INTERVIEW_PUBLIC_URL": "public_url",
    "INTERVIEW_ALLOWED_ORIGINS": "allowed_origins",
    "INTERVIEW_LOCAL_INTERVIEWER": "local_interviewer",
    "INTERVIEW_REALTIME_BASE_URL": "realtime_base_url",
    "INTERVIEW_REALTIME_MODEL": "realtime_model",
    "INTERVIEW_REALTIME_VOICE": "realtime_voice",
    "INTERVIEW_REALTIME_CALLS": "realtime_calls",
    "INTERVIEW_TRANSCRIPTION_MODEL": "transcription_model",
    "INTERVIEW_TURN_URLS": "turn_urls",
    "INTERVIEW_TURN_TTL": "turn_ttl",
    "INTERVIEW_TURN_USERNAME_ORDER": "turn_username_order",
    "INTERVIEW_RECORDING_QUOTA_MB": "recording_quota_mb",
    "INTERVIEW_TRUSTED_PROXIES": "trusted_proxies",
    "INTERVIEW_LOG_LEVEL": "log_level",
    "INTERVIEW_LOG_FORMAT": "log_format",
}
_CHOICES = {
    "local_interviewer": ("auto", "on", "off"),
    "realtime_calls": ("direct", "proxied"),
    "turn_username_order": ("user:expiry", "expiry:user"),
    "log_level": ("debug", "info", "warning", "error"),
    "log_format": ("text", "json"),
}
_LISTS = frozenset({"allowed_origins", "turn_urls", "trusted_proxies"})
_NUMBERS = {"port": (0, 65_535), "turn_ttl": (60, 604_800), "recording_quota_mb": (1, 10_000_000)}
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")
_NOT_IN_FILE = frozenset({"data_dir"})


def load_settings(
    data_dir: Path, flags: Mapping[str, Any], environment: Mapping[str, str] | None = None
) -> Settings:
    """The settings of one process.

    Args:
        data_dir: the data folder; may hold `config.toml`.
        flags: what the command line gave; None means not given.
        environment: instead of the process's own.

    Raises:
        ConfigError: an unknown key of the file, or a value that cannot be used.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = dict(_from_file(data_dir / "config.toml"))
    for variable, name in _ENVIRONMENT.items():
        if environment.get(variable):
            values[name] = environment[variable]
    values |= {name: value for name, value in flags.items() if value is not None}
    checked = {name: _checked(name, value) for name, value in values.items()}
    settings = replace(Settings(data_dir=data_dir), **checked)
    if settings.public_url is not None:
        _check_public_url(settings.public_url)
    for origin in settings.allowed_origins:
        _check_origin(origin)
    if not settings.on_loopback and not settings.public_url:
        raise ConfigError(
            f"The host {settings.host} can be reached from outside: set INTERVIEW_PUBLIC_URL "
            "to the address that people use, or bind 127.0.0.1."
        )
    return settings


def _check_public_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.port is None or parts.port > 0
    except ValueError:
        usable = False
    if not (
        usable
        and parts.scheme in ("https", "http")
        and parts.hostname
        and "@" not in parts.netloc
        and parts.path in ("", "/")
        and not (parts.query or parts.fragment)
    ):
        raise ConfigError("public_url must be an address such as https://interviews.example.")


def _check_origin(origin: str) -> None:
    # `*` and `null` would let any page in.
    if not _ORIGIN.fullmatch(origin):
        raise ConfigError("allowed_origins must be origins such as https://practice.example.")


def check_together(settings: Settings, secrets: Secrets) -> None:
    """What neither settings nor secrets can tell alone.

    Raises:
        ConfigError: one of two that belong together is missing, or a secret is too short.
    """
    if settings.turn_urls and secrets.turn_secret is None:
        raise ConfigError("INTERVIEW_TURN_URLS needs INTERVIEW_TURN_SECRET beside it.")
    token = secrets.metrics_token
    if token is not None and not (len(token) >= MIN_METRICS_TOKEN and token.isascii()):
        raise ConfigError(
            f"INTERVIEW_METRICS_TOKEN needs at least {MIN_METRICS_TOKEN} ASCII characters."
        )


def load_secrets(environment: Mapping[str, str] | None = None) -> Secrets:
    """The secrets from the environment; each may also stand in a file named by `…_FILE`.

    Raises:
        ConfigError: a file that cannot be read, or a signing key that is too short.
    """
    environment = os.environ if environment is None else environment
    keys = _secret("INTERVIEW_SIGNING_KEY", environment)
    return Secrets(
        signing_key=key_ring(keys, "INTERVIEW_SIGNING_KEY") if keys else None,
        openai_api_key=_secret("OPENAI_API_KEY", environment),
        turn_secret=_secret("INTERVIEW_TURN_SECRET", environment),
        metrics_token=_secret("INTERVIEW_METRICS_TOKEN", environment),
    )


def key_ring(text: str, name: str) -> KeyRing:
    """The signing keys in `text`.

    Raises:
        ConfigError: one is too short; it says where, by `name`.
    """
    try:
        return KeyRing.parse(text)
    except WeakKeyError as error:
        raise ConfigError(f"{name} cannot be used. {error}") from None


def _secret(name: str, environment: Mapping[str, str]) -> str | None:
    if path := environment.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError):
            raise ConfigError(f"The file that {name}_FILE names cannot be read.") from None
    return environment.get(name) or None


def _from_file(path: Path) -> dict[str, Any]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path.name} cannot be read: {error}") from error
    known = {one.name for one in fields(Settings)} - _NOT_IN_FILE
    if unknown := sorted(set(raw) - known):
        raise ConfigError(f"{path.name} has unknown keys: {', '.join(unknown)}.")
    return raw


def _checked(name: str, value: Any) -> Any:
    if name in _LISTS:
        parts = value if isinstance(value, list) else str(value).split(",")
        return tuple(part.strip() for part in map(str, parts) if part.strip())
    if name in _NUMBERS:
        low, high = _NUMBERS[name]
        text = str(value)
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise ConfigError(f"{name} must be a whole number from {low} to {high}.")
        return int(text)
    if name in _CHOICES and value not in _CHOICES[name]:
        raise ConfigError(f"{name} must be one of {', '.join(_CHOICES[name])}.")
    if not isinstance(value, str):
        raise ConfigError(f"{name} must be text.")
    return value
