"""`manage.py serve` as a process that can be killed, on a home of its own."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import psycopg2
import pytest

from openness import embedded, environment
from openness.embedded.account import Account
from openness.environment import PROJECT


@dataclass
class Served:
    """One run of `manage.py serve`."""

    process: subprocess.Popen[bytes]
    log: Path
    home: Path
    port: int

    @property
    def output(self) -> str:
        """Everything it has printed so far."""
        return self.log.read_text()

    def wait_until_ready(self, within: float = 120) -> None:
        """Return after the ready line, which is due within so many seconds."""
        line = f"\nOpenness is ready at http://127.0.0.1:{self.port}/\n"
        deadline = time.monotonic() + within
        while line not in self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.05)

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of an answer over real HTTP."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """The rows of a statement on its database."""
        url = embedded.database_url(environment.read({"OPENNESS_HOME": str(self.home)}))
        with (
            closing(psycopg2.connect(url)) as connection,
            connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def left_over(self) -> list[str]:
        """Command lines of processes that still work for this home or port."""
        marks = (str(self.home), f"--port\0{self.port}")
        left = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                command = (path / "cmdline").read_text()
                surroundings = (path / "environ").read_text()
            except OSError:
                continue
            about_us = any(mark in command or mark in surroundings for mark in marks)
            if about_us and int(path.name) != os.getpid() and command:
                left.append(command.replace("\0", " "))
        return left


@pytest.fixture
def port() -> int:
    """A port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def fresh_home() -> Iterator[Path]:
    """An empty OPENNESS_HOME that another account could enter."""
    with tempfile.TemporaryDirectory(prefix="openness-home-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "home"


@pytest.fixture
def serve(fresh_home: Path, port: int, tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Start `manage.py serve` in a process group of its own; it is stopped after the test.

    `project` is another checkout, `command` another way to start it, `home` another OPENNESS_HOME,
    `account` another user; what else is given goes into the environment.
    """
    started: list[Served] = []

    def start(
        *,
        project: Path = PROJECT,
        command: Sequence[str] = (sys.executable, "manage.py", "serve"),
        home: Path = fresh_home,
        account: Account | None = None,
        **more: str,
    ) -> Served:
        log = tmp_path / f"serve-{len(started)}.log"
        with log.open("wb") as written:
            process = subprocess.Popen(
                command,
                cwd=project,
                env=os.environ | {"OPENNESS_HOME": str(home), "PORT": str(port)} | more,
                stdout=written,
                stderr=written,
                process_group=0,
                **(account.identity if account else {}),
            )
        started.append(Served(process, log, home, port))
        return started[-1]

    yield start
    for served in started:
        served.process.terminate()
        served.process.wait(timeout=20)
