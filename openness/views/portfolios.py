"""What an organization has released, seen as a whole: its scores on one line, FMTI by edition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from markupsafe import Markup

from openness import figures, plots
from openness.exports.lists import WHOM
from openness.models import Listing, Score
from openness.ranks import known, rank
from scoring.lenses import LENSES

EDITIONS = tuple(reversed(LENSES["fmti"].editions))
BROKEN_BEFORE = "2025-12"
"""From this edition on the indicators are others, so no line leads there (fmti.toml, differs)."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What the index gave in one edition; None where it did not judge the organization."""

    key: str
    total: float | None
    rank: int | None


def dots(organizations: Collection[int]) -> dict[int, Markup]:
    """{organization: what is proven of each of its projects, on a line from 0 to 100}."""
    scores: dict[int, list[float]] = defaultdict(list)
    for organization, low in Listing.objects.filter(
        known(WHOM["lens"], "profile__scores__"),
        project__organization__in=organizations,
        **{f"profile__scores__{name}": value for name, value in WHOM.items()},
    ).values_list("project__organization", "profile__scores__low"):
        scores[organization].append(low or 0.0)
    return {key: plots.strip(values, 100, label=_spoken(values)) for key, values in scores.items()}


def _spoken(values: Sequence[float]) -> str:
    said = {
        "n": len(values),
        "least": figures.score(min(values), min(values), "open-to-whom"),
        "most": figures.score(max(values), max(values), "open-to-whom"),
    }
    if len(values) == 1:
        return _("One project, %(least)s of 100 proven") % said
    return _("%(n)s projects, from %(least)s to %(most)s of 100 proven") % said


def transparency(organizations: Collection[int]) -> dict[int, list[Edition]]:
    """{organization: what the index gave it, the oldest edition first}; only those it judged."""
    found: dict[int, dict[str, Score]] = defaultdict(dict)
    for score in Score.objects.filter(
        lens="fmti", subject__organization__in=organizations
    ).select_related("subject"):
        if score.subject and score.subject.organization_id:
            found[score.subject.organization_id][score.version] = score
    rank(score for scores in found.values() for score in scores.values())
    return {
        key: [
            Edition(edition, scores[edition].low, scores[edition].rank)
            if edition in scores
            else Edition(edition, None, None)
            for edition in EDITIONS
        ]
        for key, scores in found.items()
    }


def spark(editions: Sequence[Edition]) -> Markup:
    """The totals over the editions, broken where the indicators changed."""
    said = [
        _("%(edition)s: %(total)s") % {"edition": one.key, "total": f"{one.total:g}"}
        for one in editions
        if one.total is not None
    ]
    broken = [one.key for one in editions].index(BROKEN_BEFORE)
    totals = [one.total for one in editions]
    return plots.editions(totals, 100, broken=broken, label="; ".join(said))
