"""Scores follow evidence, in sets: whatever changed since the last time is assessed together."""

from __future__ import annotations

from openness.models import PendingScore
from openness.services.assess import Assessed, assess

# One set; what remains comes with the next, so that no task grows without bound.
AT_ONCE = 2000


def score_pending() -> Assessed | None:
    """Assess what waits for it, at most `AT_ONCE` projects; None if nothing does.

    A project that changes again meanwhile keeps its mark, for the mark is younger than the one
    that was taken in. Killed at any point, the marks are still there.
    """
    waiting = list(PendingScore.objects.values_list("project_id", "since")[:AT_ONCE])
    if not waiting:
        return None
    done = assess(projects=[project for project, _ in waiting])
    newest = max(since for _, since in waiting)
    PendingScore.objects.filter(
        project__in=[project for project, _ in waiting], since__lte=newest
    ).delete()
    return done
