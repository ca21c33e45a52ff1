"""How things stood: what lists and pages showed, from one revision to the next (decision 0009).

Rows are added and closed, never altered or deleted. `services/periods.py` writes them in sets.
"""

from __future__ import annotations

from copy import copy
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q, UniqueConstraint

from openness.models.constraints import where_given
from openness.models.organization import Organization
from openness.models.project import Identifier, Project, Quantity
from openness.models.published import Edition, Subject
from openness.models.record import Revision
from openness.models.score import Listed, Listing, Profile

OF_PROJECT = (
    "family",
    "is_largest",
    "derived_from_id",
    "derived_from_name",
    "modality",
    "released",
    "homepage",
    "summary",
)
"""Fields of a project that `ProjectPeriod.details` keeps under their own names."""
OF_QUANTITY = (
    *("name", "low", "high", "detail", "source", "trust"),
    *("link", "record", "stated_on", "note"),
)
OF_IDENTIFIER = ("source", "kind", "reference")


RowT = TypeVar("RowT", bound=models.Model)


class PeriodQuerySet(models.QuerySet[RowT]):
    """Reads of either kind of period."""

    def at(self, revision: int) -> Self:
        """The rows that were in force when this revision was the newest; one a project."""
        return self.filter(
            Q(until__isnull=True) | Q(until__gt=revision),
            since__lte=revision,
        )


class ProjectPeriod(Listed):
    """How a project stood from one revision to another: names, profile, listing, sizes, addresses.

    `details` is {each of OF_PROJECT: its value, "quantities": [{OF_QUANTITY}], "identifiers":
    [{OF_IDENTIFIER}]}.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="periods")
    since = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    until = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="periods")
    slug = models.SlugField(max_length=120, db_index=False)
    name = models.CharField(max_length=200)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    organization_name = models.CharField(max_length=200, blank=True, db_default="")
    kind = models.CharField(max_length=20)
    details = models.JSONField()

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["project", "-since__id"]
        indexes = [
            models.Index(fields=["slug"], name="projectperiod_by_slug"),
            where_given("projectperiod", "until"),
        ]
        constraints = [
            UniqueConstraint(
                fields=["project"], condition=Q(until__isnull=True), name="projectperiod_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.slug} since {self.since_id}"

    def as_project(self) -> Project:
        """The project as it was called and described then; not to be saved."""
        maker = copy(self.organization)
        if maker is not None:
            maker.name = self.organization_name
        row = Project(
            pk=self.project_id,
            slug=self.slug,
            name=self.name,
            organization=maker,
            kind=self.kind,
            updated_at=self.updated_at,
            **{name: self.details[name] for name in OF_PROJECT},
        )
        row._state.adding = False
        return row

    def as_listing(self) -> Listing:
        """What lists showed of it then; not to be saved."""
        listed = {f.name: getattr(self, f.name) for f in Listed._meta.get_fields()}
        return Listing(
            project_id=self.project_id, profile=self.profile, revision_id=self.since_id, **listed
        )

    def quantities(self) -> list[Quantity]:
        """Its sizes then; not to be saved."""
        to_python = Quantity._meta.get_field("stated_on").to_python
        return [
            Quantity(project_id=self.project_id, **row | {"stated_on": to_python(row["stated_on"])})
            for row in self.details["quantities"]
        ]

    def identifiers(self) -> list[Identifier]:
        """Its addresses then; not to be saved."""
        return [
            Identifier(project_id=self.project_id, **row) for row in self.details["identifiers"]
        ]


class PublishedPeriod(models.Model):
    """What a publisher's subject came to in one edition, and whose it was, until that changed.

    Low, high and grade are empty where no lens reads the edition.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="periods")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="periods")
    since = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    until = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="published", null=True, blank=True
    )
    organization_name = models.CharField(
        max_length=200, blank=True, db_default="", help_text="Where it is of an organization."
    )
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    grade = models.CharField(max_length=40, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "subject", "-since__id"]
        constraints = [
            UniqueConstraint(
                fields=["edition", "subject"],
                condition=Q(until__isnull=True),
                name="publishedperiod_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} in {self.edition_id} since {self.since_id}"


class MethodVersion(models.Model):
    """From which revision on a derived lens was read in this version."""

    lens = models.CharField(max_length=20)
    version = models.CharField(max_length=20)
    since = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["lens", "-since__id"]
        constraints = [
            UniqueConstraint(fields=["lens", "version"], name="methodversion_once"),
        ]

    def __str__(self) -> str:
        return f"{self.lens} {self.version}"
