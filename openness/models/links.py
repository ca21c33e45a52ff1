"""Links that statements rest on, and whether they still lead to what they led to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q

from openness.models.constraints import choices, one_of
from openness.prepared import Given, Prepared, among

LINK_STATES = (
    "new",  # not asked yet
    "ok",
    "redirected",
    "blocked",  # it lets no machine in, which says nothing of the page
    "suspected",  # did not answer as it should; one such answer proves nothing
    "dead",
    "soft_404",  # answers, with another page in place of the one that was there
)


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    """Reads of link checks."""

    def idle(self) -> Self:
        """Those that no worker has in hand."""
        now = models.functions.Now()
        return self.filter(Q(leased_until__isnull=True) | Q(leased_until__lt=now))


class LinkCheck(models.Model):
    """One link and what its last check found; `title` and `size` are of the page when it was well.

    A link that is dead makes a statement stale, never false.
    """

    url = models.CharField(max_length=1000, unique=True)
    host = models.CharField(max_length=255, db_index=True)
    state = models.CharField(max_length=20, choices=choices(LINK_STATES), default="new")
    status = models.PositiveSmallIntegerField(default=0, help_text="0: no whole answer.")
    leads_to = models.CharField(max_length=2000, blank=True, help_text="Where it redirects to.")
    title = models.CharField(max_length=200, blank=True)
    size = models.PositiveIntegerField(null=True, blank=True, help_text="Bytes, of the beginning.")
    checked_at = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    fails = models.PositiveSmallIntegerField(default=0, help_text="Checks in a row that failed.")
    first_failed_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(db_index=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        ordering = ["url"]
        constraints = [
            one_of("linkcheck", "state", LINK_STATES),
            CheckConstraint(
                name="linkcheck_lease_is_whole",
                condition=Q(leased_until__isnull=True, lease_token__isnull=True)
                | Q(leased_until__isnull=False, lease_token__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.url}: {self.state}"


@Prepared
def _checked(urls: Given) -> models.QuerySet[LinkCheck]:
    return LinkCheck.objects.filter(among("url", urls), checked_at__isnull=False).order_by()


def last_checks(urls: Iterable[str]) -> dict[str, LinkCheck]:
    """{url: its last check}, those left out that were never checked."""
    asked = {url for url in urls if url}
    return {row.url: row for row in _checked(urls=list(asked))} if asked else {}
