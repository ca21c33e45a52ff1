"""The log of visits does not grow for ever: what nobody needs any more is removed."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from openness.models import Fetch

BATCH = 5000


def prune_log() -> int:
    """Remove visits older than `settings.VISITS_KEPT`; how many.

    Never one that brought a snapshot: it says when and from where the bytes came that observations,
    and by them evidence, were read in.
    """
    old = Fetch.objects.filter(at__lt=timezone.now() - settings.VISITS_KEPT, snapshot__isnull=True)
    removed = 0
    while keys := list(old.order_by("at").values_list("pk", flat=True)[:BATCH]):
        removed += Fetch.objects.filter(pk__in=keys).delete()[0]
    return removed
