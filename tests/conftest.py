"""What tests share: real servers, a real worker, a real browser, and no way out of this machine."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

PROJECT = Path(__file__).resolve().parent.parent
HOME = Path(tempfile.mkdtemp(prefix="openness-tests-"))
# Root's servers run under another account, which has to come in.
HOME.chmod(0o711)
# Whitenoise warns where nothing has been collected.
(HOME / "static").mkdir()

# An empty variable counts as unset and hides what a developer's .env says.
for name in ("ALLOWED_HOSTS", "DATABASE_URL", "DEBUG", "PORT", "REDIS_URL", "SECRET_KEY"):
    os.environ.setdefault(name, "")
for name in ("EMAIL_URL", "GITHUB_TOKEN", "HF_TOKEN", "SECOND_FACTOR", "SITE_URL"):
    os.environ[name] = ""
for name in ("GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"):
    os.environ[name] = ""
# Processes under test have no closed sockets: for them every source is a port that nobody opens.
for name in ("ARXIV_URL", "GITHUB_URL", "HUB_URL", "OPENROUTER_URL"):
    os.environ[name] = "http://127.0.0.1:9"
os.environ["OPENNESS_HOME"] = str(HOME)
os.environ["DJANGO_SETTINGS_MODULE"] = "openness.settings"
# Playwright runs an event loop in the thread of the tests, where Django would refuse queries.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from django.conf import settings  # noqa: E402 it reads the variables above
from django.db import connections  # noqa: E402 as above
from django.test import override_settings  # noqa: E402 as above
from django.utils import translation  # noqa: E402 as above
from pytest_django.plugin import DjangoDbBlocker  # noqa: E402 as above

from openness import embedded  # noqa: E402 as above

# pytest-django sets Django up once its settings have been read.
assert settings.HOME == HOME

LOOPBACK = ("127.0.0.1", "::1")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Close every socket except Unix ones, loopback, and the broker that was named to us."""
    named = urlsplit(settings.REDIS_URL).hostname
    config.option.allow_unix_socket = True
    config.option.allow_hosts = ",".join([*LOOPBACK, *([named] if named else [])])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let each process of a divided run read settings with a home and servers of its own."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure() -> None:
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The read-only material beside the project: real files of publishers, worked results."""
    folder = PROJECT.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here: the publishers' own files are not part of the project")
    return folder


@pytest.fixture(scope="session", autouse=True)
def plain_static_files() -> Iterator[None]:
    """Serve static files from where they lie: no test needs them collected and hashed."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
        yield


@pytest.fixture(autouse=True)
def language_of_settings() -> Iterator[None]:
    """Forget the language of the last request, which Django leaves in force."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def servers() -> Iterator[None]:
    """PostgreSQL and Valkey, embedded unless DATABASE_URL and REDIS_URL name others."""
    with embedded.servers(settings.ENVIRONMENT):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(servers: None) -> None:
    """Make every test with a database start the servers first (a hook of pytest-django)."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database; at its end sessions of others are ended, or it could not be dropped.

    A thread of the live server keeps its session as long as a browser keeps the socket, a process
    that was just told to stop for some moments more.
    """
    yield
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def test_database_url(django_db_setup: None) -> str:
    """The address of the test database, for processes that are not the test's own."""
    name = connections["default"].settings_dict["NAME"]
    return urlsplit(settings.DATABASE_URL)._replace(path=f"/{quote(name)}").geturl()


@pytest.fixture(scope="session")
def _worker_process(test_database_url: str) -> Iterator[None]:
    from openness.celery import app  # noqa: PLC0415 Django must be set up

    command = [sys.executable, "-m", "celery", "--quiet", "-A", "openness", "worker"]
    log = HOME / "logs" / "worker.log"
    with log.open("wb") as written:
        worker = subprocess.Popen(
            [*command, "--concurrency", "1", "--loglevel", "INFO"],
            cwd=PROJECT,
            env=os.environ
            | {"DATABASE_URL": test_database_url, "REDIS_URL": settings.REDIS_URL}
            | {"REMAP_SIGTERM": "SIGQUIT", "PYTHONWARNINGS": "ignore"},
            stdout=written,
            stderr=written,
        )
    try:
        deadline = time.monotonic() + 30
        while not app.control.ping(timeout=0.5, limit=1):
            assert worker.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
        yield
    finally:
        worker.terminate()
        worker.wait(timeout=15)


@pytest.fixture
def worker(_worker_process: None, transactional_db: None) -> None:
    """A real Celery worker on the test database; what the test writes is committed for it."""


@pytest.fixture(scope="session")
def eventually() -> Callable[..., None]:
    """Wait until a condition holds: `eventually(lambda: Score.objects.exists(), within=20)`."""

    def wait(condition: Callable[[], object], *, within: float = 20) -> None:
        deadline = time.monotonic() + within
        while not condition():
            assert time.monotonic() < deadline, f"still not so after {within} s"
            time.sleep(0.05)

    return wait


@pytest.fixture(autouse=True)
def new_board() -> None:
    """Lists are read anew in each test: the database forgot the rows of the last one."""
    from openness.board import forget  # noqa: PLC0415 Django must be set up

    forget()
