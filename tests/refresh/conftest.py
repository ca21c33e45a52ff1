"""A fake hub in place of every source, an empty budget, and the chain in the test's own process."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings as site
from django.core.management import call_command
from django.db import connections
from pytest_django import DjangoDbBlocker

from openness import environment
from openness.embedded.postgres import Postgres
from openness.embedded.server import Server
from openness.embedded.valkey import Valkey
from tests.conftest import PROJECT
from tests.fakehub import FakeHub, sites

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def hub(settings: Any, servers: None) -> Iterator[FakeHub]:
    """The fake hub, well, with its canaries, as the only source there is."""
    with redis.Redis.from_url(site.REDIS_URL) as broker:
        for key in broker.scan_iter("openness:budget:*"):
            broker.delete(key)
    with FakeHub() as fake:
        settings.HUB_URL = fake.url
        settings.GITHUB_URL = f"{fake.url}/gh"
        settings.ARXIV_URL = f"{fake.url}/arxiv"
        settings.OPENROUTER_URL = f"{fake.url}/openrouter"
        fake.quota(100_000, 300)
        yield sites.with_canaries(fake)


# Models can be imported only once Django is set up, which is after this file was read.
@pytest.fixture
def target(db: None) -> Callable[..., Any]:
    """A due address of a new project: `target("shore/heron")`."""
    from tests.refresh.rounds import due_address  # noqa: PLC0415 Django must be set up

    return due_address


@pytest.fixture
def visit(hub: FakeHub) -> Callable[..., list[Any]]:
    """One round of visits at a source: `visit(row)` makes the row due before."""
    from tests.refresh.rounds import round_of_visits  # noqa: PLC0415 Django must be set up

    return round_of_visits


@pytest.fixture
def broker(servers: None) -> str:
    """An empty database of Redis of one's own: the suite's worker would take the messages."""
    place = urlsplit(site.REDIS_URL)
    address = (
        f"unix://{place.path}?db=9"
        if place.scheme == "unix"
        else place._replace(path="/9").geturl()
    )
    with redis.Redis.from_url(address) as before:
        before.flushdb()
    return address


@pytest.fixture
def start(
    hub: FakeHub, broker: str, test_database_url: str, transactional_db: None, tmp_path: Path
) -> Iterator[Start]:
    """Start a Celery process on the test's servers and the fake hub: `start("worker")`."""
    named = {"DATABASE_URL": test_database_url, "REDIS_URL": broker, "HUB_URL": hub.url}
    with celery_processes(named, logs=tmp_path) as run:
        yield run


@dataclass(frozen=True)
class OwnServers:
    """PostgreSQL and Valkey of one test, which it may end, and how it starts processes on them."""

    postgres: Postgres
    valkey: Valkey
    start: Start

    def restart(self, server: Server) -> None:
        """Stop a server in order and wait until its guardian has started it again."""
        before = server.pid_file.read_text()
        os.kill(int(before.split()[0]), server.stop_signal)
        deadline = time.monotonic() + 30
        while not server.pid_file.exists() or server.pid_file.read_text() == before:
            assert time.monotonic() < deadline, f"{server.name} did not come back"
            time.sleep(0.05)
        while not server.answers():
            assert time.monotonic() < deadline, f"{server.name} does not answer"
            time.sleep(0.05)
        connections["default"].close()


@pytest.fixture
def own_servers(
    hub: FakeHub, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[OwnServers]:
    """Servers of one's own: those of the suite serve every other test."""
    home = Path(tempfile.mkdtemp(prefix="openness-own-"))
    home.chmod(0o711)  # root's servers run under another account, which has to come in
    postgres, valkey = Postgres(home), Valkey(home)
    suite = connections["default"]
    own = suite.copy()
    own.settings_dict |= environment.database(postgres.url)
    named = {"DATABASE_URL": postgres.url, "REDIS_URL": valkey.url, "HUB_URL": hub.url}
    with django_db_blocker.unblock(), postgres.used(), valkey.used():
        connections["default"] = own
        try:
            call_command("migrate", verbosity=0)
            with celery_processes(named, logs=tmp_path) as start:
                yield OwnServers(postgres, valkey, start)
        finally:
            own.close()
            connections["default"] = suite
    shutil.rmtree(home, ignore_errors=True)


@contextmanager
def celery_processes(named: dict[str, str], *, logs: Path) -> Iterator[Start]:
    """How to start Celery processes with these variables; all of them are ended at the end."""
    started: list[subprocess.Popen[bytes]] = []

    def run(program: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "openness", program]
        with (logs / f"{program}{len(started)}.log").open("wb") as log:
            process = subprocess.Popen(
                [*command, "--loglevel", "INFO", *arguments],
                cwd=PROJECT,
                env=os.environ
                | named
                | {"DJANGO_SETTINGS_MODULE": "tests.refresh.quick_settings"}
                | {"REMAP_SIGTERM": "SIGQUIT", "PYTHONWARNINGS": "ignore"},
                stdout=log,
                stderr=log,
                process_group=0,
            )
        started.append(process)
        return process

    try:
        yield run
    finally:
        for process in started:
            if process.poll() is None:
                process.terminate()
        for process in started:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
