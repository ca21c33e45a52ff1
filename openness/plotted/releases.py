"""How open releases are, by year, by size, by machine, and by one lens against another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from django.db.models import Count, F, Q
from django.db.models.functions import Floor, Left
from django.utils.translation import gettext as _
from markupsafe import Markup

from openness import figures, plots, words
from openness.exports.lists import WHOM
from openness.filters import Query
from openness.models import Score
from openness.plotted.plot import Plot, Table
from openness.rankings import count, filtered
from openness.ranks import known
from scoring.lenses import LENSES

TENTHS = 10
FIRST_YEAR = 2017
"""Releases before are drawn in one column: the lens is about what came after."""

SIZES = (1e9, 3e9, 10e9, 30e9, 100e9, 300e9)
"""Where a column of sizes ends; parameters."""

PAIRED = ("mof", "osai", "opening-up")
"""Lenses with a number of their own for projects, which can be set against ours."""


def _binned(query: Query) -> Counter[tuple[str, int]]:
    """{(release year or blank, tenth of the score): how many}, of projects with a rank."""
    rows = (
        filtered(query)
        .filter(_of_lens())
        .annotate(year=Left("project__released", 4), tenth=Floor(F("profile__scores__low") / 10))
        .order_by()
        .values_list("year", "tenth")
        .annotate(n=Count("pk", distinct=True))
    )
    return Counter({(year, min(int(tenth), TENTHS - 1)): n for year, tenth, n in rows})


def _of_lens() -> Q:
    path = "profile__scores__"
    of_lens = Q(**{f"{path}{name}": value for name, value in WHOM.items()})
    return of_lens & known(WHOM["lens"], path)


def by_date(query: Query) -> Plot:
    """How much of releases is proven open, by the year they came out."""
    found = _binned(query)
    last = max((int(year) for year, _tenth in found if year), default=FIRST_YEAR)
    years = list(range(FIRST_YEAR, last + 1))
    counts: Counter[tuple[int, int]] = Counter()
    for (year, tenth), n in found.items():
        if year:
            counts[max(int(year) - FIRST_YEAR, 0), tenth] += n
    names = [f"≤ {FIRST_YEAR}", *map(str, years[1:])]
    halves = {
        at: sum(n for (x, y), n in counts.items() if x == at and y >= 5) for at in range(len(years))
    }
    totals = {at: sum(n for (x, _y), n in counts.items() if x == at) for at in range(len(years))}
    best = max(halves, key=lambda at: halves[at] / totals[at] if totals[at] else 0)
    said = {
        "year": names[best].removeprefix("≤ "),
        "n": halves[best],
        "total": totals[best],
        "latest": names[-1],
        "m": halves[len(years) - 1],
        "all": totals[len(years) - 1],
    }
    sentence = (
        _(
            "Of what came out in %(latest)s, %(m)s of %(all)s projects have at least half of the"
            " hundred points proven; the largest share of any year was %(year)s with %(n)s of"
            " %(total)s. What nobody has put on record counts as not proven."
        )
        % said
    )
    return Plot(
        key="by-date",
        title=_("Openness by year of release"),
        sentence=sentence,
        picture=_squares(counts, names, _("year of release"), sentence),
        head=[_("Year"), *_tenths()],
        rows=_table(counts, names),
    )


def by_size(query: Query) -> Plot:
    """How much of models is proven open, by their size."""
    rows = (
        filtered(query)
        .filter(_of_lens(), parameters__isnull=False)
        .annotate(tenth=Floor(F("profile__scores__low") / 10))
        .order_by()
        .values_list("parameters", "tenth")
        .annotate(n=Count("pk", distinct=True))
    )
    counts: Counter[tuple[int, int]] = Counter()
    for parameters, tenth, n in rows:
        counts[sum(parameters >= size for size in SIZES), min(int(tenth), TENTHS - 1)] += n
    names = [
        f"< {SIZES[0] / 1e9:g}",
        *(f"{low / 1e9:g}–{high / 1e9:g}" for low, high in pairwise(SIZES)),
        f"≥ {SIZES[-1] / 1e9:g}",
    ]
    small = sum(n for (x, y), n in counts.items() if x <= 2 and y >= 5)
    large = sum(n for (x, y), n in counts.items() if x >= 5 and y >= 5)
    sentence = _(
        "Below 10B parameters %(small)s of %(all_small)s models have at least half of the hundred"
        " points proven, from 100B on %(large)s of %(all_large)s."
    ) % {
        "small": small,
        "all_small": sum(n for (x, _y), n in counts.items() if x <= 2),
        "large": large,
        "all_large": sum(n for (x, _y), n in counts.items() if x >= 5),
    }
    return Plot(
        key="by-size",
        title=_("Openness against size"),
        sentence=sentence,
        picture=_squares(counts, names, _("billion parameters"), sentence),
        head=[_("Billion parameters"), *_tenths()],
        rows=_table(counts, names),
    )


def machines(query: Query) -> Plot:
    """Of the models that anybody may download: the smallest machine on which each runs."""
    downloads = Query.of(query.string(kind="model", weights="public,click_through"))
    total = count(downloads)
    rows = [
        (words.of(words.ACTORS, actor), count(Query.of(downloads.string(runs_on=actor))))
        for actor in words.ACTORS
    ]
    rows.append((_("Not on record"), total - sum(n for _name, n in rows)))
    sentence = _(
        "Of %(total)s models whose weights anybody may download, %(laptop)s run on a laptop,"
        " %(workstation)s more take a workstation and %(lab)s more a lab node of eight GPUs;"
        " of %(unknown)s the size or the terms are not on record."
    ) % {
        "total": figures.count(total),
        "laptop": figures.count(rows[0][1]),
        "workstation": figures.count(rows[1][1]),
        "lab": figures.count(rows[2][1]),
        "unknown": figures.count(rows[-1][1]),
    }
    return Plot(
        key="machines",
        title=_("Open to download is not open to run"),
        sentence=sentence,
        picture=plots.bars(rows, total, label=sentence),
        head=[_("Smallest machine"), _("Models")],
        rows=[(name, [n]) for name, n in rows],
    )


def against(lens: str) -> Plot:
    """Our lens against another's own numbers, for the projects that both cover."""
    rule = LENSES[lens]
    tenth = rule.maximum / TENTHS
    ours = "subject__project__listing__profile__scores__"
    rows = Score.objects.filter(
        lens=lens,
        basis="published",
        version=rule.default_edition,
        low__isnull=False,
        **{f"{ours}{name}": value for name, value in WHOM.items()},
    ).values_list("low", f"{ours}low")
    counts = Counter(
        (min(int(ours / 10), TENTHS - 1), min(int(theirs / tenth), TENTHS - 1))
        for theirs, ours in rows
    )
    total = sum(counts.values())
    sentence = _(
        "%(total)s projects have a number by both. %(both)s reach half of either; %(theirs)s reach"
        " half by “%(lens)s” alone and %(ours)s by our own lens alone: they ask different things."
    ) % {
        "total": total,
        "lens": words.lens(lens),
        "both": sum(n for (x, y), n in counts.items() if x >= 5 and y >= 5),
        "theirs": sum(n for (x, y), n in counts.items() if x < 5 <= y),
        "ours": sum(n for (x, y), n in counts.items() if y < 5 <= x),
    }
    names = [f"{10 * at}+" for at in range(TENTHS)]
    marks = [f"{tenth * at:g}" if at % 5 == 0 else "" for at in range(TENTHS + 1)]
    return Plot(
        key=f"against-{lens}",
        title=_("“%(lens)s” against our own lens") % {"lens": words.lens(lens)},
        sentence=sentence,
        picture=plots.squares(
            counts, names, marks, across=_("points by our own lens"), label=sentence
        ),
        head=[_("Ours"), *(_("%(low)s+") % {"low": f"{tenth * at:g}"} for at in range(TENTHS))],
        rows=_table(counts, names),
    )


def _squares(
    counts: Mapping[tuple[int, int], int], names: Sequence[str], across: str, label: str
) -> Markup:
    marks = [str(10 * at) if at % 5 == 0 else "" for at in range(TENTHS + 1)]
    return plots.squares(counts, names, marks, across=across, label=label)


def _tenths() -> list[str]:
    return [f"{10 * at}–{10 * at + 10}" for at in range(TENTHS)]


def _table(counts: Mapping[tuple[int, int], int], names: Sequence[str]) -> Table:
    return [
        (name, [counts.get((at, row), 0) for row in range(TENTHS)]) for at, name in enumerate(names)
    ]
