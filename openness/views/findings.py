"""What a list says as a whole: its headline and the spread of its scores, from the rows."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from openness import figures, words
from openness.board import board
from openness.filters import Query
from openness.rankings import count, on_board
from openness.ranks import Place, places
from scoring.lenses import LENSES

TOLD_BYTES = 500
"""About how large a headline is in memory."""

FAR_UP = 0.7
"""Share of a lens's maximum from which a headline says that a project comes far."""


@dataclass(frozen=True, slots=True)
class Spread:
    """All rows of a lens before filters: how many, the middle score, how many come far, grades."""

    count: int
    median: float | None
    far_up: int
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """The heading of a list and the sentence under it."""

    heading: str
    lead: str


def far_up(lens: str) -> float:
    """From which score on a project comes far by this lens: a round number."""
    maximum = LENSES[lens].maximum
    if lens == "gradient":
        return maximum
    return round(FAR_UP * maximum) if maximum > 1 else FAR_UP * maximum


def spread(query: Query) -> Spread:
    """The spread of the query's lens, basis and edition."""
    if on_board(query):
        with board() as held:
            return held.kept.get(("spread", query.lens, query.edition), lambda: _spread(query))
    return _spread(query)


def _spread(query: Query) -> Spread:
    found = places(query)
    grades: Counter[str] = Counter()
    for place in found:
        grades[place.value[2]] += place.rows
    far = far_up(query.lens)
    return Spread(
        count=grades.total(),
        median=_median(found),
        far_up=sum(place.rows for place in found if (place.value[0] or 0.0) >= far),
        grades=grades,
    )


def _median(found: Sequence[Place]) -> float | None:
    """The middle of the low ends of all rows that have a rank."""
    lows = sorted((one.value[0] or 0.0, one.rows) for one in found if one.rank is not None)
    upto = list(accumulate(rows for _low, rows in lows))
    if not upto:
        return None
    first, second = (bisect(upto, at) for at in ((upto[-1] - 1) // 2, upto[-1] // 2))
    return (lows[first][0] + lows[second][0]) / 2


def finding(query: Query, total: int, spread: Spread) -> Finding:
    """What the list says, from counts alone; a fact that a filter has made trivial is left out."""
    if not spread.count:
        return Finding(_("Nothing is on record by this lens yet"), words.rank_rule(query.lens))
    if not total:
        return Finding(
            _("Nothing fits all of this"),
            _("The conditions are each met by some, but by none together."),
        )
    if query.lens == "open-to-whom":
        return Finding(_told(query, total), _whom_lead())
    if total == spread.count:
        return Finding(_whole(query, spread), words.rank_rule(query.lens))
    heading = _("%(n)s of %(total)s judged by “%(lens)s” fit") % {
        "n": figures.count(total),
        "total": figures.count(spread.count),
        "lens": words.lens(query.lens),
    }
    return Finding(heading, words.rank_rule(query.lens))


def _whom_lead() -> str:
    return _(
        "A download is not yet access: it may need a machine, a permission or a budget that few"
        " have. The ink shows how much of each project is open, and to whom."
    )


# One more condition, the value that makes the fact trivial, and the fact in words.
_FACTS: tuple[tuple[str, str, Callable[[int], str]], ...] = (
    ("runs_on", "laptop", lambda n: ngettext("%(n)s runs on a laptop", "%(n)s run on a laptop", n)),
    (
        "training_data",
        "open",
        lambda n: ngettext("%(n)s shares its training data", "%(n)s share their training data", n),
    ),
    (
        "license_class",
        "open",
        lambda n: ngettext("%(n)s comes under open terms", "%(n)s come under open terms", n),
    ),
    (
        "api",
        "free_api",
        lambda n: ngettext("%(n)s has a free API", "%(n)s have a free API", n),
    ),
)


def _told(query: Query, total: int) -> str:
    """`Of 903 projects, 412 run on a laptop; 61 share their training data.`"""
    if not on_board(query):
        return _counted(query, total)
    conditions = replace(query, page=None, per_page=1, view="ranking", sort="rank")
    with board() as held:
        return held.kept.get(
            ("told", conditions, get_language()), lambda: _counted(query, total), TOLD_BYTES
        )


def _counted(query: Query, total: int) -> str:
    given = query.parameters()
    facts: list[str] = []
    for name, value, form in _FACTS:
        if name in given or len(facts) == 2:
            continue
        n = count(Query.of(query.string(**{name: value})))
        facts.append(form(n) % {"n": figures.count(n)})
    if total == 1 or not facts:
        return ngettext("%(n)s project fits", "%(n)s projects fit", total) % {
            "n": figures.count(total)
        }
    return _("Of %(total)s projects, %(facts)s") % {
        "total": figures.count(total),
        "facts": _("; ").join(facts),
    }


def _whole(query: Query, spread: Spread) -> str:
    """The headline of a whole lens, in its own unit."""
    said = {"total": figures.count(spread.count)}
    grades, lens = spread.grades, query.lens
    if lens == "mof":
        classed = spread.count - grades.get("unclassified", 0)
        top = figures.count(grades.get("class_1", 0))
        form = _("%(n)s of %(total)s reach a class of the framework, %(top)s of them the first")
        return form % {**said, "n": figures.count(classed), "top": top}
    if lens == "osaid":
        form = _(
            "%(n)s of %(total)s meet the Open Source AI Definition by our reading;"
            " of %(unknown)s too little is known"
        )
        return form % {
            **said,
            "n": figures.count(grades.get("meets", 0)),
            "unknown": figures.count(grades.get("undetermined", 0)),
        }
    if lens == "gradient":
        form = _("%(n)s of %(total)s stand on the last step of the gradient")
        return form % {**said, "n": figures.count(spread.far_up)}
    maximum = LENSES[lens].maximum or 1
    if lens == "fmti":
        form = _("%(n)s of %(total)s companies disclose %(limit)s of %(maximum)s things")
    elif maximum > 1:
        form = _("%(n)s of %(total)s reach %(limit)s of %(maximum)s points")
    else:
        form = _("%(n)s of %(total)s reach a score of %(limit)s, where %(maximum)s is the most")
    return form % {
        **said,
        "n": figures.count(spread.far_up),
        "limit": f"{far_up(lens):g}",
        "maximum": f"{maximum:g}",
    }
