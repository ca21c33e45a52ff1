"""List rows: from what is on record of projects to what lists show of them, in sets.

Very many projects have the same said of them. Those are alike: one of them is settled, and the
others get the list row that it gets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from openness.facts import by_key, facts_in_batches
from openness.models import Listing, Profile, ProjectProfile, Revision
from openness.models.evidence import CLAIM_COLUMNS
from openness.prepared import Given, Prepared, Statement, among
from openness.services.copying import append
from openness.services.references import checked_at_once
from scoring.facts import Facts
from scoring.hardware import known
from scoring.licenses import Rights, license_class
from scoring.profile import Profile as PureProfile
from scoring.profile import profile_of
from scoring.reconcile import sourced, statements

BATCH = 2000

COLUMNS = (
    "profile_id",
    "license",
    "license_ids",
    "license_class",
    "weights_least",
    "weights_most",
    "api_least",
    "api_most",
    "parameters",
    "statements",
    "sourced",
)
"""The columns of a list row that follow from what is on record."""


@dataclass(frozen=True, slots=True)
class Written:
    """A list row that was written: of which project, with which profile, and which it had."""

    project: int
    profile: int
    before: int | None

    @property
    def moved(self) -> bool:
        """Whether the project got another profile."""
        return self.profile != self.before


class Alike:
    """Remembers what lists show of projects, by all that this follows from."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}  # {digest: place in `rows`}
        self.rows: list[dict[str, object]] = []  # {column of COLUMNS: value}

    def places(self, projects: Sequence[int]) -> dict[int, int]:
        """{project: place in `rows` of what lists show of it}; settles one of each."""
        with connection.cursor() as cursor:
            _DIGESTS.execute(cursor, {"projects": list(projects)}, rows=len(projects))
            digests: dict[int, str] = dict(cursor.fetchall())
        first = {digest: project for project, digest in digests.items()}
        new = {first[digest]: digest for digest in first.keys() - self._places.keys()}
        for batch in facts_in_batches(by_key(keys=sorted(new))):
            pure = {project.pk: profile_of(facts) for project, facts in batch}
            digest_of = {project: profile.digest() for project, profile in pure.items()}
            profiles = profile_rows({digest_of[project]: pure[project] for project in pure})
            for project, facts in batch:
                listing = listing_of(facts, profiles[digest_of[project.pk]])
                self._places[new[project.pk]] = len(self.rows)
                self.rows.append({column: getattr(listing, column) for column in COLUMNS})
        return {project: self._places[digest] for project, digest in digests.items()}


def write_listings(alike: Alike, projects: Sequence[int], revision: Revision) -> list[Written]:
    """Bring the list rows and profiles of these projects up to date; those that were written.

    `revision` is saved when something differs; call it in the transaction of the change.
    """
    places = alike.places(projects)
    rows = [{"place": place} | alike.rows[place] for place in set(places.values())]
    given: dict[str, Any] = {
        "projects": list(places),
        "places": list(places.values()),
        "rows": json.dumps(rows),
        "now": timezone.now(),
    }
    with connection.cursor() as cursor:
        _DIFFERS.execute(cursor, given, rows=len(places))
        written = [Written(*row) for row in cursor.fetchall()]
        if not written:
            return []
        if revision._state.adding:
            revision.save()
        if moved := [row for row in written if row.moved]:
            _keep_profiles(moved, revision)
        kept = f"added.revision_id = {revision.pk:d}"
        with checked_at_once(Listing, rows=len(written), where=kept):
            given |= {"revision": revision.pk, "written": [row.project for row in written]}
            _WRITE.execute(cursor, given, rows=len(places))
    return written


def _keep_profiles(moved: Sequence[Written], revision: Revision) -> None:
    """Begin the periods of the profiles that these projects got."""
    # Of all that moved: a list row that somebody took out by hand left its period open.
    ProjectProfile.objects.filter(
        project__in=[row.project for row in moved], until__isnull=True
    ).update(until=revision)
    append(
        ProjectProfile,
        ("project_id", "profile_id", "since_id"),
        ((row.project, row.profile, revision.pk) for row in moved),
        number=len(moved),
    )


# What a list row follows from: of statements and sizes all but where they stand and in which words
# (whether it is said where counts); of a base, which one it is.
_SAID = [name for name in CLAIM_COLUMNS if name not in ("link", "record", "note")]
_WORDS = {
    "said": ", ".join(f"e.{name}" for name in _SAID),
    "columns": ", ".join(COLUMNS),
    "of_row": ", ".join(f"row.{column}" for column in COLUMNS),
    "wanted": ", ".join(f"wanted.{column}" for column in COLUMNS),
    "held": ", ".join(f"held.{column}" for column in COLUMNS),
    "typed": ", ".join(
        f"{column} {Listing._meta.get_field(column).db_type(connection)}" for column in COLUMNS
    ),
    "excluded": ", ".join(
        f"{column} = excluded.{column}" for column in (*COLUMNS, "revision_id", "updated_at")
    ),
}


def _sql(name: str, text: str) -> Statement:
    """A statement with the names of columns put in; they are our own constants."""
    return Statement(name, text.format(**_WORDS))


_DIGESTS = _sql(
    "digests",
    """
SELECT p.id, md5(ROW(
    p.kind, p.modality, p.derived_from_id, p.derived_from_name <> '',
    p.organization_id IS NOT NULL AND p.organization_id = base.organization_id,
    (SELECT array_agg(ROW({said}, e.link <> '' OR e.record <> '')::text
                      ORDER BY e.component, e.source, e.id)
     FROM openness_evidence e WHERE e.project_id = p.id AND e.superseded_id IS NULL),
    (SELECT array_agg(ROW(q.name, q.low, q.high, q.detail, q.source, q.trust, q.stated_on)::text
                      ORDER BY q.name, q.source, q.detail)
     FROM openness_quantity q WHERE q.project_id = p.id)
)::text)
FROM openness_project p LEFT JOIN openness_project base ON base.id = p.derived_from_id
WHERE p.id = ANY(%(projects)s)
""",
)
_WANTED = """
WITH wanted AS (
    SELECT of.project_id, {of_row}
    FROM unnest(%(projects)s::bigint[], %(places)s::int[]) AS of(project_id, place)
    JOIN jsonb_to_recordset(%(rows)s) AS row(place int, {typed}) USING (place)
)
"""
_DIFFERS = _sql(
    "differing",
    _WANTED
    + """
SELECT wanted.project_id, wanted.profile_id, held.profile_id
FROM wanted LEFT JOIN openness_listing held USING (project_id)
WHERE held.project_id IS NULL OR ({wanted}) IS DISTINCT FROM ({held})
ORDER BY wanted.project_id
""",
)
_WRITE = _sql(
    "listings",
    _WANTED
    + """
INSERT INTO openness_listing (project_id, {columns}, revision_id, updated_at)
SELECT wanted.*, %(revision)s::bigint, %(now)s::timestamptz FROM wanted
WHERE wanted.project_id = ANY(%(written)s)
ORDER BY wanted.project_id
ON CONFLICT (project_id) DO UPDATE SET {excluded}
""",
)


def listing_of(facts: Facts, profile_id: int) -> Listing:
    """The list row of these facts, still without its project."""
    rights = Rights(facts.use, facts.modify, facts.share)
    size = known(facts.quantities, "parameters")
    return Listing(
        profile_id=profile_id,
        license=facts.license_id[:300],
        license_ids=license_ids(facts.license_id[:300]),
        license_class=license_class(rights),
        weights_least=facts.access.least,
        weights_most=facts.access.most,
        api_least=facts.hosted.least,
        api_most=facts.hosted.most,
        parameters=round(size[0]) if size and size[0] == size[1] else None,
        statements=statements(facts),
        sourced=sourced(facts),
        updated_at=timezone.now(),
    )


def license_ids(expression: str) -> list[str]:
    """Each license of an expression, once, in its order; WITH stays beside its license."""
    parts = re.split(r"\s+(?:AND|OR)\s+", expression.replace("(", " ").replace(")", " "))
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def profile_rows(by_digest: Mapping[str, PureProfile]) -> dict[str, int]:
    """{digest: key of the profile row} of {digest: profile}, rows made where missing."""
    found = dict(_profiles(digests=list(by_digest)))
    missing = {digest: profile for digest, profile in by_digest.items() if digest not in found}
    if not missing:
        return found
    Profile.objects.bulk_create(
        (
            Profile(
                digest=digest,
                canonical=profile.canonical(),
                states=profile.states(),
                runs_on=profile.runs_on(),
            )
            for digest, profile in missing.items()
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    return dict(_profiles(digests=list(by_digest)))


@Prepared
def _profiles(digests: Given) -> QuerySet[Profile, tuple[str, int]]:
    return Profile.objects.filter(among("digest", digests)).values_list("digest", "pk")
