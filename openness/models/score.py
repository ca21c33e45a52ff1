"""Results. A derived value lives on a profile, a published one on a publisher's subject."""

from collections.abc import Collection

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Coalesce

from openness.models.constraints import choices, one_of, ordered, where_given
from openness.models.project import Project
from openness.models.published import Subject
from openness.models.record import Revision
from openness.prepared import Given, Prepared, among
from scoring.facts import Access, Hosting
from scoring.lenses import LENSES
from scoring.result import Value

BASES = ("published", "derived")
LICENSE_CLASSES = ("open", "conditional", "noncommercial", "forbidden", "unstated", "unknown")
ACTORS = ("laptop", "workstation", "lab", "cluster")


class Profile(models.Model):
    """All that the derived lenses read of a project, once for the many projects that share it."""

    digest = models.CharField(max_length=64, unique=True, help_text="sha256 of the canonical form.")
    canonical = models.TextField(help_text="`scoring.profile.Profile` in its canonical form.")
    states = models.JSONField(help_text="{component key: least open state}, for floors in filters.")
    runs_on = models.CharField(max_length=20, choices=choices(ACTORS), blank=True)

    class Meta:
        constraints = [one_of("profile", "runs_on", ACTORS, blank=True)]
        indexes = [GinIndex(name="profile_states", fields=["states"], opclasses=["jsonb_path_ops"])]

    def __str__(self) -> str:
        return self.digest[:12]


class ProjectProfile(models.Model):
    """Which profile a project had, from which revision to which. The record: never lost."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="profiles")
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="projects")
    since = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    until = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )

    class Meta:
        ordering = ["project", "-since__id"]
        indexes = [where_given("projectprofile", "until")]
        constraints = [
            UniqueConstraint(
                fields=["project"], condition=Q(until__isnull=True), name="projectprofile_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.profile_id}"


class Score(models.Model):
    """One value of one lens: of a profile (derived) or of a publisher's subject (published).

    Version is the method's id for derived values and the edition's key for published ones.
    Low and high are rounded to 6 decimals; equal stored values share a rank.
    """

    profile = models.ForeignKey(
        Profile,
        on_delete=models.PROTECT,
        related_name="scores",
        null=True,
        blank=True,
        db_index=False,  # score_once_a_profile begins with it
    )
    subject = models.ForeignKey(
        Subject,
        on_delete=models.PROTECT,
        related_name="scores",
        null=True,
        blank=True,
        db_index=False,  # score_once_a_subject begins with it
    )
    lens = models.CharField(max_length=20)
    basis = models.CharField(max_length=10, choices=choices(BASES))
    version = models.CharField(max_length=20)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    grade = models.CharField(max_length=40, blank=True)

    rank: int | None = None
    """Over the whole lens, basis and version; no column: who shows it counts it (`ranks.rank`)."""

    class Meta:
        constraints = [
            one_of("score", "basis", BASES),
            ordered("score", "low", "high"),
            CheckConstraint(
                name="score_of_profile_or_subject",
                condition=Q(basis="derived", profile__isnull=False, subject__isnull=True)
                | Q(basis="published", profile__isnull=True, subject__isnull=False),
            ),
            UniqueConstraint(
                fields=["profile", "lens", "version"],
                condition=Q(profile__isnull=False),
                name="score_once_a_profile",
            ),
            UniqueConstraint(
                fields=["subject", "lens", "version"],
                condition=Q(subject__isnull=False),
                name="score_once_a_subject",
            ),
        ]
        indexes = [models.Index(fields=["lens", "basis", "version"])]

    def __str__(self) -> str:
        return f"{self.lens} {self.low}..{self.high} {self.grade}".rstrip()

    @property
    def stored(self) -> tuple[float | None, float | None, str]:
        """The value; equal ones share a rank."""
        return self.low, self.high, self.grade

    @property
    def known(self) -> bool:
        """Whether it says anything, and so has a rank."""
        return LENSES[self.lens].rank_key(Value(*self.stored)) is not None


@Prepared
def _scores(profiles: Given) -> models.QuerySet[Score]:
    return Score.objects.filter(among("profile", profiles)).order_by()


def scores_of(profiles: Collection[int]) -> list[Score]:
    """All scores of these profiles, by any lens and version."""
    return _scores(profiles=list(profiles)) if profiles else []


class Tally(models.Model):
    """How many list rows have one value by a derived lens: what ranks are counted from.

    Changed by whoever moves list rows, in the same transaction (services/tallies.py).
    """

    lens = models.CharField(max_length=20)
    version = models.CharField(max_length=20)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    grade = models.CharField(max_length=40, blank=True)
    key = ArrayField(
        models.FloatField(), null=True, help_text="The better, the larger; null: nothing known."
    )
    projects = models.IntegerField()

    class Meta:
        constraints = [
            UniqueConstraint(
                "lens",
                "version",
                "grade",
                # Before PostgreSQL 15 nulls are never equal.
                Coalesce("low", -1.0),
                Coalesce("high", -1.0),
                name="tally_once_a_value",
            ),
        ]
        indexes = [models.Index(fields=["lens", "version", "key"], name="tally_in_order")]

    def __str__(self) -> str:
        return f"{self.lens} {self.low}..{self.high} {self.grade}: {self.projects}"


class Listed(models.Model):
    """What a list shows of a project beside its names and its result."""

    license = models.CharField(
        max_length=300, blank=True, help_text="Expression, our id or raw text."
    )
    license_ids = ArrayField(
        models.CharField(max_length=300),
        default=list,
        blank=True,
        help_text="Each id in it, for filters.",
    )
    license_class = models.CharField(
        max_length=20, choices=choices(LICENSE_CLASSES), default="unknown"
    )
    weights_least = models.CharField(max_length=20, choices=choices(Access), default="unknown")
    weights_most = models.CharField(max_length=20, choices=choices(Access), default="unknown")
    api_least = models.CharField(max_length=20, choices=choices(Hosting), default="unknown")
    api_most = models.CharField(max_length=20, choices=choices(Hosting), default="unknown")
    parameters = models.BigIntegerField(null=True, blank=True)
    statements = models.PositiveSmallIntegerField(default=0)
    sourced = models.PositiveSmallIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        abstract = True


class Listing(Listed):
    """What a list shows of a project now, precomputed from its evidence; one row a project."""

    project = models.OneToOneField(Project, on_delete=models.PROTECT, primary_key=True)
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="listings")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            one_of("listing", "license_class", LICENSE_CLASSES),
            one_of("listing", "weights_least", Access),
            one_of("listing", "api_least", Hosting),
            CheckConstraint(
                name="listing_sourced_of_statements",
                condition=Q(sourced__lte=models.F("statements")),
            ),
        ]
        indexes = [
            GinIndex(name="listing_license_ids", fields=["license_ids"]),
            models.Index(fields=["license_class"]),
            models.Index(fields=["parameters"]),
        ]

    def __str__(self) -> str:
        return f"listing of {self.project_id}"
