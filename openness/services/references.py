"""Foreign keys of very many new rows, checked table by table instead of row by row.

For every new row PostgreSQL asks once a reference whether the row it points to is there, and keeps
that row from being deleted meanwhile: 20 s of a million rows with three references each. The same
question for a whole table is one join.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

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
    """As the checks by row do: look for what is pointed to, and lock it against deletion.

    What this transaction has written itself nobody else can delete before it ends.
    """
    cursor.execute("SELECT pg_current_xact_id()::xid::text")
    [ours] = cursor.fetchone()
    for model, where in looked_at.items():
        keys = [one for one in model._meta.concrete_fields if isinstance(one, models.ForeignKey)]
        words = [_words(model, key) | {"where": where, "ours": ours} for key in keys]
        others = _of_others(cursor, words)
        for one in others:
            cursor.execute(_LOCK.format(**one))
        _of_others(cursor, others)  # until now they could be deleted


def _words(model: type[models.Model], key: models.ForeignKey[Any, Any]) -> dict[str, str]:
    """What the statements on a reference are made of; our own names."""
    to = key.related_model._meta
    return {
        "model": model.__name__,
        "name": key.name,
        "added": model._meta.db_table,
        "reference": key.attname,
        "to": to.db_table,
        "there": to.pk.attname,
        "target": f"of_{key.name}",
    }


def _of_others(cursor: CursorWrapper, references: list[dict[str, str]]) -> list[dict[str, str]]:
    """Those of a table's references that lead to rows which this transaction has not written.

    One reading of the table for all of them. Raises IntegrityError.
    """
    if not references:
        return []
    found = ", ".join(_FOUND.format(**one) for one in references)
    targets = " ".join(_TARGET.format(**one) for one in references)
    cursor.execute(
        "SELECT {} FROM {added} added {} WHERE {where}".format(  # noqa: S608 our own names
            found, targets, **references[0]
        )
    )
    answers = iter(cursor.fetchone())
    others = []
    for one, missing, foreign in zip(references, answers, answers, strict=True):
        if missing:
            raise IntegrityError("{model}.{name} points to a row that is not there".format(**one))
        if foreign:
            others.append(one)
    return others


# Of a row that was written within a savepoint xmin is another, so it counts as of others.
_FOUND = (
    "bool_or({target}.{there} IS NULL AND added.{reference} IS NOT NULL),"
    " bool_or({target}.xmin <> '{ours}'::xid)"
)
_TARGET = "LEFT JOIN {to} {target} ON {target}.{there} = added.{reference}"
_LOCK = """
SELECT count(*) FROM (
    SELECT FROM {to} target
    WHERE target.xmin <> '{ours}'::xid AND target.{there} IN (
        SELECT added.{reference} FROM {added} added WHERE {where}
    ) FOR KEY SHARE
) locked
"""
