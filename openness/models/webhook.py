"""Receivers of webhooks, and every message that was sent to them."""

from __future__ import annotations

import base64
import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.urls import reverse
from django.utils import timezone

from openness.models.constraints import choices, one_of
from openness.models.record import Revision

RECEIVER_STATES = (
    "active",
    "paused",  # by its owner
    "failed",  # by us: it has not answered for days
    "gone",  # by itself: it answered 410
)


def new_key() -> str:
    """The public name of a receiver (16 characters of a URL)."""
    return secrets.token_urlsafe(12)


def new_secret() -> str:
    """A secret as Standard Webhooks writes it: `whsec_` and 32 random bytes in base64."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


class ReceiverQuerySet(models.QuerySet["Receiver"]):
    """Reads of receivers."""

    def due(self) -> Self:
        """Those that may be sent to now and that no worker has in hand."""
        now = timezone.now()
        free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
        return self.filter(free, state="active", next_due_at__lte=now)


class Receiver(models.Model):
    """An address that is told of changes as they are recorded.

    `told` is the revision before which everything was told; `fails` counts attempts in a row.
    """

    key = models.CharField(max_length=24, unique=True, default=new_key, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="receivers"
    )
    url = models.URLField(max_length=500)
    asked = models.CharField(
        max_length=1000, blank=True, help_text="Which changes, as a query string of the feeds."
    )
    secret = models.CharField(max_length=80, default=new_secret, editable=False)
    language = models.CharField(max_length=10, blank=True, help_text="Of letters to the owner.")
    state = models.CharField(max_length=10, choices=choices(RECEIVER_STATES), default="active")
    created_at = models.DateTimeField(auto_now_add=True)
    told = models.PositiveBigIntegerField(default=0)
    fails = models.PositiveSmallIntegerField(default=0)
    first_failed_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(default=timezone.now, db_index=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)

    objects = ReceiverQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            one_of("receiver", "state", RECEIVER_STATES),
            UniqueConstraint(fields=["owner", "url", "asked"], name="receiver_once"),
            CheckConstraint(
                name="receiver_lease_is_whole",
                condition=Q(leased_until__isnull=True, lease_token__isnull=True)
                | Q(leased_until__isnull=False, lease_token__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.url}: {self.state}"

    def get_absolute_url(self) -> str:
        """Path of the page that its owner sees."""
        return reverse("webhook", args=[self.key])


class Delivery(models.Model):
    """One message to one receiver: a revision, or the first word after it was registered."""

    receiver = models.ForeignKey(Receiver, on_delete=models.CASCADE, related_name="deliveries")
    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(default=0, help_text="0: no whole answer.")
    words = models.CharField(max_length=200, blank=True, help_text="Why it failed last.")
    seconds = models.FloatField(default=0)

    class Meta:
        ordering = ["-tried_at", "-pk"]
        verbose_name_plural = "deliveries"
        constraints = [
            UniqueConstraint(
                fields=["receiver", "revision"],
                nulls_distinct=False,
                name="delivery_once_a_revision",
            )
        ]

    def __str__(self) -> str:
        return self.message

    @property
    def message(self) -> str:
        """The id of the message: the same at each attempt, so that it is acted upon once."""
        return f"msg_{self.receiver.key}_{self.revision_id or 'ping'}"
