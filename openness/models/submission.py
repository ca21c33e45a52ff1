"""What people send: proposals, kept as typed, decided by a reviewer."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q
from django.urls import reverse

from openness.models.constraints import choices, one_of
from openness.models.project import Project

STATUSES = ("draft", "pending", "accepted", "returned", "withdrawn")


def new_token() -> str:
    """A private link's unguessable part (32 characters, 192 bits)."""
    return secrets.token_urlsafe(24)


class Submission(models.Model):
    """A proposed project. `payload` holds the fields of the form as the sender typed them."""

    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    status = models.CharField(max_length=20, choices=choices(STATUSES), default="pending")
    name = models.CharField(max_length=200)
    organization = models.CharField(max_length=200, blank=True)
    payload = models.JSONField()
    email = models.EmailField(blank=True, help_text="Only to tell the outcome; never shown.")
    created_at = models.DateTimeField(auto_now_add=True)
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
            CheckConstraint(
                name="submission_decision_is_signed",
                condition=~Q(status__in=["accepted", "returned"])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
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
