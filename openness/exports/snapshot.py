"""One state of the database for all that one answer reads, however long it takes, and its name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from openness.consistent import snapshot
from openness.rankings import current_revision
from scoring.lenses import LENSES

# What the lenses are in this release: another one shows other values before any revision is made.
METHODS = tuple((key, lens.version, tuple(lens.editions)) for key, lens in LENSES.items())


def tag(state: tuple[object, ...], *parts: object) -> str:
    """An entity tag: equal parts in one state of the data (`consistent.newest`), by the same
    methods, are equal bytes."""
    return quote_etag(hashlib.sha256(repr((state, METHODS, *parts)).encode()).hexdigest()[:32])


def known(request: HttpRequest, etag: str) -> bool:
    """Whether the reader has the answer of this tag. `*` asks whether there is any, and is not
    heard: that shows itself only when it is read."""
    if request.headers.get("If-None-Match", "*") == "*":
        return False
    return get_conditional_response(request, etag=etag) is not None


class Within:
    """What is read within a snapshot, which is given back at its end or when it is closed.

    `close` has to be called where it is not read to the end; web servers do so.
    """

    def __init__(self, body: Iterator[str] | Iterator[bytes], held: ExitStack) -> None:
        """`held` gives the snapshot back when it is closed."""
        self._body: Iterator[str | bytes] = body
        self._held = held

    def __iter__(self) -> Iterator[str | bytes]:
        return self

    def __next__(self) -> str | bytes:
        try:
            return next(self._body)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the snapshot back; twice is the same as once."""
        self._body = iter(())
        try:
            self._held.close()
        except DatabaseError:  # it had lost its snapshot, and with it the connection
            connection.close()


class Frozen(Within):
    """Text whose rows are those of `revision`, to the last one: the snapshot is taken when it is
    made, unless one is open already."""

    def __init__(self, text: Callable[[int], Iterator[str] | Iterator[bytes]]) -> None:
        """`text` makes the text of a revision, reading as it goes."""
        with ExitStack() as opening:
            opening.enter_context(snapshot())
            self.revision = current_revision()
            super().__init__(text(self.revision), opening.pop_all())
