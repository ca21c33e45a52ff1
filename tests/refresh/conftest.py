"""A fake hub in place of every source, an empty budget, and the chain in the test's own process."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings as site

from tests.conftest import PROJECT
from tests.fakehub import FakeHub, sites


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
        canary = "openai-community/gpt2"
        fake.models[canary] = fake.model(canary, license="mit")
        fake.repositories["python/cpython"] = sites.repository("python/cpython")
        fake.papers["1706.03762"] = {}
        fake.quota(100_000, 300)
        yield fake


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
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start a Celery process on the test's servers and the fake hub: `start("worker")`."""
    started: list[subprocess.Popen[bytes]] = []

    def run(program: str, *arguments: str) -> subprocess.Popen[bytes]:
        name = f"{program}{len(started)}"
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "openness", program]
        with (tmp_path / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [*command, "--loglevel", "INFO", *arguments],
                cwd=PROJECT,
                env=os.environ
                | {"DATABASE_URL": test_database_url, "REDIS_URL": broker}
                | {"HUB_URL": hub.url, "DJANGO_SETTINGS_MODULE": "tests.refresh.quick_settings"}
                | {"REMAP_SIGTERM": "SIGQUIT", "PYTHONWARNINGS": "ignore"},
                stdout=log,
                stderr=log,
                process_group=0,
            )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.terminate()
    for process in started:
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
