"""The lenses side by side: how each spreads what it judges, and what it says of a few projects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from markupsafe import Markup

from openness import charts, figures, words
from openness.comparison import Compared, gather
from openness.filters import Query
from openness.rankings import current_revision
from openness.ranks import places
from openness.views.lines import WORDED
from openness.views.questions import by_lens
from scoring.lenses import LENSES

PROJECTS = ("olmo-7b", "bloom-176b", "deepseek-r1", "gpt-4")
"""All is open; all is open but to some uses; the weights are; nothing is: a lens each apart."""

BINS = 20
GRADES = {
    "mof": ("unclassified", "class_3", "class_2", "class_1"),
    "osaid": ("does_not_meet", "undetermined", "would_meet_with_other_terms", "meets"),
}
"""Results that are words, from the least open to the most."""
UNDECIDED = {"osaid": {1}}
"""Bars of those of which too little is known."""


@dataclass(frozen=True, slots=True)
class Side:
    """One lens: all that it judges as a picture, its two ends in words, and its answers."""

    lens: str
    picture: Markup
    judged: str
    ends: tuple[str, str]
    answers: list[tuple[str, str]]  # one a project: the result, blank if it has none, and a line


Plain = tuple[str, str, str, tuple[str, str], list[tuple[str, str]]]
"""A `Side` as plain values, its picture as text."""


@dataclass(frozen=True, slots=True)
class Sides:
    """All lenses over the same projects, and what that shows; `names` is {slug: name}."""

    names: dict[str, str]
    rows: list[Side]
    finding: str


def sides() -> Sides:
    """All lenses, kept per revision and language."""
    at = f"sides:{current_revision()}:{get_language()}"
    # Plain values are kept: a class that was renamed meanwhile could not be read back.
    kept: tuple[dict[str, str], str, list[Plain]] | None = cache.get(at)
    if kept is None:
        compared = gather(PROJECTS)
        rows = [_side(key, compared) for key in LENSES]
        plain = [(row.lens, str(row.picture), row.judged, row.ends, row.answers) for row in rows]
        kept = ({one.project.slug: one.project.name for one in compared}, finding(compared), plain)
        cache.set(at, kept)
    names, said, plain = kept
    drawn = [
        Side(lens, Markup(picture), judged, ends, answers)  # noqa: S704  # made here, see above
        for lens, picture, judged, ends, answers in plain
    ]
    return Sides(names, drawn, said)


def finding(compared: Sequence[Compared]) -> str:
    """What two lenses make of one project that one puts on top and the other does not."""
    for one in compared:
        gradient, defined = one.scores.get("gradient"), one.scores.get("osaid")
        if not (gradient and defined and gradient.low == LENSES["gradient"].maximum):
            continue
        if defined.grade != "meets":
            return _(
                "%(name)s stands on the last step of the gradient, “%(top)s”; by the Open Source"
                " AI Definition the word is “%(verdict)s”. Both are right: they ask different"
                " things."
            ) % {
                "name": one.project.name,
                "top": words.grade("gradient", gradient.grade),
                "verdict": words.grade("osaid", defined.grade),
            }
    return ""


def _side(key: str, compared: Sequence[Compared]) -> Side:
    counts = counted(Query(lens=key))
    total = sum(counts)
    form = (
        ngettext("%(n)s company", "%(n)s companies", total)
        if key == "fmti"
        else ngettext("%(n)s project", "%(n)s projects", total)
    )
    judged = form % {"n": figures.count(total)}
    ends = _ends(key)
    label = _("%(judged)s from “%(least)s” to “%(most)s”: %(counts)s") % {
        "judged": judged,
        "least": ends[0],
        "most": ends[1],
        "counts": words.listed(map(figures.count, counts)),
    }
    return Side(
        lens=key,
        picture=charts.histogram(counts, undecided=UNDECIDED.get(key, set()), label=label),
        judged=judged,
        ends=ends,
        answers=[
            ("", answer.text) if answer.glyph == "na" else (answer.text, answer.small)
            for answer in by_lens(key, compared).answers
        ],
    )


def counted(query: Query) -> list[int]:
    """How many rows of a whole lens have which result, from the least open to the most.

    A bar a grade or step where results are words, else BINS equal parts of the scale. What has no
    rank, because nothing is known of it, is left out.
    """
    rule = LENSES[query.lens]
    found: Counter[int] = Counter()
    bars = _bars(query.lens)
    for place in places(query):
        low, _high, grade = place.value
        if place.rank is None:
            continue
        if query.lens in GRADES:
            found[GRADES[query.lens].index(grade)] += place.rows
        elif low is not None:
            share = (low - rule.minimum) / (rule.maximum - rule.minimum)
            at = int(low - rule.minimum) if query.lens in WORDED else int(share * bars)
            found[min(at, bars - 1)] += place.rows
    return [found[at] for at in range(bars)]


def _bars(key: str) -> int:
    if key in GRADES:
        return len(GRADES[key])
    if key in WORDED:
        return int(LENSES[key].maximum - LENSES[key].minimum) + 1
    return BINS


def _ends(key: str) -> tuple[str, str]:
    """What the two ends of a lens are called."""
    rule = LENSES[key]
    if key in GRADES:
        least, *_between, most = GRADES[key]
        return capfirst(words.grade(key, least)), capfirst(words.grade(key, most))
    if key in WORDED:
        levels = list(rule.texts["levels"])
        return capfirst(words.grade(key, levels[0])), capfirst(words.grade(key, levels[-1]))
    return f"{rule.minimum:g}", f"{rule.maximum:g}"
