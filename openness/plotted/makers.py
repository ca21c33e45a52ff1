"""Makers seen as a whole: what they have released on one line, and FMTI over its editions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import mean, median

from django.db.models import Count
from django.utils.translation import gettext as _
from markupsafe import Markup

from openness import figures, plots, words
from openness.exports.lists import WHOM
from openness.models import Listing, Organization, Score
from openness.plots import Row
from openness.plotted.plot import Plot
from openness.ranks import known, rank
from scoring.lenses import LENSES

EDITIONS = tuple(reversed(LENSES["fmti"].editions))
BROKEN_BEFORE = "2025-12"
"""From this edition on the indicators are others, so no line leads there (fmti.toml, differs)."""


DRAWN = 15
"""Makers with the most projects, who are drawn together."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What the index gave in one edition; None where it did not judge the organization."""

    key: str
    total: float | None
    rank: int | None


def dots(organizations: Collection[int]) -> dict[int, Markup]:
    """{organization: what is proven of each of its projects, on a line from 0 to 100}."""
    return {
        key: plots.strip(values, 100, label=_spoken(values))
        for key, values in _proven(organizations).items()
    }


def _proven(organizations: Collection[int]) -> dict[int, list[float]]:
    """{organization: what is proven of each of its projects}; only those that have a rank."""
    scores: dict[int, list[float]] = defaultdict(list)
    for organization, low in Listing.objects.filter(
        known(WHOM["lens"], "profile__scores__"),
        project__organization__in=organizations,
        **{f"profile__scores__{name}": value for name, value in WHOM.items()},
    ).values_list("project__organization", "profile__scores__low"):
        scores[organization].append(low or 0.0)
    return scores


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


def spoken_editions(editions: Sequence[Edition]) -> str:
    """The totals over the editions, for those who do not see them."""
    return words.sentences(
        _("%(edition)s: %(total)s") % {"edition": one.key, "total": f"{one.total:g}"}
        for one in editions
        if one.total is not None
    )


def spark(editions: Sequence[Edition]) -> Markup:
    """The totals over the editions, broken where the indicators changed."""
    broken = [one.key for one in editions].index(BROKEN_BEFORE)
    totals = [one.total for one in editions]
    return plots.editions(totals, 100, broken=broken, label=spoken_editions(editions))


def portfolios() -> Plot:
    """What is proven of each project of the makers with the most of them."""
    makers = Organization.objects.annotate(held=Count("projects__listing")).order_by("-held", "pk")
    named = dict(makers.filter(held__gt=0)[:DRAWN].values_list("pk", "name"))
    scores = _proven(named)
    held = [(name, sorted(scores[key])) for key, name in named.items() if key in scores]
    least = [name for name, values in held if median(values) < HALF]
    both = [name for name, values in held if values[0] < HALF <= values[-1]]
    sentence = _(
        "Of the %(all)s organizations with the most projects, %(low)s have less than half of the"
        " hundred points proven in most of what they release; %(both)s have released both what is"
        " mostly open and what is not."
    ) % {"all": len(held), "low": len(least), "both": len(both)}
    return Plot(
        key="organizations",
        title=_("What the largest makers release"),
        sentence=sentence,
        picture=plots.named_rows([Row(*one) for one in held], 100, label=sentence),
        head=[_("Organization"), _("Projects"), _("Least"), _("Middle"), _("Most")],
        rows=[
            (name, [len(values), *(round(f(values)) for f in (min, median, max))])
            for name, values in held
        ],
    )


HALF = 50.0  # points of a hundred


def of_editions(name: str, editions: Sequence[Edition]) -> Markup:
    """What the index gave one organization, edition by edition, as a picture by itself."""
    totals = [one.total for one in editions]
    return plots.named_rows([_edition_row(name, totals)], 100, label=spoken_editions(editions))


def transparency_plot() -> Plot:
    """What the Foundation Model Transparency Index gave companies, edition by edition."""
    judged = transparency(Organization.objects.values_list("pk", flat=True))
    names = dict(Organization.objects.filter(pk__in=judged).values_list("pk", "name"))
    held = sorted(
        ((names[key], [one.total for one in editions]) for key, editions in judged.items()),
        key=lambda one: (-(one[1][-1] if one[1][-1] is not None else -1.0), one[0]),
    )
    return Plot(
        key="fmti",
        title=_("Transparency of companies, by edition"),
        sentence=(sentence := _editions_sentence([totals for _name, totals in held])),
        picture=plots.named_rows([_edition_row(*one) for one in held], 100, label=sentence),
        head=[_("Organization"), *EDITIONS],
        rows=[
            (name, [None if total is None else round(total) for total in totals])
            for name, totals in held
        ],
    )


def _edition_row(name: str, totals: Sequence[float | None]) -> Row:
    """Rounds for the editions that ask the same, squares for those after the break."""
    broken = EDITIONS.index(BROKEN_BEFORE)
    before, after = (
        [t for t in part if t is not None] for part in (totals[:broken], totals[broken:])
    )
    return Row(name, before, after, joined=True)


def _editions_sentence(held: Sequence[Sequence[float | None]]) -> str:
    broken = EDITIONS.index(BROKEN_BEFORE)
    newest = [totals[-1] for totals in held if totals[-1] is not None]
    twice = [
        totals[broken - 1] - totals[0]  # type: ignore[operator]  # neither is None, see below
        for totals in held
        if totals[0] is not None and totals[broken - 1] is not None
    ]
    said = {
        "edition": EDITIONS[-1],
        "n": len(newest),
        "middle": f"{median(newest):g}" if newest else figures.DASH,
        "first": EDITIONS[0],
        "second": EDITIONS[broken - 1],
        "m": len(twice),
        "gain": f"{mean(twice):.0f}" if twice else figures.DASH,
    }
    return (
        _(
            "In %(edition)s the middle one of %(n)s companies disclosed %(middle)s of 100 things"
            " (squares). From %(first)s to %(second)s (rounds, joined) the %(m)s that were judged"
            " twice gained %(gain)s on average. The indicators of the newest edition are others, so"
            " no line leads there."
        )
        % said
    )
