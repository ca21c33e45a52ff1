"""What PostgreSQL's COPY sends, as it comes: a table of any size in constant memory."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from threading import Thread

import psycopg2
from django.db import connection

CHUNK = 1 << 16
"""Bytes that are handed on at once; what a pipe holds."""


def copied(statement: str) -> Iterator[bytes]:
    """The bytes of `COPY ... TO STDOUT`, read within the transaction that is open.

    psycopg2 writes a row at a time into a file; a thread lets it write into a pipe, which is read
    here and holds it up where nobody reads. Who stops reading closes this, and the statement is
    cancelled. Nothing else may use the connection until then.
    """
    connection.ensure_connection()
    database = connection.connection
    reads, writes = os.pipe()
    failures: list[BaseException] = []

    def send() -> None:
        try:
            with open(writes, "wb", buffering=CHUNK) as pipe, database.cursor() as cursor:
                cursor.copy_expert(statement, pipe)
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


def with_crlf(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """CSV of COPY with the line ends of RFC 4180; those within a quoted cell stay as they are."""
    quoted = False
    for chunk in chunks:
        parts = chunk.split(b'"')
        for at in range(quoted, len(parts), 2):
            parts[at] = parts[at].replace(b"\n", b"\r\n")
        quoted ^= len(parts) % 2 == 0
        yield b'"'.join(parts)
