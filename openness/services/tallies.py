"""Tallies: how many list rows have which value, changed with the rows and in their transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection
from django.db.models import Count

from openness.models import Listing, Tally
from openness.models.score import scores_of
from openness.services.copying import copy_in
from scoring.lenses import LENSES
from scoring.result import Value

OfValue = tuple[str, str, float | None, float | None, str]
"""Lens, version, low, high and grade."""

_OF_VALUE = ("lens", "version", "low", "high", "grade")
_COLUMNS = (*_OF_VALUE, "key", "projects")
_ALL = """
    SELECT s.lens, s.version, s.low, s.high, s.grade, sum(l.n)
    FROM openness_score s
    JOIN (SELECT profile_id, count(*) AS n FROM openness_listing GROUP BY profile_id) l
    USING (profile_id)
    GROUP BY s.lens, s.version, s.low, s.high, s.grade
"""
_ADD = """
    INSERT INTO openness_tally (lens, version, low, high, grade, key, projects) VALUES {rows}
    ON CONFLICT (lens, version, grade, coalesce(low, -1.0::float8), coalesce(high, -1.0::float8))
    DO UPDATE SET projects = openness_tally.projects + excluded.projects
"""


def recount() -> None:
    """Count all list rows, about 0.2 s a million; what is right already is not written again."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL)
        counted = {(lens, *value): int(n) for lens, *value, n in cursor.fetchall()}
        if counted != {
            tuple(of): n for *of, n in Tally.objects.values_list(*_OF_VALUE, "projects")
        }:
            Tally.objects.all().delete()
            rows = (_row(of_value, n) for of_value, n in counted.items())
            copy_in(cursor, "openness_tally", _COLUMNS, rows)


def count(moved: Mapping[int, int], scored: Mapping[str, Collection[int]]) -> None:
    """Take in by how many list rows each profile has more or fewer: {profile: difference}.

    `scored` are the profiles that just got their score, by lens: all of their rows are new to it.
    A handful of rows change by what has moved; in one order, so that no two writers wait for each
    other.
    """
    of_value: Counter[OfValue] = Counter()
    new = {profile for profiles in scored.values() for profile in profiles}
    held = Listing.objects.filter(profile__in=new).order_by().values_list("profile")
    held_by = dict(held.annotate(n=Count("pk"))) if new else {}
    for score in scores_of({profile for profile, n in moved.items() if n} | new):
        profile = score.profile_id or 0
        is_new = score.version == LENSES[score.lens].version and profile in scored.get(
            score.lens, ()
        )
        n = held_by.get(profile, 0) if is_new else moved.get(profile, 0)
        of_value[score.lens, score.version, *score.stored] += n
    rows = sorted(
        (_row(value, n) for value, n in of_value.items() if n), key=lambda row: repr(row[:5])
    )
    if rows:
        line = f"({', '.join(['%s'] * len(_COLUMNS))})"
        with connection.cursor() as cursor:
            cursor.execute(
                _ADD.format(rows=", ".join([line] * len(rows))),
                [cell for row in rows for cell in row],
            )


def _row(of_value: OfValue, n: int) -> tuple[Any, ...]:
    lens, _version, low, high, grade = of_value
    key = LENSES[lens].rank_key(Value(low, high, grade)) if lens in LENSES else None
    return (*of_value, None if key is None else list(map(float, key)), n)
