"""Foreign keys of very many new rows, checked table by table instead of row by row.

For every new row PostgreSQL asks once a reference whether the row it points to is there, and keeps
that row from being deleted meanwhile: 20 s of a million rows with three references each. The same
question for a whole table is one join.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import Error, IntegrityError, connection, models, transaction
from django.db.backends.utils import CursorWrapper

MANY = 1000
"""Rows that are checked at once: of fewer, the checks by row cost less."""

_meanwhile: ContextVar[bool] = ContextVar("references are checked at the end", default=False)


@contextmanager
def checked_at_once(
    *added: type[models.Model], rows: int = MANY, where: str = ""
) -> Iterator[None]:
    """Check the references of the rows that are added to these tables meanwhile at the end.

    Within a transaction, and only for what adds rows: what is altered or deleted meanwhile is not
    looked at, unless a condition of our own on `added` says `where` to look. Where there are to be
    few `rows`, or the account of the database may not leave out the checks by row, they are made
    as ever. Raises IntegrityError if a reference leads nowhere, and RuntimeError within itself: the
    inner one would have the checks by row made again, or leave its rows to the outer one, which
    does not know of them.
    """
    if _meanwhile.get():
        raise RuntimeError("references are checked at once already")
    if rows < MANY:
        yield
        return
    with connection.cursor() as cursor:
        looked_at = {model: where or _later(cursor, model) for model in added}
        if not _by_row(cursor, wanted=False):
            yield
            return
        within = _meanwhile.set(True)
        try:
            yield
        finally:
            _meanwhile.reset(within)
        _by_row(cursor, wanted=True)
        _check(cursor, looked_at)


def _later(cursor: CursorWrapper, model: type[models.Model]) -> str:
    """The condition of rows that are added from now on."""
    key, table = model._meta.pk.attname, model._meta.db_table
    cursor.execute(f"SELECT coalesce(max({key}), 0) FROM {table}")  # noqa: S608 our own names
    return f"added.{key} > {cursor.fetchone()[0]:d}"


def _by_row(cursor: CursorWrapper, *, wanted: bool) -> bool:
    """Switch the checks by row until the transaction ends; whether that is ours to do."""
    try:
        with transaction.atomic():
            role = "origin" if wanted else "replica"
            cursor.execute(f"SET LOCAL session_replication_role = {role}")
    except Error:  # not a superuser, nor one who was granted this setting
        return False
    return True


def _check(cursor: CursorWrapper, looked_at: Mapping[type[models.Model], str]) -> None:
    """As the checks by row do: what is pointed to is locked against deletion, then looked for."""
    for model, where in looked_at.items():
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.ForeignKey):
                continue
            to = field.related_model._meta
            words = {
                "added": model._meta.db_table,
                "where": where,
                "reference": field.attname,
                "to": to.db_table,
                "there": to.pk.attname,
            }
            cursor.execute(_LOCK.format(**words))
            cursor.execute(_MISSING.format(**words))
            if cursor.fetchone()[0]:
                raise IntegrityError(
                    f"{model.__name__}.{field.name} points to a row that is not there"
                )


_LOCK = """
SELECT count(*) FROM (
    SELECT FROM {to} target WHERE target.{there} IN (
        SELECT added.{reference} FROM {added} added WHERE {where}
    ) FOR KEY SHARE
) locked
"""
_MISSING = """
SELECT EXISTS (
    SELECT FROM {added} added
    WHERE {where} AND added.{reference} IS NOT NULL AND NOT EXISTS (
        SELECT FROM {to} target WHERE target.{there} = added.{reference}
    )
)
"""
