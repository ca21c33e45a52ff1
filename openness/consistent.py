"""One state of the database for all that is read together, and a name for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction

REMEMBERED = 256
"""Newest revisions that name a state; a transaction that outlasts so many others is overlooked."""


def newest() -> tuple[int, ...]:
    """The newest revisions, the last first: equal ones name the same state of the data.

    Not only the last: of two that are made at once the older may be committed later.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array(SELECT id FROM openness_revision ORDER BY id DESC LIMIT %s)", [REMEMBERED]
        )
        return tuple(cursor.fetchone()[0])


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
