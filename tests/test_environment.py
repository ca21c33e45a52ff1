"""Environment variables: what they mean, and how nonsense in one is refused."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from openness import environment
from openness.environment import PROJECT


def test_without_any_variable_the_site_is_on_this_machine_and_shows_no_secrets():
    read = environment.read({})
    assert (read.port, read.site_url, read.debug) == (8000, "http://127.0.0.1:8000", False)
    assert read.home == PROJECT / "var"
    assert read.allowed_hosts == ("127.0.0.1", "localhost", "[::1]")
    assert read.database_url is None
    assert read.redis_url is None


def test_an_empty_variable_counts_as_unset():
    empty = dict.fromkeys(["PORT", "DEBUG", "DATABASE_URL", "SITE_URL", "HF_TOKEN"], " ")
    assert environment.read(empty) == environment.read({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "\u0663"),  # a digit, but of another script
        ("DEBUG", "maybe"),
        ("ALLOWED_HOSTS", "https://example.org"),
        ("ALLOWED_HOSTS", "example.org,,"),
        ("ALLOWED_HOSTS", "exa mple.org"),
        ("SITE_URL", "example.org"),
        ("SITE_URL", "ftp://example.org"),
        ("SITE_URL", "https://"),
        ("SITE_URL", "https://example.org/?a=b"),
        ("SITE_URL", "https://example.org:port"),
        ("DATABASE_URL", "mysql://localhost/openness"),
        ("DATABASE_URL", "postgresql://localhost/"),
        ("DATABASE_URL", "postgresql://localhost:port/openness"),
        ("REDIS_URL", "http://localhost"),
        ("REDIS_URL", "redis://"),
        ("REDIS_URL", "redis://localhost:port"),
        ("HUB_URL", "huggingface.co"),
        ("GITHUB_URL", "file:///etc/passwd"),
        ("EMAIL_URL", "https://mail.example.org"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://mail.example.org:port"),
        ("EMAIL_FROM", "nobody"),
        ("SECOND_FACTOR", "perhaps"),
        ("HF_TOKEN", "two words"),
        ("GITHUB_TOKEN", "line\nbreak"),
        ("GITHUB_TOKEN", "t\u00f6ken"),
    ],
)
def test_nonsense_is_refused_with_a_sentence_that_names_the_variable(name: str, value: str):
    with pytest.raises(ImproperlyConfigured, match=rf"^{name} is .*\.$"):
        environment.read({name: value})


def test_a_refusal_does_not_repeat_a_password():
    with pytest.raises(ImproperlyConfigured) as refusal:
        environment.read({"DATABASE_URL": "mysql://me:hunter2@localhost/openness"})
    assert "hunter2" not in str(refusal.value)


def test_a_command_stops_at_nonsense_with_that_sentence_and_status_1():
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        cwd=PROJECT,
        env={"PORT": "eighty"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "PORT is a number from 1 to 65535, not 'eighty'.\n"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://me:p%40ss@db.example.org:5433/openness?sslmode=require",
            {
                "NAME": "openness",
                "USER": "me",
                "PASSWORD": "p@ss",
                "HOST": "db.example.org",
                "PORT": "5433",
                "OPTIONS": {"connect_timeout": 5, "sslmode": "require"},
            },
        ),
        (
            "postgres://openness@/openness?host=/run/with%20space",
            {
                "NAME": "openness",
                "USER": "openness",
                "PASSWORD": "",
                "HOST": "/run/with space",
                "PORT": "",
                "OPTIONS": {"connect_timeout": 5},
            },
        ),
    ],
)
def test_a_database_url_becomes_django_settings(url: str, expected: dict[str, object]):
    read = environment.read({"DATABASE_URL": url}).database_url
    assert read == url
    settings = environment.database(url)
    assert {key: settings[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://:secret@cache:6380/2", "redis://:secret@cache:6380/2"),
        ("rediss://cache", "rediss://cache"),
        ("unix:///run/a%20b.sock", "redis+socket:///run/a%20b.sock?virtual_host=0"),
        ("unix:///run/r.sock?db=3", "redis+socket:///run/r.sock?virtual_host=3"),
    ],
)
def test_celery_gets_the_redis_url_in_its_own_form(url: str, expected: str):
    assert environment.read({"REDIS_URL": url}).redis_url == url
    assert environment.broker(url) == expected


def test_a_dotenv_file_is_read_with_comments_and_quotes(tmp_path: Path):
    (tmp_path / ".env").write_text("# a comment\n\nPORT=8001\nSECRET_KEY = 'a=b'\n")
    assert environment.dotenv(tmp_path / ".env") == {"PORT": "8001", "SECRET_KEY": "a=b"}
    assert environment.dotenv(tmp_path / "none") == {}


def test_the_example_file_names_every_variable_and_is_itself_no_nonsense():
    example = environment.dotenv(PROJECT / ".env.example")
    fields = {name.upper() for name in environment.Environment.__slots__}
    assert set(example) == fields - {"HOME"} | {"OPENNESS_HOME"}
    environment.read(example)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (None, environment.Mail()),
        (
            "smtp://me:p%40ss@mail.example.org",
            environment.Mail("smtp", "mail.example.org", 587, "me", "p@ss", tls=True),
        ),
        (
            "smtp://mail.example.org:2525?tls=false",
            environment.Mail("smtp", "mail.example.org", 2525),
        ),
        ("smtps://mail.example.org", environment.Mail("smtp", "mail.example.org", 465, ssl=True)),
    ],
)
def test_the_address_of_a_mail_server_says_how_letters_leave(
    url: str | None, expected: environment.Mail
):
    assert environment.mail(url) == expected
