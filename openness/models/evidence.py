"""What we hold to be so, one statement a row, beside what publishers said (`published`)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from openness.models.constraints import choices, one_of, where_given
from openness.models.project import Project
from openness.models.published import Subject
from openness.models.record import Revision
from openness.models.submission import Submission
from scoring.components import COMPONENTS
from scoring.facts import (
    Access,
    Claim,
    Hosting,
    LadderT,
    Method,
    Right,
    Span,
    Stage,
    State,
    Trust,
)

PARTIAL_REASONS = (
    "subset",
    "sample_only",
    "gated",
    "one_stage_only",
    "incomplete_doc",
    "covers_parts",
    "no_versioned_package",
    "paid",
    "restricted_audience",
)


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Reads of evidence."""

    def in_force(self) -> Self:
        """Rows that have not been superseded."""
        return self.filter(superseded__isnull=True)

    def at(self, revision: int) -> Self:
        """Rows that were in force when this revision was the newest."""
        return self.filter(
            Q(superseded__isnull=True) | Q(superseded__gt=revision), since__lte=revision
        )


class Evidence(models.Model):
    """What we hold to be so of one component of one release, as one source says it.

    Rows are never altered in meaning or deleted: a newer statement of the same source sets
    `superseded` to its revision. The fields are those of `scoring.facts.Claim`.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="evidence")
    component = models.CharField(max_length=40, choices=choices(COMPONENTS))
    state = models.CharField(max_length=10, choices=choices(State))
    state_most = models.CharField(max_length=10, choices=choices(State), blank=True)
    partial_reason = models.CharField(max_length=30, choices=choices(PARTIAL_REASONS), blank=True)
    gate = models.CharField(max_length=20, blank=True)
    listed = models.CharField(max_length=20, blank=True)
    access_least = models.CharField(max_length=20, choices=choices(Access), blank=True)
    access_most = models.CharField(max_length=20, choices=choices(Access), blank=True)
    hosting_least = models.CharField(max_length=20, choices=choices(Hosting), blank=True)
    hosting_most = models.CharField(max_length=20, choices=choices(Hosting), blank=True)
    license_raw = models.TextField(blank=True)
    license_id = models.CharField(max_length=200, blank=True)
    license_source = models.CharField(max_length=20, blank=True)
    right_use = models.CharField(max_length=20, choices=choices(Right), blank=True)
    right_modify = models.CharField(max_length=20, choices=choices(Right), blank=True)
    right_share = models.CharField(max_length=20, choices=choices(Right), blank=True)
    stage = models.CharField(max_length=10, choices=choices(Stage), blank=True)
    merged = models.BooleanField(default=False)
    publication = models.CharField(max_length=20, blank=True)
    covers = models.CharField(max_length=40, blank=True)
    completeness = models.CharField(max_length=20, blank=True)
    origin = models.CharField(max_length=20, blank=True)
    price = models.CharField(max_length=20, blank=True)
    audience = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=40, help_text="Key of the source.")
    trust = models.PositiveSmallIntegerField(default=Trust.THIRD_PARTY)
    link = models.URLField(max_length=1000, blank=True, help_text="The primary material.")
    record = models.URLField(
        max_length=1000, blank=True, help_text="The source's own record of it."
    )
    note = models.TextField(blank=True)
    stated_on = models.DateField(null=True, blank=True)
    expires_at = models.DateField(null=True, blank=True)
    method = models.CharField(max_length=10, choices=choices(Method))
    confidence = models.PositiveSmallIntegerField(default=3)
    subject = models.ForeignKey(
        Subject,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        db_index=False,
    )
    submission = models.ForeignKey(
        Submission,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        db_index=False,
    )
    author = models.CharField(
        max_length=120, blank=True, help_text="Who stated it, if a person did."
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    since = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="evidence")
    superseded = models.ForeignKey(
        Revision,
        on_delete=models.PROTECT,
        related_name="superseded",
        null=True,
        blank=True,
        db_index=False,
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ["project", "component", "-trust", "source"]
        indexes = [
            where_given("evidence", name)
            for name in ("subject", "submission", "reviewer", "superseded")
        ]
        constraints = [
            one_of("evidence", "component", COMPONENTS),
            one_of("evidence", "state", State),
            one_of("evidence", "state_most", State, blank=True),
            one_of("evidence", "partial_reason", PARTIAL_REASONS, blank=True),
            one_of("evidence", "gate", ("none", "click_through", "by_request"), blank=True),
            one_of("evidence", "listed", ("yes", "no", "not_recorded"), blank=True),
            one_of("evidence", "stage", Stage, blank=True),
            one_of("evidence", "method", Method),
            one_of("evidence", "completeness", ("full", "partial", "not_judged"), blank=True),
            one_of("evidence", "origin", ("own", "third_party"), blank=True),
            CheckConstraint(
                name="evidence_access_of_weights",
                condition=Q(access_least="", access_most="")
                | (
                    Q(
                        component__in=[
                            "weights_end",
                            "weights_base",
                            "weights_intermediate",
                            "source_code",
                        ]
                    )
                    & ~Q(access_least="")
                    & ~Q(access_most="")
                ),
            ),
            CheckConstraint(
                name="evidence_hosting_of_hosted",
                condition=Q(hosting_least="", hosting_most="")
                | (
                    Q(component__in=["hosted_ui", "hosted_api"])
                    & ~Q(hosting_least="")
                    & ~Q(hosting_most="")
                ),
            ),
            CheckConstraint(
                name="evidence_confidence_1_to_5",
                condition=Q(confidence__gte=1) & Q(confidence__lte=5),
            ),
            CheckConstraint(
                name="evidence_review_is_signed",
                condition=~Q(trust=Trust.REVIEWED) | Q(reviewer__isnull=False) | ~Q(author=""),
            ),
            UniqueConstraint(
                fields=["project", "component", "source", "subject"],
                condition=Q(superseded__isnull=True),
                nulls_distinct=False,
                name="evidence_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.component}: {self.state} ({self.source})"

    @property
    def sourced(self) -> bool:
        """Whether the statement names a place where it can be checked."""
        return bool(self.link or self.record)

    def claim(self) -> Claim:
        """The row as `scoring` reads it."""
        return claim_of({name: getattr(self, name) for name in CLAIM_COLUMNS})


def claim_of(columns: Mapping[str, Any]) -> Claim:
    """The claim in these columns (those of `claim_fields`). Raises ValueError for odd words."""

    def span(name: str, word: type[LadderT]) -> Span[LadderT] | None:
        if not columns[f"{name}_least"]:
            return None
        return Span(word(columns[f"{name}_least"]), word(columns[f"{name}_most"]))

    def right(name: str) -> Right | None:
        return Right(columns[f"right_{name}"]) if columns[f"right_{name}"] else None

    return Claim(
        **{name: columns[name] for name in _SAME_IN_BOTH},
        state=State(columns["state"]),
        state_most=State(columns["state_most"]) if columns["state_most"] else None,
        access=span("access", Access),
        hosting=span("hosting", Hosting),
        use=right("use"),
        modify=right("modify"),
        share=right("share"),
        stage=Stage(columns["stage"]) if columns["stage"] else None,
        merged=bool(columns["merged"]),
        trust=Trust(columns["trust"]),
        method=Method(columns["method"]),
    )


def claim_fields(claim: Claim) -> dict[str, str | bool | int | date | None]:
    """The columns of a claim: {column: value}, blanks for what it does not say."""
    return {
        **{name: getattr(claim, name) for name in _SAME_IN_BOTH},
        "state": str(claim.state),
        "state_most": str(claim.state_most or ""),
        "access_least": str(claim.access.least) if claim.access else "",
        "access_most": str(claim.access.most) if claim.access else "",
        "hosting_least": str(claim.hosting.least) if claim.hosting else "",
        "hosting_most": str(claim.hosting.most) if claim.hosting else "",
        "right_use": str(claim.use or ""),
        "right_modify": str(claim.modify or ""),
        "right_share": str(claim.share or ""),
        "stage": str(claim.stage or ""),
        "merged": claim.merged,
        "trust": int(claim.trust),
        "method": str(claim.method),
    }


# Fields that are the same plain value in the claim and in its row.
_SAME_IN_BOTH = (
    "component",
    "partial_reason",
    "gate",
    "listed",
    "license_raw",
    "license_id",
    "license_source",
    "publication",
    "covers",
    "completeness",
    "origin",
    "price",
    "audience",
    "source",
    "link",
    "record",
    "note",
    "stated_on",
    "expires_at",
    "confidence",
)
CLAIM_COLUMNS = tuple(claim_fields(Claim(component="", state=State.UNKNOWN)))
