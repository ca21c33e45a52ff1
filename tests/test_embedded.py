"""The embedded servers: who starts them, who stops them, and what a kill cannot break."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import redis

from openness import embedded, environment
from openness.embedded import CannotStart
from openness.embedded.account import Account
from openness.embedded.postgres import Postgres
from openness.embedded.valkey import Valkey
from openness.environment import PROJECT, Environment
from openness.processes import command_line

MANAGED = {"DATABASE_URL": "postgresql://db/openness", "REDIS_URL": "redis://cache"}


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty OPENNESS_HOME that another account could enter."""
    with tempfile.TemporaryDirectory(prefix="openness-home-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def of(home: Path, **more: str) -> Environment:
    return environment.read({"OPENNESS_HOME": str(home), **more})


def ask(home: Path, sql: str) -> list[tuple[object, ...]]:
    with (
        closing(psycopg2.connect(embedded.database_url(of(home)))) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def pid_of(server: Postgres | Valkey) -> int:
    return int(server.pid_file.read_text().split()[0])


def test_nothing_is_started_where_both_addresses_are_given(home: Path):
    with embedded.servers(of(home, **MANAGED)) as started:
        assert started == []
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "started"), [("DATABASE_URL", ["valkey"]), ("REDIS_URL", ["postgres"])]
)
def test_only_the_server_without_an_address_is_started(home: Path, given: str, started: list[str]):
    with embedded.servers(of(home, **{given: MANAGED[given]})) as names:
        assert names == started


def test_given_addresses_are_used_as_they_are(home: Path):
    assert embedded.database_url(of(home, **MANAGED)) == MANAGED["DATABASE_URL"]
    assert embedded.redis_url(of(home, **MANAGED)) == MANAGED["REDIS_URL"]


def test_the_last_user_stops_the_servers_and_the_data_stay(home: Path):
    postgres, valkey = Postgres(home), Valkey(home)
    with embedded.servers(of(home)):
        pids = pid_of(postgres), pid_of(valkey)
        ask(home, "CREATE TABLE kept AS SELECT 42 AS value")
        redis.Redis.from_url(embedded.redis_url(of(home))).set("kept", "yes")
        with embedded.servers(of(home)):  # adopts
            assert (pid_of(postgres), pid_of(valkey)) == pids
        assert ask(home, "SELECT 1") == [(1,)]
    assert [command_line(pid) for pid in pids] == ["", ""]
    with embedded.servers(of(home)):
        assert ask(home, "SELECT value FROM kept") == [(42,)]
        assert redis.Redis.from_url(embedded.redis_url(of(home))).get("kept") == b"yes"


def test_the_servers_listen_on_private_sockets_only_and_never_run_as_root(home: Path):
    with embedded.servers(of(home)):
        assert ask(home, "SHOW listen_addresses") == [("",)]
        client = redis.Redis.from_url(embedded.redis_url(of(home)))
        assert client.config_get("port") == {"port": "0"}
        for server in (Postgres(home), Valkey(home)):
            for folder in (server.run, server.data):
                assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            assert server.data.stat().st_uid != 0
            assert Path(f"/proc/{pid_of(server)}").stat().st_uid == server.account.uid


def test_servers_end_by_themselves_when_their_only_user_is_killed(
    home: Path, eventually: Callable[..., None]
):
    code = (
        "import sys, time; from pathlib import Path; from openness import embedded, environment\n"
        "with embedded.servers(environment.read({'OPENNESS_HOME': sys.argv[1]})):\n"
        "    print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(home)], cwd=PROJECT, stdout=subprocess.PIPE
    ) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == b"up\n"
        pids = pid_of(Postgres(home)), pid_of(Valkey(home))
        user.kill()
    eventually(lambda: not any(map(command_line, pids)), within=10)


@pytest.mark.parametrize("kind", [Postgres, Valkey])
def test_a_killed_server_comes_back_with_its_data(
    home: Path, kind: type[Postgres | Valkey], eventually: Callable[..., None]
):
    with embedded.servers(of(home)):
        ask(home, "CREATE TABLE kept AS SELECT 42 AS value")
        killed = pid_of(kind(home))
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: not command_line(killed) and kind(home).answers())
        eventually(Postgres(home).answers)
        assert ask(home, "SELECT value FROM kept") == [(42,)]


def test_servers_of_a_killed_guardian_are_taken_over_or_replaced(
    home: Path, eventually: Callable[..., None]
):
    with embedded.servers(of(home)):
        ask(home, "CREATE TABLE kept AS SELECT 42 AS value")
        for server in (Postgres(home), Valkey(home)):
            with server.guardian as lock:
                guardian = lock.holder()
                assert guardian is not None
                os.kill(guardian, signal.SIGKILL)
        with embedded.servers(of(home)):
            assert ask(home, "SELECT value FROM kept") == [(42,)]


def test_a_lock_file_that_names_a_living_stranger_does_not_stop_a_start(home: Path):
    postgres = Postgres(home)
    with embedded.servers(of(home)):
        ask(home, "CREATE TABLE kept AS SELECT 42 AS value")
        lines = postgres.pid_file.read_text()
    # A stranger of the servers' own account, as after the restart of a container.
    with subprocess.Popen(["sleep", "60"], **postgres.account.identity) as stranger:
        try:
            own = "\n".join([str(stranger.pid), *lines.split("\n")[1:]])
            for stale in (postgres.pid_file, postgres.run / ".s.PGSQL.5432.lock"):
                stale.write_text(own)
                shutil.chown(stale, postgres.account.uid, postgres.account.gid)
            (postgres.run / ".s.PGSQL.5432").touch()
            Valkey(home).pid_file.write_text(f"{stranger.pid}\n")
            Valkey(home).socket.touch()
            with embedded.servers(of(home)):
                assert ask(home, "SELECT value FROM kept") == [(42,)]
            assert stranger.poll() is None
        finally:
            stranger.kill()


@pytest.mark.parametrize("torn", ["", "garbage\n"])
def test_a_torn_lock_file_does_not_stop_a_start(home: Path, torn: str):
    with embedded.servers(of(home)):
        pass
    postgres = Postgres(home)
    postgres.pid_file.write_text(torn)
    shutil.chown(postgres.pid_file, postgres.account.uid, postgres.account.gid)
    with embedded.servers(of(home)):
        assert ask(home, "SELECT 1") == [(1,)]


def test_a_database_whose_making_was_killed_is_made_again(home: Path):
    unfinished = home / "postgres.new"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    with embedded.servers(of(home)):
        assert ask(home, "SELECT 1") == [(1,)]
    assert not unfinished.exists()


def test_a_server_that_cannot_start_says_why_and_where_its_log_is(home: Path):
    with embedded.servers(of(home)):
        pass
    (home / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(CannotStart, match=r"^postgres does not start: .*logs/postgres\.log"):
        embedded.servers(of(home)).__enter__()


def test_a_long_path_gets_its_sockets_in_a_short_private_folder(home: Path):
    deep = home / ("long" * 30)
    server = Postgres(deep)
    assert server.run.parent == Path("/tmp")  # noqa: S108 the folder in it is what is tested
    try:
        with embedded.servers(of(deep)):
            assert ask(deep, "SELECT 1") == [(1,)]
            assert stat.S_IMODE(server.run.stat().st_mode) == 0o700
    finally:
        shutil.rmtree(server.run)


def test_a_folder_that_somebody_else_prepared_is_refused(tmp_path: Path):
    me = Account(os.geteuid() or 12345, os.getegid())
    (tmp_path / "open").mkdir(mode=0o755)
    (tmp_path / "link").symlink_to(tmp_path / "open")
    (tmp_path / "file").touch()
    for name in ("open", "link"):
        with pytest.raises(PermissionError, match="not a private folder"):
            me.own(tmp_path / name)
    with pytest.raises(FileExistsError):
        me.own(tmp_path / "file")


def test_a_home_that_cannot_be_used_is_one_sentence(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match=r"^OPENNESS_HOME cannot be used"):
        embedded.servers(of(tmp_path / "file" / "home")).__enter__()
