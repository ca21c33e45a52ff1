"""Keep how things stand: close what differs now and add it anew, in sets (decision 0009)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from django.db import connection, models
from django.db.models import QuerySet

from openness.models import MethodVersion, ProjectPeriod, PublishedPeriod, Revision
from openness.models.period import OF_IDENTIFIER, OF_PROJECT, OF_QUANTITY
from openness.prepared import Prepared, Statement
from openness.services.references import MANY, checked_at_once
from scoring.lenses import Lens

_LISTED = (
    *("profile_id", "slug", "name", "organization_id", "organization_name", "kind"),
    *("license", "license_ids", "license_class"),
    *("weights_least", "weights_most", "api_least", "api_most"),
    *("parameters", "statements", "sourced", "details"),
)


def _of(row: str, names: Collection[str]) -> str:
    return ", ".join(f"{row}.{name}" for name in names)


def _gathered(table: str, row: str, names: Collection[str], order: str) -> str:
    """What hangs on the projects in scope, as one list a project: {row}.found."""
    return (
        f"LEFT JOIN (SELECT {row}.project_id, jsonb_agg(to_jsonb(kept) ORDER BY {order}) AS found"  # noqa: S608 our own constants
        f" FROM {table} {row} CROSS JOIN LATERAL (SELECT {_of(row, names)}) kept"
        f" WHERE {row}.project_id IN (SELECT l.project_id FROM openness_listing l WHERE {{scope}})"
        f" GROUP BY {row}.project_id) {row} ON {row}.project_id = p.id"
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """A table of periods, and the present state that it follows."""

    model: type[models.Model]
    key: tuple[str, ...]  # of what stands
    compared: tuple[str, ...]  # a difference in one of these begins a new row
    carried: tuple[str, ...]  # kept along
    live: str  # the present state: key, compared and carried
    scope: str  # the column that names what is looked at


_NAMES, _MADE = ("slug", "name", "organization_id", "kind"), ("organization_name", "details")
_PROJECTS = _Kept(
    model=ProjectPeriod,
    key=("project_id",),
    compared=_LISTED,
    carried=("updated_at",),
    live=" ".join(
        (
            "SELECT l.project_id, l.updated_at,",
            ", ".join(f"{'p' if n in _NAMES else 'l'}.{n}" for n in _LISTED if n not in _MADE),
            ", coalesce(o.name, '') AS organization_name, to_jsonb(details) AS details",
            "FROM openness_listing l JOIN openness_project p ON p.id = l.project_id",
            "LEFT JOIN openness_organization o ON o.id = p.organization_id",
            _gathered("openness_quantity", "q", OF_QUANTITY, "q.name, q.source, q.detail"),
            _gathered("openness_identifier", "i", OF_IDENTIFIER, "i.source, i.kind, i.reference"),
            # A row as an object is made in half the time of an object of names and values.
            f"CROSS JOIN LATERAL (SELECT {_of('p', OF_PROJECT)},",
            "coalesce(q.found, '[]') AS quantities, coalesce(i.found, '[]') AS identifiers",
            ") details WHERE {scope}",
        )
    ),
    scope="project_id",
)
_PUBLISHED = _Kept(
    model=PublishedPeriod,
    key=("edition_id", "subject_id"),
    compared=("project_id", "organization_name", "low", "high", "grade"),
    carried=(),
    live="SELECT j.edition_id, j.subject_id, u.project_id, s.low, s.high,"
    " coalesce(s.grade, '') AS grade, coalesce(o.name, '') AS organization_name"
    " FROM (SELECT DISTINCT edition_id, subject_id FROM openness_judgement l WHERE {scope}) j"
    " JOIN openness_subject u ON u.id = j.subject_id"
    " JOIN openness_edition e ON e.id = j.edition_id"
    " LEFT JOIN openness_organization o ON o.id = u.organization_id"
    " LEFT JOIN openness_score s ON s.subject_id = j.subject_id AND s.basis = 'published'"
    " AND s.lens = e.index AND s.version = e.key",
    scope="subject_id",
)


def keep_projects(revision: Revision, projects: Collection[int] | None = None) -> bool:
    """Record how these projects (None: all) stand now, where that differs from what is on record.

    Any number of projects takes the same few statements. `revision` is saved when it is needed.
    Returns whether something differed; call it in the transaction of the change.
    """
    return _keep(_PROJECTS, revision, projects)


def keep_new(revision: Revision) -> None:
    """The same of the projects whose list rows came with this revision; they have no period yet."""
    of_revision = "l.revision_id = %(revision)s"
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN.format(**_words(_PROJECTS, of_revision)), {"revision": revision.pk})


def keep_published(revision: Revision, subjects: Collection[int] | None = None) -> bool:
    """The same of what publishers' subjects (None: all) come to in every edition."""
    return _keep(_PUBLISHED, revision, subjects)


def keep_methods(revision: Revision, lenses: Collection[Lens]) -> bool:
    """Record that derived lenses are read in their present versions; whether one is new."""
    held = set(_methods())
    new = [lens for lens in lenses if (lens.key, lens.version) not in held]
    if new and revision._state.adding:
        revision.save()
    MethodVersion.objects.bulk_create(
        MethodVersion(lens=lens.key, version=lens.version, since=revision) for lens in new
    )
    return bool(new)


@Prepared
def _methods() -> QuerySet[MethodVersion, tuple[str, str]]:
    return MethodVersion.objects.order_by().values_list("lens", "version")


# What is on record and open, beside what is so now; each is looked at as far as `only` says.
_BOTH = "WITH live AS MATERIALIZED ({live}), held AS (SELECT * FROM {table} held WHERE {open})"
_DIFFERS = " ".join(
    (
        _BOTH,
        "SELECT EXISTS (SELECT FROM held FULL JOIN live ON {same_key}",
        "WHERE ({now}) IS DISTINCT FROM ({then}))",
    )
)
_CLOSE = (
    "WITH live AS MATERIALIZED ({live})"
    " UPDATE {table} held SET until_id = %(revision)s WHERE {open} AND NOT EXISTS ("
    "SELECT FROM live WHERE {same_key} AND ({now}) IS NOT DISTINCT FROM ({then}))"
)
_BEGIN_THOSE = "INSERT INTO {table} ({columns}, since_id) SELECT {values}, %(revision)s::bigint"
_ADD = f"{_BOTH} {_BEGIN_THOSE} FROM live LEFT JOIN held ON {{same_key}} WHERE held.id IS NULL"
_BEGIN = f"{_BEGIN_THOSE} FROM ({{live}}) live"


def _words(kept: _Kept, scope: str) -> dict[str, str]:
    """What the statements on a table of periods are made of; all of it constants of ours."""

    columns = (*kept.key, *kept.compared, *kept.carried)
    return {
        "live": kept.live.format(scope=scope),
        "table": kept.model._meta.db_table,
        "same_key": " AND ".join(f"live.{name} = held.{name}" for name in kept.key),
        "now": _of("live", kept.compared),
        "then": _of("held", kept.compared),
        "columns": ", ".join(columns),
        "values": _of("live", columns),
    }


@cache
def _statements(kept: _Kept, *, of_all: bool) -> list[Statement]:
    """What tells whether something differs, what closes it, and what adds it anew."""

    def scoped(row: str) -> str:
        return "true" if of_all else f"{row}.{kept.scope} = ANY(%(only)s)"

    words = _words(kept, scoped("l")) | {"open": f"held.until_id IS NULL AND {scoped('held')}"}
    texts = {"periods_differ": _DIFFERS, "periods_end": _CLOSE, "periods_begin": _ADD}
    return [Statement(name, text.format(**words)) for name, text in texts.items()]


def _keep(kept: _Kept, revision: Revision, only: Collection[int] | None) -> bool:
    differs, close, add = _statements(kept, of_all=only is None)
    rows = MANY if only is None else len(only)
    given: dict[str, int | list[int] | None] = {"only": None if only is None else list(only)}
    with connection.cursor() as cursor:
        if revision._state.adding:
            differs.execute(cursor, given, rows=rows)
            if not cursor.fetchone()[0]:
                return False
            revision.save()
        given["revision"] = revision.pk
        close.execute(cursor, given, rows=rows)
        closed = cursor.rowcount
        with checked_at_once(kept.model, rows=rows):
            add.execute(cursor, given, rows=rows)
        return bool(closed or cursor.rowcount)
