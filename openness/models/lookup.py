"""Looks at addresses that people gave: what a worker found there, and when."""

from django.db import models
from django.db.models import CheckConstraint, Q

from openness.models.constraints import choices, one_of
from openness.models.refresh import MEANINGS
from openness.models.submission import Submission

PURPOSES = (
    "form",  # to fill in what a source tells of a release
    "link",  # to show a reviewer what stands at a link
    "token",  # to find the sender's token at the release's own address
)


class Lookup(models.Model):
    """One look at one address. A row without `done_at` waits for its worker."""

    purpose = models.CharField(max_length=10, choices=choices(PURPOSES))
    url = models.CharField(max_length=500)
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, null=True, blank=True, related_name="lookups"
    )
    source = models.CharField(
        max_length=40, blank=True, help_text="Whose interface was asked; empty: the page itself."
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(default=0, help_text="0: no whole answer.")
    meaning = models.CharField(max_length=20, choices=choices(MEANINGS), blank=True)
    words = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    landed = models.CharField(max_length=2000, blank=True, help_text="Where redirects led.")
    observed = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            one_of("lookup", "purpose", PURPOSES),
            one_of("lookup", "meaning", MEANINGS, blank=True),
            CheckConstraint(
                name="lookup_done_means_something",
                condition=Q(done_at__isnull=True, meaning="")
                | (Q(done_at__isnull=False) & ~Q(meaning="")),
            ),
            CheckConstraint(
                name="lookup_of_a_submission",
                condition=Q(purpose="form") | Q(submission__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["purpose", "url", "-id"])]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.url}"
