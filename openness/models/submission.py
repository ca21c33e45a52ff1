"""What people send: proposals, kept as typed, decided by a reviewer."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.urls import reverse
from django.utils import timezone

from openness.models.constraints import choices, one_of
from openness.models.project import Project
from scoring.components import COMPONENTS

STATUSES = ("draft", "pending", "accepted", "returned", "withdrawn")
SUBMISSION_KINDS = (
    "project",  # a new release
    "correction",  # statements about a release that is here
    "report",  # something is wrong with a release as a whole
)
DECISIONS = ("accept", "return")
WHOLE = "project"
"""What stands for the submission itself beside its statements, as in `Change.field`."""


def new_token() -> str:
    """A private link's unguessable part (32 characters, 192 bits)."""
    return secrets.token_urlsafe(24)


class Submission(models.Model):
    """A proposed project or correction. `payload` holds the form's fields as the sender typed them.

    `project` is the release that is corrected, or the one that a new one became.
    """

    kind = models.CharField(
        max_length=20, choices=choices(SUBMISSION_KINDS), default="project", db_index=True
    )
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    status = models.CharField(max_length=20, choices=choices(STATUSES), default="pending")
    name = models.CharField(max_length=200)
    organization = models.CharField(max_length=200, blank=True)
    payload = models.JSONField()
    once = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="Sum of the form as it was opened and sent: the same again is the same.",
    )
    email = models.EmailField(blank=True, help_text="Only to tell the outcome; never shown.")
    language = models.CharField(
        max_length=10, blank=True, help_text="In which the sender is written to."
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="submissions",
        help_text="Who sent it, if signed in; nobody accepts their own.",
    )
    created_at = models.DateTimeField(
        default=timezone.now, help_text="When it was sent; of a draft, when it was begun."
    )
    saved_at = models.DateTimeField(auto_now=True)
    maintainer_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the sender's token was seen where only a maintainer can put it.",
    )
    maintainer_seen = models.URLField(max_length=500, blank=True, help_text="Where it was seen.")
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="When the sender was written to."
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )
    reason = models.TextField(blank=True, help_text="Why it was returned; shown to the sender.")
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="submissions"
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            one_of("submission", "status", STATUSES),
            one_of("submission", "kind", SUBMISSION_KINDS),
            UniqueConstraint(fields=["once"], condition=~Q(once=""), name="submission_once"),
            CheckConstraint(
                name="submission_correction_has_project",
                condition=Q(kind="project") | Q(project__isnull=False),
            ),
            CheckConstraint(
                name="submission_decision_is_signed",
                condition=~Q(status__in=["accepted", "returned"])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            CheckConstraint(
                name="submission_maintainer_was_seen",
                condition=Q(maintainer_at__isnull=True) | ~Q(maintainer_seen=""),
            ),
            CheckConstraint(
                name="submission_accepted_has_project",
                condition=~Q(status="accepted") | Q(project__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.status})"

    def get_absolute_url(self) -> str:
        """Path of the private page that tells the sender how it stands."""
        return reverse("submission", args=[self.token])


class Review(models.Model):
    """One reviewer's word on one statement of a submission; undone, it stays and counts no more."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="reviews")
    part = models.CharField(
        max_length=40, choices=choices((WHOLE, *COMPONENTS)), help_text="A component, or project."
    )
    decision = models.CharField(max_length=10, choices=choices(DECISIONS))
    decides = models.BooleanField(
        default=True, help_text="False: the first of two acceptances that the statement takes."
    )
    reason = models.TextField(blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews"
    )
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            one_of("review", "part", (WHOLE, *COMPONENTS)),
            one_of("review", "decision", DECISIONS),
            CheckConstraint(
                name="review_return_says_why", condition=~Q(decision="return") | ~Q(reason="")
            ),
            UniqueConstraint(
                fields=["submission", "part"],
                condition=Q(undone_at__isnull=True, decides=True),
                name="review_decides_once",
            ),
            UniqueConstraint(
                fields=["submission", "part", "reviewer"],
                condition=Q(undone_at__isnull=True),
                name="review_once_a_reviewer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part}: {self.decision}"
