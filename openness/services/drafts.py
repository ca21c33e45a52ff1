"""Old drafts: what nobody has come back to is forgotten; what was sent stays for good."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from openness.models import Lookup, Submission

BATCH = 500


def kept_until(draft: Submission) -> datetime:
    """When a draft is forgotten unless it is kept again."""
    return draft.saved_at + settings.DRAFTS_KEPT


def forget_drafts() -> int:
    """Remove drafts that were not touched for `settings.DRAFTS_KEPT`; how many.

    Never anything that was sent, or that somebody is saving or sending at this moment.
    """
    forgotten = 0
    while found := _forget_some():
        forgotten += found
    return forgotten


@transaction.atomic
def _forget_some() -> int:
    old = Submission.objects.select_for_update(skip_locked=True).filter(
        status="draft", saved_at__lt=timezone.now() - settings.DRAFTS_KEPT
    )
    keys = list(old.values_list("pk", flat=True)[:BATCH])
    Lookup.objects.filter(submission__in=keys).delete()
    Submission.objects.filter(pk__in=keys).delete()
    return len(keys)
