"""Load the tables of the open data set into the site, and write those that we ship."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import models, transaction

from openness.exports.dataset.files import write_csv
from openness.exports.dataset.rows import SHIPPED, rows, statements_in_force
from openness.exports.dataset.tables import CATALOGUE, CLAIM
from openness.models import (
    Edition,
    Identifier,
    Organization,
    Project,
    Quantity,
    Revision,
    Subject,
)
from openness.models.evidence import claim_of
from openness.services.hold import Statements, hold
from openness.services.periods import keep_published
from openness.services.record import record_judgements
from openness.services.restore import Places, restore
from openness.services.scores import publish
from openness.services.tables import Row, TableError, read_table
from openness.sources.reading import EditionOf, Reading, Said
from scoring.facts import Claim

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Loaded:
    """Counts by table, and whether anything changed at all."""

    tables: dict[str, Counter[str]]

    @property
    def changed(self) -> bool:
        """Whether a row was created or updated."""
        return any(counts["created"] or counts["updated"] for counts in self.tables.values())

    def as_json(self) -> dict[str, Any]:
        """The output of `load_catalogue`."""
        names = ("created", "updated", "unchanged")
        return {
            "changed": self.changed,
            **{table: {n: counts[n] for n in names} for table, counts in self.tables.items()},
        }


class Loader:
    """One run of loading a folder of tables; whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counts: dict[str, Counter[str]] = {name: Counter() for name in CATALOGUE}
        # A record can only be taken over whole, by a site that has none of its own.
        self.with_record = (folder / "revisions.csv").exists() and not (
            Revision.objects.exists() or Project.objects.exists()
        )

    @transaction.atomic
    def load(self) -> Loaded:
        """Make the site hold what the tables say; rows that they do not name stay as they are.

        An empty site also takes over the record of a data set: its revisions, former statements,
        changes and results. Raises TableError for a table that cannot be read or a reference to
        nothing.
        """
        self._upsert("organizations", Organization, ("slug",), lambda row: row)
        self.organizations = self._keys(Organization)
        self._load_projects()
        self.projects = self._keys(Project)
        self.renamed = self._renamed()
        self._upsert("identifiers", Identifier, ("source", "kind", "reference"), self._of_project)
        self._upsert(
            "quantities", Quantity, ("project_id", "name", "source", "detail"), self._of_project
        )
        self._upsert("editions", Edition, ("index", "key"), lambda row: row)
        self._upsert("subjects", Subject, ("index", "key"), self._subject)
        self.subjects = {(s.index, s.key): s for s in Subject.objects.all()}
        touched = self._load_judgements()
        if self.with_record:
            return self._restore()
        revision = self._load_evidence()
        publish(subjects=[self.subjects[at] for at in touched], revision=revision)
        keep_published(revision)
        return Loaded(self.counts)

    def _restore(self) -> Loaded:
        editions = {(row.index, row.key): row.pk for row in Edition.objects.all()}
        subjects = {at: row.pk for at, row in self.subjects.items()}
        taken = restore(self.folder, Places(self.organizations, self.projects, editions, subjects))
        self.counts |= {name: Counter(created=count) for name, count in taken.items()}
        return Loaded(self.counts)

    @staticmethod
    def _keys(model: type[Organization] | type[Project]) -> dict[str, int]:
        return dict(model._default_manager.values_list("slug", "pk"))

    def _renamed(self) -> dict[tuple[str, str, str], str]:
        """{source, kind and path in small letters: the path at present}, as sources write it now.

        A table names an address as it was when the table was written. A present path that it names
        as well is that row's.
        """
        named = {
            (row["source"], row["kind"], row["reference"])
            for _, row in read_table(self.folder, "identifiers")
        }
        return {
            (source, kind, (before or now).lower()): now
            for source, kind, before, now in Identifier.objects.values_list(
                "source", "kind", "listed_as", "reference"
            )
            if (source, kind, now) not in named
        }

    def _reference(self, table: dict[Any, Any], key: Any, name: str, line: int) -> Any:
        if key not in table:
            raise TableError(f"{name}.csv, line {line}: there is no {key!r}")
        return table[key]

    def _upsert(
        self,
        name: str,
        model: type[models.Model],
        key: tuple[str, ...],
        values: Callable[[Row], Row],
    ) -> None:
        """Create or update the rows of one table by their natural key."""
        held = {tuple(getattr(row, k) for k in key): row for row in model._default_manager.all()}
        create, update, seen = [], [], set()
        columns: set[str] = set()
        for line, raw in read_table(self.folder, name):
            row = values(raw | {"_line": line})
            row.pop("_line")
            at = tuple(row[k] for k in key)
            if at in seen:
                raise TableError(f"{name}.csv, line {line}: {' '.join(map(str, at))} twice")
            seen.add(at)
            old = held.get(at)
            if old is None:
                create.append(model(**row))
            elif any(getattr(old, column) != value for column, value in row.items()):
                for column, value in row.items():
                    setattr(old, column, value)
                update.append(old)
                columns |= row.keys()
            else:
                self.counts[name]["unchanged"] += 1
        model._default_manager.bulk_create(create, batch_size=BATCH)
        if update:
            model._default_manager.bulk_update(update, sorted(columns - set(key)), batch_size=BATCH)
        self.counts[name]["created"] += len(create)
        self.counts[name]["updated"] += len(update)

    def _of_project(self, row: Row) -> Row:
        name = "identifiers" if "reference" in row else "quantities"
        row["project_id"] = self._reference(self.projects, row.pop("project"), name, row["_line"])
        if name == "identifiers":
            at = (row["source"], row["kind"], row["reference"].lower())
            row["reference"] = self.renamed.get(at, row["reference"])
            if not row["immutable_id"]:
                # A worker may have seen it: a table that does not say it does not deny it.
                del row["immutable_id"]
        return row

    def _load_projects(self) -> None:
        """Projects first without their base, then the bases, which may stand further down."""
        bases: dict[str, tuple[int, str]] = {}

        def values(row: Row) -> Row:
            bases[row["slug"]] = (row["_line"], row.pop("derived_from"))
            maker = row.pop("organization")
            row["organization_id"] = (
                self._reference(self.organizations, maker, "projects", row["_line"])
                if maker
                else None
            )
            return row

        self._upsert("projects", Project, ("slug",), values)
        keys = self._keys(Project)
        changed = []
        for project in Project.objects.filter(slug__in=bases):
            line, base = bases[project.slug]
            pk = self._reference(keys, base, "projects", line) if base else None
            if project.derived_from_id != pk:
                project.derived_from_id = pk
                changed.append(project)
        Project.objects.bulk_update(changed, ["derived_from"], batch_size=BATCH)

    def _subject(self, row: Row) -> Row:
        for name, table in (("project", self.projects), ("organization", self.organizations)):
            slug = row.pop(name)
            row[f"{name}_id"] = (
                self._reference(table, slug, "subjects", row["_line"]) if slug else None
            )
        row["feeds"] = row["feeds"] is not False
        return row

    def _load_judgements(self) -> set[tuple[str, str]]:
        editions = {(e.index, e.key): e for e in Edition.objects.all()}
        said: dict[tuple[str, str, str], list[Said]] = defaultdict(list)
        for line, row in read_table(self.folder, "judgements"):
            at = (row.pop("index"), row.pop("edition"), row.pop("subject"))
            self._reference(editions, at[:2], "judgements", line)
            self._reference(self.subjects, (at[0], at[2]), "judgements", line)
            said[at].append(Said(**row | {"links": tuple(row["links"])}))
        readings = [
            Reading(
                edition=EditionOf(index=index, key=edition, title=""),
                key=key,
                name="",
                said=tuple(cells),
            )
            for (index, edition, key), cells in said.items()
        ]
        touched = record_judgements(readings, self.subjects, editions, {})
        new = sum(len(r.said) for r in readings if (r.edition.index, r.key) in touched)
        self.counts["judgements"]["created"] = new
        self.counts["judgements"]["unchanged"] = sum(len(r.said) for r in readings) - new
        return touched

    def _load_evidence(self) -> Revision:
        """Hold the statements; the revision of the load, deleted again if nothing changed."""
        groups: dict[tuple[int, str, str], list[Claim]] = defaultdict(list)
        authors: dict[tuple[int, str, str], str] = {}
        for line, row in read_table(self.folder, "evidence"):
            if row["until"] is not None:
                continue
            project = self._reference(self.projects, row["project"], "evidence", line)
            subject = row["subject"]
            if subject:
                self._reference(self.subjects, (row["source"], subject), "evidence", line)
            try:
                claim = claim_of({column.name: row[column.name] for column in CLAIM})
            except ValueError as error:
                raise TableError(f"evidence.csv, line {line}: {error}") from error
            groups[project, row["source"], subject].append(claim)
            authors[project, row["source"], subject] = row["author"]
        revision = Revision.objects.create(kind="catalogue", summary="the shipped catalogue")
        held = hold(
            (
                Statements(
                    project_id=project,
                    claims=claims,
                    source=source,
                    subject=self.subjects[source, subject] if subject else None,
                    author=authors[project, source, subject],
                )
                for (project, source, subject), claims in groups.items()
            ),
            revision=revision,
        )
        counts = self.counts["evidence"]
        counts["created"], counts["updated"] = held.created, held.superseded
        counts["unchanged"] = sum(map(len, groups.values())) - held.created
        if not Loaded(self.counts).changed:
            revision.delete()
            return Revision(kind="catalogue", summary=revision.summary)
        return revision


def load(folder: Path = SHIPPED) -> Loaded:
    """Load a folder of tables; whole or not at all. Raises TableError."""
    return Loader(folder).load()


def write_catalogue(folder: Path) -> dict[str, int]:
    """Write the tables that our repository ships into a folder: {table: number of rows}."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {}
    for name, table in CATALOGUE.items():
        found = statements_in_force() if name == "evidence" else rows(name)
        counts[name] = write_csv(folder / f"{name}.csv", table.shipped, found)
    return counts
