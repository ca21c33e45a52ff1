"""Questions that are asked again and again with other values: Django makes the SQL of each once a
process, PostgreSQL plans it once a connection. Both together cost more than most answers do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import BooleanField, Expression, F, Func, QuerySet

Row = TypeVar("Row")
Compiler = Any  # django.db.models.sql.compiler.SQLCompiler

_PLANNED: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""{connection of psycopg2: names of the statements that it has prepared}."""

FEW = 100
"""Up to so many rows a statement is executed as it was planned, whatever their number."""


class Given(Expression):
    """Stands in a queryset for a value that comes when the question is asked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, _compiler: Compiler, _connection: Any) -> tuple[str, Any]:
        """A parameter, and this itself as its value for now."""
        return "(%s)", [self]


def among(field: str, given: Given) -> Func:
    """The condition that a field has one of the values of a list that comes later."""
    return Func(
        F(field),
        given,
        template="%(expressions)s",
        arg_joiner=" = ANY ",
        output_field=BooleanField(),
    )


class Statement:
    """SQL with values by name, as `%(name)s`, that is planned once a connection."""

    def __init__(self, name: str, text: str) -> None:
        self.text = text
        places = _Places()
        sql = text % places
        digest = hashlib.sha256(sql.encode(), usedforsecurity=False).hexdigest()[:16]
        self.name = f"{name}_{digest}"
        self._prepare = f'PREPARE "{self.name}" AS {sql}'
        given = ", ".join(f"%({name})s" for name in places)
        self._execute = f'EXECUTE "{self.name}"' + (f" ({given})" if given else "")

    def execute(self, cursor: CursorWrapper, given: Mapping[str, Any], *, rows: int = 1) -> None:
        """Execute it. What is planned is right for few `rows`: for many it is planned anew."""
        if rows > FEW:
            cursor.execute(self.text, given)
            return
        known = _PLANNED.setdefault(connection.connection, set())
        if self.name not in known:
            with connection.wrap_database_errors:
                if not known:  # lists would be planned for anew each time, for they may be short
                    cursor.cursor.execute("SET plan_cache_mode = force_generic_plan")
                cursor.cursor.execute(self._prepare)
            known.add(self.name)
        cursor.execute(self._execute, given)


class _Places(dict[str, str]):
    """{name: `$1`, `$2` and so on}, in the order in which they are asked for."""

    def __missing__(self, name: str) -> str:
        self[name] = f"${len(self) + 1}"
        return self[name]


class Prepared(Generic[Row]):
    """A function that makes a queryset of values, called instead with the values: its rows.

    Used as a decorator. The function is called once, with a `Given` for each of its parameters.
    """

    def __init__(self, ask: Callable[..., QuerySet[Any, Row]]) -> None:
        self.ask = ask

    def __call__(self, **given: Any) -> list[Row]:
        """The rows for these values, which have the names of the function's parameters."""
        made = self._made
        with connection.cursor() as cursor:
            made.statement.execute(cursor, made.fixed | given)
            read = [cursor.fetchall()]  # in chunks, as Django has them
        # Django makes the objects, as of any queryset: its compiler only seems to have asked. The
        # method is replaced on this one query, since Django has no other way in for rows.
        compiler = copy(made.compiler)
        compiler.connection = connection
        compiler.execute_sql = lambda *_args, **_options: read
        rows = made.rows.all()
        rows.query.get_compiler = lambda *_args, **_options: compiler  # type: ignore[method-assign]  # see above
        return list(rows)

    @cached_property
    def _made(self) -> _Made[Row]:
        rows = self.ask(**{name: Given(name) for name in signature(self.ask).parameters})
        compiler = rows.query.get_compiler(rows.db)
        sql, params = compiler.as_sql()
        names = [
            one.name if isinstance(one, Given) else f"fixed_{n}" for n, one in enumerate(params)
        ]
        values = dict(zip(names, params, strict=True))
        fixed = {name: one for name, one in values.items() if not isinstance(one, Given)}
        text = sql.replace("%%", "%%%%") % tuple(f"%({name})s" for name in names)
        return _Made(rows, compiler, Statement(self.ask.__name__, text), fixed)


@dataclass(frozen=True)
class _Made(Generic[Row]):
    """A question that Django has compiled: `fixed` are the values that are always the same."""

    rows: QuerySet[Any, Row]
    compiler: Compiler
    statement: Statement
    fixed: dict[str, Any]
