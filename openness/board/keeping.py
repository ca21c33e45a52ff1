"""The one board of a process: read once, then kept up with what others commit.

What changes a list row is on record as the beginning or end of a period (decision 0009), under a
revision. A revision may be committed after a later one, so the newest are remembered one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from threading import RLock

import numpy as np
from django.db import connection

from openness.board.board import Board
from openness.board.columns import Ints, Licenses, Mask, Profiles, Rows, fetch, rows_of
from openness.consistent import newest, snapshot

MOST_CHANGED, MOST_MOVED = 50_000, 20_000
"""List rows that are taken in one by one, and those that may come, go or be renamed meanwhile;
where there are more, all are read again."""


NAMING = {"edit", "catalogue", "import"}
"""Kinds of revisions under which an organization may have got another name."""


class _Held:
    """The board, the newest revisions that are in it, and whether its thread is at it already."""

    board: Board | None = None
    seen: tuple[int, ...] = ()
    lock = RLock()
    inside = False


@contextmanager
def board() -> Iterator[Board]:
    """The board as the database stands now, for one thread at a time.

    Within another `board()` it is the same one: what is asked of it there has one state.
    """
    with _Held.lock:
        if _Held.inside and _Held.board is not None:
            yield _Held.board
            return
        state = newest()
        if _Held.board is None or state != _Held.seen:
            with snapshot():
                state = newest()
                if _Held.board is None or not _kept_up(_Held.board, _Held.seen):
                    _Held.board = None  # the memory of the old one is free for the new one
                    _Held.board = _read()
            _Held.seen = state
        _Held.inside = True
        try:
            yield _Held.board
        finally:
            _Held.inside = False


def forget() -> None:
    """Read everything when the board is next asked for."""
    _Held.board = None


def _read() -> Board:
    found = fetch()
    profiles, licenses = Profiles(), Licenses()
    profiles.learn(found["profile"])
    licenses.learn()
    return Board(rows_of(found, profiles, licenses), profiles, licenses)


def _kept_up(held: Board, seen: tuple[int, ...]) -> bool:
    """Take in what has been committed; False where everything has to be read anew."""
    found = _changed(seen)
    if found is None:
        return False
    projects, kinds = found
    named = bool(projects) and not kinds & NAMING
    if projects:
        in_place = _take_in(held, projects)
        if in_place is None:
            return False
        named &= in_place
    if not named:
        held.words.clear()
    held.kept.clear()
    # A lens may have been read in a new version before all profiles had their scores by it.
    for key, standing in list(held.standings.items()):
        if standing.covered.all():
            standing.learn(held.profiles)
            standing.count(held.rows.profile)
        else:
            del held.standings[key]
    return True


def _changed(seen: tuple[int, ...]) -> tuple[list[int], set[str]] | None:
    """The projects that another period began or ended for, and the kinds of revisions since.

    None for very many, or unknown ones.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, kind FROM openness_revision WHERE id > %s AND NOT id = ANY(%s)",
            [min(seen, default=0), list(seen)],
        )
        revisions = dict(cursor.fetchall())
        if "simulate" in revisions.values():  # the only one that takes rows and periods out
            return None
        cursor.execute(
            "SELECT project_id FROM openness_projectperiod WHERE since_id = ANY(%(new)s)"
            " UNION SELECT project_id FROM openness_projectperiod WHERE until_id = ANY(%(new)s)"
            " LIMIT %(most)s",
            {"new": list(revisions), "most": MOST_CHANGED + 1},
        )
        projects = [project for (project,) in cursor.fetchall()]
    kinds = set(revisions.values())
    return (projects, kinds) if len(projects) <= MOST_CHANGED else None


def _take_in(held: Board, projects: list[int]) -> bool | None:
    """Let these projects stand as the database has them; whether names are where they were.

    None where too many come, go or are renamed.
    """
    found = fetch(projects)
    held.profiles.learn(found["profile"])
    held.licenses.learn(projects)
    changed = rows_of(found, held.profiles, held.licenses)
    old = np.flatnonzero(np.isin(held.rows.project, projects))
    before = dict(zip(held.rows.project[old].tolist(), old.tolist(), strict=True))
    at = np.array([before.get(key, -1) for key in changed.project.tolist()], np.int64)
    stay: Mask = (
        (at >= 0) & (held.rows.name[at] == changed.name) & (held.rows.slug[at] == changed.slug)
        if len(held.rows)
        else at >= 0
    )
    gone = np.setdiff1d(old, at[stay])
    if len(gone) + int((~stay).sum()) > MOST_MOVED:
        return None
    same_makers = bool((held.rows.organization[at[stay]] == changed.organization[stay]).all())
    for column in fields(Rows):
        getattr(held.rows, column.name)[at[stay]] = getattr(changed, column.name)[stay]
    if len(gone) or not stay.all():
        _move(held.rows, gone, changed, np.flatnonzero(~stay))
        return False
    return same_makers


def _move(rows: Rows, gone: Ints, changed: Rows, new: Ints) -> None:
    """Take out the rows at `gone`, and put in the `new` ones of the changed by name."""
    for column in fields(Rows):
        setattr(rows, column.name, np.delete(getattr(rows, column.name), gone))
    following = _next_by_name(changed.project[new].tolist())
    named = np.flatnonzero(np.isin(rows.project, [key for key in following.values() if key]))
    at: dict[int | None, int] = {None: len(rows)}
    at |= dict(zip(rows.project[named].tolist(), named.tolist(), strict=True))
    for project in reversed(changed.project[new].tolist()):  # the one that follows has its place
        at[project] = at[following[project]]
    before = [at[project] for project in changed.project[new].tolist()]
    for column in fields(Rows):
        held, more = getattr(rows, column.name), getattr(changed, column.name)[new]
        setattr(rows, column.name, np.insert(held, before, more))


def _next_by_name(projects: list[int]) -> dict[int, int | None]:
    """{project: the one that follows it in a list by name; None for the last}."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, n.id FROM openness_project p LEFT JOIN LATERAL ("
            "SELECT n.id FROM openness_project n JOIN openness_listing l ON l.project_id = n.id"
            " WHERE (n.name, n.slug) > (p.name, p.slug) ORDER BY n.name, n.slug LIMIT 1"
            ") n ON true WHERE p.id = ANY(%s)",
            [projects],
        )
        return dict(cursor.fetchall())
