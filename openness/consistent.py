"""One state of the database for all that is read together, and a name for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction

REMEMBERED = 256
"""Newest revisions that name a state; a transaction that outlasts so many others is overlooked."""
NEWEST = "array(SELECT id FROM openness_revision ORDER BY id DESC LIMIT %s)::text"


class _Known(threading.local):
    """What a thread has last read: in which connection, at which snapshot, and the state then."""

    connection: object = None
    snapshot = revisions = ""


_known = _Known()


def state() -> str:
    """The newest revisions as PostgreSQL writes them: equal ones name the same state of the data.

    Not only the last: of two that are made at once the older may be committed later. Where nothing
    at all was committed since this thread last asked, the database is spared the list: it names its
    snapshot by the transactions that are in it, a fifth of the cost.
    """
    with connection.cursor() as cursor:
        if connection.in_atomic_block:  # a snapshot does not name what its own transaction did
            cursor.execute(f"SELECT {NEWEST}", [REMEMBERED])
            return str(cursor.fetchone()[0])
        if _known.connection is connection.connection:
            cursor.execute("SELECT pg_current_snapshot()::text")
            if cursor.fetchone()[0] == _known.snapshot:
                return _known.revisions
        cursor.execute(f"SELECT {NEWEST}, pg_current_snapshot()::text", [REMEMBERED])
        _known.revisions, _known.snapshot = cursor.fetchone()
        _known.connection = connection.connection
        return _known.revisions


def last() -> int:
    """The number of the newest revision; 0 before the first."""
    return int(state().strip("{}").partition(",")[0] or 0)


def newest() -> tuple[int, ...]:
    """The numbers of these revisions, the last first."""
    return tuple(map(int, filter(None, state().strip("{}").split(","))))


@contextmanager
def snapshot() -> Iterator[None]:
    """Read one state of the database (REPEATABLE READ), while others go on writing.

    Who asks for nothing more for `SNAPSHOT_IDLE` seconds loses it: no reader holds it for good.
    Within a transaction that is already open, that one decides what is seen.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(
                "SELECT set_config('idle_in_transaction_session_timeout', %s, true)",
                [f"{settings.SNAPSHOT_IDLE}s"],
            )
        yield
