"""Take over the record of a data set: how another copy of the site came to hold what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

from openness.exports.dataset.tables import CLAIM, RECORD
from openness.models import (
    Change,
    Evidence,
    Listing,
    MethodVersion,
    Profile,
    ProjectPeriod,
    ProjectProfile,
    PublishedPeriod,
    Revision,
    Score,
)
from openness.models.evidence import claim_of
from openness.models.period import OF_PROJECT
from openness.models.score import Listed
from openness.services import tallies
from openness.services.assess import analyze
from openness.services.scores import publish
from openness.services.tables import Row, TableError, read_table

BATCH = 2000


@dataclass(slots=True)
class Places:
    """{key in the tables: key of the row here}; revisions and statements keep their numbers."""

    organizations: dict[str, int]
    projects: dict[str, int]
    editions: dict[tuple[str, str], int]
    subjects: dict[tuple[str, str], int]
    profiles: dict[str, int] = field(default_factory=dict)


def restore(folder: Path, places: Places) -> dict[str, int]:
    """Fill an empty record with that of a data set: {table: rows}; within a transaction.

    Tallies and publishers' results follow from it and are worked out. Raises TableError.
    """
    counts = _Record(folder, places).load()
    tallies.recount()
    # Finds what is on record already; only a newer rule makes a revision of its own.
    publish(revision=Revision(kind="rescore", summary="publishers' results"))
    analyze()
    return counts


class _Record:
    def __init__(self, folder: Path, places: Places) -> None:
        self.folder = folder
        self.places = places

    def load(self) -> dict[str, int]:
        counts = {
            "revisions": self._revisions(),
            "evidence": self._create("evidence", Evidence, self._evidence),
            "changes": self._create("changes", Change, self._change),
            "profiles": self._profiles(),
            "releases": self._releases(),
            "published": self._create("published", PublishedPeriod, self._published),
            "lens_versions": self._create("lens_versions", MethodVersion, self._version),
        }
        # Rows that brought their own number do not move the counter of the database.
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(
                no_style(), [Revision, Evidence, Change]
            ):
                cursor.execute(statement)
        return {name: counts[name] for name in ("evidence", *RECORD)}

    def _create(
        self, name: str, model: type[models.Model], made: Callable[[Row], models.Model]
    ) -> int:
        """Add the rows of a table, a batch at a time; how many."""
        count = 0
        for batch in self._batches(name, made):
            model._default_manager.bulk_create(batch)
            count += len(batch)
        return count

    def _batches(self, name: str, made: Callable[[Row], Any]) -> Iterator[list[Any]]:
        def each() -> Iterator[Any]:
            for line, row in read_table(self.folder, name):
                try:
                    yield made(row)
                except KeyError as error:
                    raise TableError(f"{name}.csv, line {line}: there is no {error}") from error
                except ValueError as error:
                    raise TableError(f"{name}.csv, line {line}: {error}") from error

        rows = each()
        while batch := list(islice(rows, BATCH)):
            yield batch

    def _revisions(self) -> int:
        count = 0
        for batch in self._batches("revisions", lambda row: (Revision(**row), row["at"])):
            Revision.objects.bulk_create(row for row, _ in batch)
            for row, at in batch:
                row.at = at  # adding a row has set it to now
            Revision.objects.bulk_update((row for row, _ in batch), ["at"])
            count += len(batch)
        return count

    def _evidence(self, row: Row) -> Evidence:
        claim = {column.name: row[column.name] for column in CLAIM}
        claim_of(claim)  # refuses odd words
        subject = row["subject"]
        return Evidence(
            pk=row["id"],
            project_id=self.places.projects[row["project"]],
            subject_id=self.places.subjects[row["source"], subject] if subject else None,
            author=row["author"],
            since_id=row["since"],
            superseded_id=row["until"],
            **claim,
        )

    def _change(self, row: Row) -> Change:
        row["project_id"] = self.places.projects[row.pop("project")]
        for name in ("revision", "evidence"):
            row[f"{name}_id"] = row.pop(name)
        return Change(**row)

    def _profiles(self) -> int:
        count = 0
        for batch in self._batches("profiles", lambda row: (row.pop("scores"), Profile(**row))):
            Profile.objects.bulk_create(profile for _, profile in batch)
            Score.objects.bulk_create(
                Score(profile=profile, basis="derived", **score)
                for scores, profile in batch
                for score in scores
            )
            self.places.profiles |= {profile.digest: profile.pk for _, profile in batch}
            count += len(batch)
        return count

    def _releases(self) -> int:
        """Periods; with those that stand, what lists show, and with all, who had which profile."""
        count = 0
        last: ProjectProfile | None = None
        for batch in self._batches("releases", self._release):
            ProjectPeriod.objects.bulk_create(batch)
            Listing.objects.bulk_create(row.as_listing() for row in batch if row.until_id is None)
            for period in batch:
                if last is not None and _follows(period, last):
                    last.until_id = period.until_id
                    continue
                if last is not None:
                    last.save(force_insert=True)
                last = ProjectProfile(
                    project_id=period.project_id,
                    profile_id=period.profile_id,
                    since_id=period.since_id,
                    until_id=period.until_id,
                )
            count += len(batch)
        if last is not None:
            last.save(force_insert=True)
        return count

    def _release(self, row: Row) -> ProjectPeriod:
        base, maker = row["derived_from"], row["organization"]
        row["derived_from_id"] = self.places.projects[base] if base else None
        details = {name: row[name] for name in (*OF_PROJECT, "quantities", "identifiers")}
        listed = {one.name: row[one.name] for one in Listed._meta.get_fields()}
        return ProjectPeriod(
            project_id=self.places.projects[row["project"]],
            organization_id=self.places.organizations[maker] if maker else None,
            profile_id=self.places.profiles[row["profile"]],
            since_id=row["since"],
            until_id=row["until"],
            details=details,
            **{name: row[name] for name in ("slug", "name", "organization_name", "kind")},
            **listed,
        )

    def _published(self, row: Row) -> PublishedPeriod:
        index, slug = row.pop("index"), row.pop("project")
        return PublishedPeriod(
            edition_id=self.places.editions[index, row.pop("edition")],
            subject_id=self.places.subjects[index, row.pop("subject")],
            project_id=self.places.projects[slug] if slug else None,
            since_id=row.pop("since"),
            until_id=row.pop("until"),
            **row,
        )

    def _version(self, row: Row) -> MethodVersion:
        return MethodVersion(lens=row["lens"], version=row["version"], since_id=row["since"])


def _follows(period: ProjectPeriod, last: ProjectProfile) -> bool:
    """Whether a project kept its profile from one period to the next."""
    return (period.project_id, period.profile_id, period.since_id) == (
        last.project_id,
        last.profile_id,
        last.until_id,
    )
