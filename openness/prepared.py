"""Questions that are asked again and again with other values: Django makes the SQL of each once a
process, PostgreSQL plans it once a connection. Both together cost more than most answers do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from copy import copy
from functools import cached_property
from inspect import signature
from itertools import count
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import BooleanField, Expression, F, Func, QuerySet

Row = TypeVar("Row")
Compiler = Any  # django.db.models.sql.compiler.SQLCompiler

_PLANNED: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""{connection of psycopg2: names of the statements that it has prepared}."""


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


class Prepared(Generic[Row]):
    """A function that makes a queryset of values, called instead with the values: its rows.

    Used as a decorator. The function is called once, with a `Given` for each of its parameters.
    """

    def __init__(self, ask: Callable[..., QuerySet[Any, Row]]) -> None:
        self.ask = ask

    def __call__(self, **values: Any) -> list[Row]:
        """The rows for these values, which have the names of the function's parameters."""
        given = [values[one.name] if isinstance(one, Given) else one for one in self._given]
        with connection.cursor() as cursor:
            self._plan(cursor)
            cursor.execute(self._execute, given)
            read = [cursor.fetchall()]  # in chunks, as Django has them
        compiler = copy(self._compiler)
        compiler.connection = connection
        compiler.execute_sql = lambda *_args, **_options: read
        rows = self._rows.all()
        rows.query.get_compiler = lambda *_args, **_options: compiler  # type: ignore[method-assign]
        return list(rows)

    @cached_property
    def _rows(self) -> QuerySet[Any, Row]:
        return self.ask(**{name: Given(name) for name in signature(self.ask).parameters})

    @cached_property
    def _made(self) -> tuple[Compiler, str, tuple[Any, ...]]:
        compiler = self._rows.query.get_compiler(self._rows.db)
        return compiler, *compiler.as_sql()

    @property
    def _compiler(self) -> Compiler:
        return self._made[0]

    @property
    def _given(self) -> tuple[Any, ...]:
        return self._made[2]

    @cached_property
    def _name(self) -> str:
        digest = hashlib.sha256(self._made[1].encode(), usedforsecurity=False).hexdigest()[:16]
        return f"{self.ask.__name__}_{digest}"

    @cached_property
    def _execute(self) -> str:
        given = ", ".join(["%s"] * len(self._given))
        return f'EXECUTE "{self._name}"' + (f" ({given})" if given else "")

    def _plan(self, cursor: CursorWrapper) -> None:
        """Prepare the statement in a connection that does not know it yet."""
        known = _PLANNED.setdefault(connection.connection, set())
        if self._name in known:
            return
        places = count(1)
        marks = tuple(f"${next(places)}" for _one in self._given)
        with connection.wrap_database_errors:
            if not known:  # lists would be planned anew each time, for they may be short
                cursor.cursor.execute("SET plan_cache_mode = force_generic_plan")
            cursor.cursor.execute(f'PREPARE "{self._name}" AS {self._made[1] % marks}')
        known.add(self._name)
