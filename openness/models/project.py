"""What is released: one row is one release, with its addresses elsewhere and its sizes."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Lower, Upper
from django.urls import reverse

from openness.models.constraints import choices, one_of, where_given
from openness.models.organization import Organization
from scoring.facts import QUANTITIES, Kind, Trust

IDENTIFIER_STATES = (
    "new",  # not asked yet
    "ok",
    "gated",
    "disabled",
    "moved",
    "gone_suspected",  # one 401 or 404 proves nothing
    "gone",
    "failing",
)


class Project(models.Model):
    """One release of a model, software, dataset or service. A family is a word, not a row."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="projects",
        null=True,
        blank=True,
        db_index=False,  # an index of both it and the kind is below
    )
    kind = models.CharField(max_length=20, choices=choices(Kind))
    family = models.SlugField(max_length=80, blank=True, db_index=False)
    is_largest = models.BooleanField(null=True, help_text="The largest release of its family?")
    derived_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="derivatives",
        null=True,
        blank=True,
        db_index=False,
    )
    derived_from_name = models.CharField(
        max_length=200,
        blank=True,
        help_text="The base as a source names it, if it is not a row here.",
    )
    modality = models.CharField(max_length=80, blank=True, help_text="Words separated by spaces.")
    released = models.CharField(
        max_length=10, blank=True, help_text="YYYY, YYYY-MM or YYYY-MM-DD, as far as it is known."
    )
    homepage = models.URLField(max_length=500, blank=True)
    summary = models.CharField(max_length=300, blank=True, help_text="One sentence of ours.")
    synthetic = models.BooleanField(default=False, help_text="Made by `simulate` for benchmarks.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            one_of("project", "kind", Kind),
            CheckConstraint(
                name="project_released_form",
                condition=Q(released="") | Q(released__regex=r"^\d{4}(-\d{2}(-\d{2})?)?$"),
                violation_error_message="A release date is YYYY, YYYY-MM or YYYY-MM-DD.",
            ),
            CheckConstraint(
                name="project_not_derived_from_itself",
                condition=Q(derived_from__isnull=True) | ~Q(derived_from=F("id")),
            ),
        ]
        indexes = [
            # A part of a name or address, in capitals or not, as `icontains` asks for it.
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="project_name_has"),
            GinIndex(OpClass(Upper("slug"), "gin_trgm_ops"), name="project_slug_has"),
            models.Index(fields=["name", "slug"], name="project_by_name"),
            models.Index(fields=["organization", "kind"]),
            models.Index(fields=["family"], condition=~Q(family=""), name="project_of_a_family"),
            where_given("project", "derived_from"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Path of the project's page."""
        return reverse("project", args=[self.slug])


class Identifier(models.Model):
    """The address of a project at a source, and how the last visit there went.

    `reference` is a path and can be given to another; `immutable_id` is the source's own
    unchanging id (`_id` on the Hub, `id` on GitHub), empty until it was seen.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="identifiers")
    source = models.CharField(max_length=40, help_text="hub, github, arxiv, pypi, doi, url")
    kind = models.CharField(
        max_length=40, help_text="model, dataset, repository, paper, package, page"
    )
    reference = models.CharField(max_length=500)
    listed_as = models.CharField(
        max_length=500,
        blank=True,
        help_text="The path by which the catalogue knows it, if its source has renamed it since.",
    )
    immutable_id = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=20, choices=choices(IDENTIFIER_STATES), default="new")
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=60, blank=True)
    body_sha256 = models.CharField(max_length=64, blank=True)
    fails = models.PositiveIntegerField(default=0)
    first_failed_at = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    run = models.ForeignKey(
        "RefreshRun",
        on_delete=models.SET_NULL,
        related_name="awaited",
        null=True,
        blank=True,
        help_text="The refresh that still waits for it.",
    )

    class Meta:
        ordering = ["source", "reference"]
        constraints = [
            one_of("identifier", "state", IDENTIFIER_STATES),
            UniqueConstraint(
                "source", "kind", Lower("reference"), name="identifier_is_one_project"
            ),
            CheckConstraint(
                name="identifier_lease_is_whole",
                condition=Q(leased_until__isnull=True, lease_token__isnull=True)
                | Q(leased_until__isnull=False, lease_token__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}:{self.reference}"


class Quantity(models.Model):
    """A size of a release as one source gives it: a number (low = high) or a range, base units."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="quantities", db_index=False
    )
    name = models.CharField(max_length=20, choices=choices(QUANTITIES))
    low = models.FloatField()
    high = models.FloatField()
    detail = models.CharField(max_length=80, blank=True, help_text="gpu_hours: the GPU type.")
    source = models.CharField(max_length=40, help_text="Key of the source.")
    trust = models.PositiveSmallIntegerField(default=Trust.THIRD_PARTY)
    link = models.URLField(max_length=1000, blank=True)
    record = models.URLField(max_length=1000, blank=True)
    stated_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["name", "source"]
        constraints = [
            one_of("quantity", "name", QUANTITIES),
            CheckConstraint(
                name="quantity_low_high", condition=Q(low__gt=0) & Q(low__lte=F("high"))
            ),
            UniqueConstraint(
                fields=["project", "name", "source", "detail"], name="quantity_once_a_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.low:g}" + ("" if self.low == self.high else f"..{self.high:g}")
