"""A reader that takes nothing holds neither a thread of the web server nor a connection."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from openness.models import Change
from tests.conftest import PROJECT
from tests.factories import ProjectFactory, RevisionFactory

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def held() -> int:
    """Sessions of others that have a transaction open."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
        )
        return int(cursor.fetchone()[0])


def test_a_stalled_reader_is_cut_off_and_another_one_is_served(
    test_database_url: str, tmp_path: Path, eventually: Callable[..., None]
) -> None:
    revision, project = RevisionFactory(), ProjectFactory()
    row = {"revision": revision, "project": project, "change_class": "lateral"}
    Change.objects.bulk_create(
        [Change(**row, field="note", old="x" * 3000, new=str(n)) for n in range(12_000)],
        batch_size=2000,
    )
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    with (tmp_path / "web.log").open("wb") as log:
        web = subprocess.Popen(
            [
                *(*command, "--host", "127.0.0.1", "--port", str(port)),
                *("--workers", "1", "--blocking-threads", "1", "openness.wsgi:application"),
            ],
            cwd=PROJECT,
            env=os.environ
            | {"DATABASE_URL": test_database_url, "REDIS_URL": settings.REDIS_URL}
            | {"DJANGO_SETTINGS_MODULE": "tests.faults.stalled_settings"},
            stdout=log,
            stderr=log,
        )
    try:
        eventually(lambda: served(port), within=30)
        with socket.create_connection(("127.0.0.1", port)) as reader:
            reader.sendall(b"GET /changes.csv HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert reader.recv(100).startswith(b"HTTP/1.1 200")
            eventually(lambda: held() == 1, within=5)  # it waits for the reader, who stalls
            began = time.monotonic()
            assert served(port)  # the only thread is free again
            assert time.monotonic() - began < 15
            eventually(lambda: held() == 0, within=5)
    finally:
        web.terminate()
        web.wait(timeout=15)


def served(port: int) -> bool:
    """Whether the server answers within twenty seconds."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        asked.request("GET", "/robots.txt", headers={"Host": "localhost"})
        return asked.getresponse().status == 200
    except OSError:
        return False
    finally:
        asked.close()
