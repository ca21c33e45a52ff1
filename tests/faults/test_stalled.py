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

from openness.models import Change, Listing, Project
from tests.conftest import PROJECT
from tests.factories import ProjectFactory, RevisionFactory, project_with, weights

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


def many_changes() -> None:
    """36 MB of `/changes.csv`, which Python writes line by line."""
    revision, project = RevisionFactory(), ProjectFactory()
    row = {"revision": revision, "project": project, "change_class": "lateral"}
    Change.objects.bulk_create(
        [Change(**row, field="note", old="x" * 3000, new=str(n)) for n in range(12_000)],
        batch_size=2000,
    )


def many_rows() -> None:
    """30 MB of `/rankings.csv`, which PostgreSQL writes into a pipe."""
    pattern = Listing.objects.get(project=project_with(weights(), slug="heron"))
    names = [f"h-{n}" for n in range(20_000)]
    row = {"name": "鹭" * 200, "kind": "model"}
    made = Project.objects.bulk_create([Project(slug=slug, **row) for slug in names], 2000)
    fields = {f.attname: getattr(pattern, f.attname) for f in Listing._meta.concrete_fields}
    fields |= {"license": "许" * 300}
    Listing.objects.bulk_create(
        [Listing(**(fields | {"project_id": project.pk})) for project in made], 2000
    )


@pytest.mark.parametrize(
    ("fill", "address"),
    [(many_changes, "/changes.csv"), (many_rows, "/rankings.csv?sort=name")],
)
def test_a_stalled_reader_is_cut_off_and_another_one_is_served(
    test_database_url: str,
    tmp_path: Path,
    eventually: Callable[..., None],
    fill: Callable[[], None],
    address: str,
) -> None:
    fill()
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
            reader.sendall(f"GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
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
