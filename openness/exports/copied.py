"""What PostgreSQL's COPY sends, as it comes: a table of any size in constant memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread
from typing import IO

import psycopg2
from django.db import connection

from openness.board.copying import SIGNATURE

CHUNK = 1 << 16
"""Bytes that are handed on at once; what a pipe holds."""

ROWS = 200
"""Rows that are written into it at once."""


_BEFORE_TEXT = 6
"""Bytes of a row before its one text: how many columns, how long it is (PostgreSQL, COPY)."""


class _Texts:
    """Hands on the texts of a binary COPY of one column, which comes a row at a time."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._waiting: list[bytes] = []
        self._before = SIGNATURE + _BEFORE_TEXT

    def write(self, row: bytes) -> None:
        """Take one row; the mark of the end, of two bytes, has no text."""
        self._waiting.append(row[self._before :])
        self._before = _BEFORE_TEXT
        if len(self._waiting) >= ROWS:
            self.flush()

    def flush(self) -> None:
        """Hand on what has come."""
        self._file.write(b"".join(self._waiting))
        self._waiting = []


def copied_texts(statement: str) -> Iterator[bytes]:
    """The texts of `COPY (SELECT a text) TO STDOUT (FORMAT binary)`, one behind the other.

    They are read within the transaction that is open. psycopg2 hands on a row at a time; a thread
    lets it write into a pipe, which is read here and holds it up where nobody reads. Who stops
    reading closes this, and the statement is cancelled. Nothing else may use the connection until
    then.
    """
    connection.ensure_connection()
    database = connection.connection
    reads, writes = os.pipe()
    failures: list[BaseException] = []

    def send() -> None:
        try:
            with open(writes, "wb") as pipe, database.cursor() as cursor:
                texts = _Texts(pipe)
                cursor.copy_expert(statement, texts)
                texts.flush()
        except (OSError, psycopg2.Error) as failure:
            failures.append(failure)

    sender = Thread(target=send, name="copy", daemon=True)
    sender.start()
    try:
        while chunk := os.read(reads, CHUNK):
            yield chunk
        sender.join()
        if failures:
            raise failures[0]
    finally:
        os.close(reads)
        if sender.is_alive():
            with suppress(psycopg2.Error):
                database.cancel()
            sender.join()
