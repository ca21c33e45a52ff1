"""Which profiles and which rows meet the conditions of a query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from openness.board.columns import FLOORS, WORDS, Ints, Licenses, Mask, Profiles, Rows
from openness.board.copying import copied
from openness.filters import Query
from openness.models import Organization


def needs_rows(query: Query) -> bool:
    """Whether more than the profile decides."""
    numbers = (query.parameters_min, query.parameters_max)
    texts = (query.q, query.organization, query.license, query.sourced)
    return any(texts) or any(number is not None for number in numbers)


def of_profiles(query: Query, profiles: Profiles) -> Mask:
    """Which profiles meet the conditions that a profile decides."""
    fits = np.ones(len(profiles), bool)
    for name, words in WORDS.items():
        if values := getattr(query, name):
            wanted = [words.index(value) for value in values.split(",")]
            fits &= np.isin(profiles.codes[name], wanted)
    for component, floor in query.floors:
        fits &= profiles.floors[component] >= FLOORS.index(floor) + 1
    return fits


def of_rows(
    query: Query, rows: Rows, licenses: Licenses, named: Callable[[str], Mask]
) -> Iterator[Mask]:
    """For each other condition, which rows meet it; `named` says which hold a word."""
    yield from map(named, query.q.split())
    if query.organization:
        slugs = query.organization.split(",")
        makers = Organization.objects.filter(slug__in=slugs).values_list("pk", flat=True)
        yield among(rows.organization, makers)
    if query.license:
        wanted = set(query.license.split(","))
        yield np.array([bool(wanted & ids) for ids in licenses.ids], bool)[rows.license]
    if query.parameters_min is not None:
        yield rows.parameters >= max(query.parameters_min, 0)
    if query.parameters_max is not None:
        yield (rows.parameters >= 0) & (rows.parameters <= query.parameters_max)
    if query.sourced == "all":
        yield (rows.sourced == rows.statements) & (rows.statements > 0)
    elif query.sourced:
        yield rows.sourced >= int(query.sourced)


_HOLD = """
    SELECT id::int8 FROM openness_project
    WHERE upper(name) LIKE upper(%(has)s) OR upper(slug) LIKE upper(%(has)s)
"""


def hold(word: str, rows: Rows) -> Mask:
    """Rows of which the name, the address or the maker's name holds the word."""
    has = f"%{connection.ops.prep_for_like_query(word)}%"
    projects = copied(_HOLD, {"has": has}, {"id": np.int64})["id"]
    makers = Organization.objects.filter(name__icontains=word).values_list("pk", flat=True)
    return among(rows.project, projects) | among(rows.organization, makers)


def among(column: NDArray[Any], keys: Iterable[int] | Ints) -> Mask:
    """Which values are one of these keys."""
    wanted = keys if isinstance(keys, np.ndarray) else np.fromiter(keys, np.int64)
    return np.isin(column, wanted, kind="table")
