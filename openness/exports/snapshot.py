"""One snapshot of the database for all that one download reads, however long it takes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from django.db import DatabaseError, connection
from django.utils.http import quote_etag

from openness.consistent import snapshot
from openness.rankings import current_revision
from scoring.lenses import LENSES

# What the lenses are in this release: another one shows other values before any revision is made.
METHODS = tuple((key, lens.version, tuple(lens.editions)) for key, lens in LENSES.items())


def tag(revision: int, *parts: object) -> str:
    """An entity tag: equal parts at one revision, by the same methods, are equal bytes."""
    return quote_etag(hashlib.sha256(repr((revision, METHODS, *parts)).encode()).hexdigest()[:32])


class Frozen:
    """Text whose rows are those of `revision`, to the last one.

    The snapshot is taken when it is made, so that headers can name the revision, and given back
    when the text has been read or is closed; `close` has to be called where it is not read.
    """

    def __init__(self, text: Callable[[int], Iterator[str] | Iterator[bytes]]) -> None:
        """`text` makes the text of a revision, reading as it goes."""
        self._held = ExitStack()
        with ExitStack() as opening:
            opening.enter_context(snapshot())
            self.revision = current_revision()
            self._text: Iterator[str | bytes] = text(self.revision)
            self._held = opening.pop_all()

    def __iter__(self) -> Iterator[str | bytes]:
        return self

    def __next__(self) -> str | bytes:
        try:
            return next(self._text)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the snapshot back; twice is the same as once."""
        self._text = iter(())
        try:
            self._held.close()
        except DatabaseError:  # it had lost its snapshot, and with it the connection
            connection.close()
