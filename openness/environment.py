"""The environment variables, read once and refused with a sentence when they are nonsense.

A file `.env` at the project's root is read too; what is set in the environment wins over it.
`.env.example` documents every variable.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PROJECT = Path(__file__).resolve().parent.parent

WORDS = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}
HOST = re.compile(r"\*|\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What the variables say; None where an optional one is unset."""

    home: Path
    port: int
    debug: bool
    secret_key: str | None
    allowed_hosts: tuple[str, ...]
    site_url: str
    database_url: str | None
    redis_url: str | None
    hub_url: str
    hf_token: str | None
    github_url: str
    github_token: str | None
    arxiv_url: str
    openrouter_url: str
    github_client_id: str | None
    github_client_secret: str | None
    second_factor: bool | None
    email_url: str | None
    email_from: str | None
    datasets_kept: int | None
    log_format: str
    metrics_token: str | None


def read(given: Mapping[str, str] | None = None) -> Environment:
    """Read and check every variable; an empty one counts as unset.

    Raises ImproperlyConfigured with a sentence that names the variable.
    """
    if given is None:
        given = dotenv(PROJECT / ".env") | os.environ
    values = {name: value.strip() for name, value in given.items() if value.strip()}
    port = _port(values.get("PORT", "8000"))
    site_url = _web("SITE_URL", values.get("SITE_URL", f"http://127.0.0.1:{port}"))
    return Environment(
        home=(PROJECT / Path(values.get("OPENNESS_HOME", "var")).expanduser()).absolute(),
        port=port,
        debug=_boolean("DEBUG", values.get("DEBUG", "false")),
        secret_key=values.get("SECRET_KEY"),
        allowed_hosts=_hosts(values.get("ALLOWED_HOSTS"), site_url),
        site_url=site_url,
        database_url=_server("DATABASE_URL", values.get("DATABASE_URL"), "postgresql", "postgres"),
        redis_url=_server("REDIS_URL", values.get("REDIS_URL"), "redis", "rediss", "unix"),
        hub_url=_web("HUB_URL", values.get("HUB_URL", "https://huggingface.co")),
        hf_token=_token("HF_TOKEN", values.get("HF_TOKEN")),
        github_url=_web("GITHUB_URL", values.get("GITHUB_URL", "https://api.github.com")),
        github_token=_token("GITHUB_TOKEN", values.get("GITHUB_TOKEN")),
        arxiv_url=_web("ARXIV_URL", values.get("ARXIV_URL", "https://export.arxiv.org")),
        openrouter_url=_web(
            "OPENROUTER_URL", values.get("OPENROUTER_URL", "https://openrouter.ai")
        ),
        github_client_id=_half("GITHUB_CLIENT_ID", values, "GITHUB_CLIENT_SECRET"),
        github_client_secret=_half("GITHUB_CLIENT_SECRET", values, "GITHUB_CLIENT_ID"),
        second_factor=_boolean("SECOND_FACTOR", values["SECOND_FACTOR"])
        if "SECOND_FACTOR" in values
        else None,
        email_url=_mail_server(values.get("EMAIL_URL")),
        email_from=_sender(values.get("EMAIL_FROM")),
        datasets_kept=_days("DATASETS_KEPT", values.get("DATASETS_KEPT")),
        log_format=_log_format(values.get("LOG_FORMAT", "line")),
        metrics_token=_token("METRICS_TOKEN", values.get("METRICS_TOKEN")),
    )


def dotenv(path: Path) -> dict[str, str]:
    """The `NAME=value` lines of a file, empty if there is none. Quotes around a value go."""
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}


def database(url: str) -> dict[str, Any]:
    """The entry of Django's DATABASES for an address; its query goes to libpq, except `host`."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5} | query,
    }


def broker(url: str) -> str:
    """The address of the same Redis in the form that Celery's transport knows."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    number = dict(parse_qsl(parts.query)).get("db", "0")
    return f"redis+socket://{parts.path}?virtual_host={number}"


@dataclass(frozen=True, slots=True)
class Mail:
    """How letters leave; without a server they go to the log."""

    backend: str = "console"
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    ssl: bool = False
    tls: bool = False


def mail(url: str | None) -> Mail:
    """How letters leave by the address of a mail server.

    smtp:// asks for encryption by STARTTLS (`?tls=false` does not), smtps:// begins with it.
    """
    if url is None:
        return Mail()
    parts = urlsplit(url)
    encrypted = parts.scheme == "smtps"
    wanted = dict(parse_qsl(parts.query)).get("tls", "true").lower()
    return Mail(
        backend="smtp",
        host=parts.hostname or "",
        port=parts.port or (465 if encrypted else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        ssl=encrypted,
        tls=not encrypted and WORDS.get(wanted, True),
    )


def _mail_server(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        good = (
            parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port is not False
        )
    except ValueError:
        good = False
    if good:
        return value
    # The value may hold a password, so the sentence does not repeat it.
    raise ImproperlyConfigured("EMAIL_URL is an address that begins with smtp:// or smtps://.")


def _sender(value: str | None) -> str | None:
    if value is None or re.fullmatch(r"[^\r\n@]*[^\s@]+@[^\s@]+", value):
        return value
    raise ImproperlyConfigured(f"EMAIL_FROM is an e-mail address, not {value!r}.")


def _port(value: str) -> int:
    if value.isascii() and value.isdigit() and 1 <= int(value) <= 65535:
        return int(value)
    raise ImproperlyConfigured(f"PORT is a number from 1 to 65535, not {value!r}.")


def _days(name: str, value: str | None) -> int | None:
    if value is None or (value.isascii() and value.isdigit() and 1 <= int(value) <= 36500):
        return None if value is None else int(value)
    raise ImproperlyConfigured(f"{name} is a number of days, not {value!r}.")


def _log_format(value: str) -> str:
    if value in ("line", "json"):
        return value
    raise ImproperlyConfigured(f"LOG_FORMAT is line or json, not {value!r}.")


def _boolean(name: str, value: str) -> bool:
    if value.lower() in WORDS:
        return WORDS[value.lower()]
    raise ImproperlyConfigured(f"{name} is true or false, not {value!r}.")


def _web(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        good = (
            parts.scheme in {"http", "https"}
            and HOST.fullmatch(parts.netloc.rpartition("@")[2].removesuffix(f":{parts.port}"))
            and not (parts.query or parts.fragment)
        )
    except ValueError:
        good = False
    if good:
        return value.rstrip("/")
    raise ImproperlyConfigured(f"{name} is an address like https://example.org, not {value!r}.")


def _hosts(value: str | None, site_url: str) -> tuple[str, ...]:
    if value is None:
        own = urlsplit(site_url).hostname or ""
        return tuple(dict.fromkeys((own, "127.0.0.1", "localhost", "[::1]")))
    hosts = tuple(host.strip() for host in value.split(","))
    for host in hosts:
        if not HOST.fullmatch(host):
            raise ImproperlyConfigured(
                f"ALLOWED_HOSTS is a list of host names with commas between them; {host!r} is none."
            )
    return hosts


def _server(name: str, value: str | None, *schemes: str) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        named = parts.path.strip("/") if schemes[0] == "postgresql" else parts.netloc or parts.path
        good = parts.scheme in schemes and bool(named) and parts.port is not False
    except ValueError:
        good = False
    if good:
        return value
    # The value may hold a password, so the sentence does not repeat it.
    raise ImproperlyConfigured(f"{name} is an address that begins with {schemes[0]}://.")


def _token(name: str, value: str | None) -> str | None:
    if value is None or re.fullmatch(r"[\x21-\x7e]+", value):
        return value
    raise ImproperlyConfigured(f"{name} is one word of plain characters, as its issuer gave it.")


def _half(name: str, values: Mapping[str, str], other: str) -> str | None:
    if name not in values and other in values:
        raise ImproperlyConfigured(f"{name} is needed where {other} is set.")
    return _token(name, values.get(name))
