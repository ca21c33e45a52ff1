"""Two to six projects side by side; which ones is in the address, so a comparison can be cited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from openness import asof, called
from openness.citations import of_comparison
from openness.comparison import MOST, Compared, gather
from openness.exports import Column, csv_text
from openness.filters import Query
from openness.models import Project
from openness.rankings import Row, page_of
from openness.views.data.answers import CSV, one_state, refused, streamed
from openness.views.errors import no_record
from openness.views.page import Link, page
from openness.views.questions import Section, finding, sections

GIVEN = 50  # names in an address that are looked up; nobody means more
FOUND = 8  # projects that a search for one more shows
EXAMPLES = (
    ("olmo-7b", "llama-3-1-8b", "opt-175b"),
    ("mistral-7b-v0-1", "deepseek-r1", "gpt-4"),
    ("tensorflow", "pytorch", "jax"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: slugs in their order, once each, and what was left out and why.

    The slug that a project once had stands for it; with a moment they are slugs of then.
    """

    slugs: list[str]
    ignored: list[str]
    diff: bool
    find: str
    moment: asof.Moment | None

    @classmethod
    def parse(cls, request: HttpRequest) -> Asked:
        """From GET parameters `p` (several), `diff=1`, `find`, and `as_of` or `rev`.

        Raises ValueError where one of the last two names no past of ours.
        """
        moment = asof.asked(request.GET)
        given = [slug.replace("\x00", "")[:120] for slug in request.GET.getlist("p")]
        there = called.resolved(given[:GIVEN], moment)
        slugs = list(dict.fromkeys(there[slug] for slug in given if slug in there))
        ignored = [
            _("“%(slug)s”: no project has this name in its address") % {"slug": slug}
            for slug in dict.fromkeys(given)
            if slug and slug not in there
        ]
        ignored += [
            _("“%(slug)s”: at most %(most)s at a time") % {"slug": slug, "most": MOST}
            for slug in slugs[MOST:]
        ]
        return cls(
            slugs[:MOST],
            ignored,
            request.GET.get("diff") == "1",
            request.GET.get("find", "").replace("\x00", "").strip()[:200],
            moment,
        )

    def string(self, *, add: str = "", drop: str = "", diff: bool | None = None) -> str:
        """The query string of this comparison with one more, one less, or only what differs."""
        slugs = [slug for slug in [*self.slugs, add] if slug and slug != drop]
        only = self.diff if diff is None else diff
        pairs = [("p", slug) for slug in slugs] + ([("diff", "1")] if only else [])
        return urlencode(pairs) + (f"&{self.moment.asked}" if self.moment else "")


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """`/compare/?p=a&p=b`; with fewer than two, a way to choose them."""
    try:
        asked = Asked.parse(request)
    except ValueError as error:
        return no_record(request, str(error))
    compared = gather(asked.slugs, asked.moment)
    whole = sections(compared) if len(compared) > 1 else []
    context = {
        "asked": asked,
        "moment": asked.moment,
        "now": "?" + replace(asked, moment=None).string(),
        "compared": compared,
        "sections": _differing(whole) if asked.diff else whole,
        "finding": finding(compared, whole) if whole else "",
        "chosen": [Link(one.project.name, asked.string(drop=one.project.slug)) for one in compared],
        "candidates": _candidates(asked),
        "examples": [] if whole else _examples(),
        "cited": partial(of_comparison, {one.project.slug: one.project.name for one in compared}),
        "most": MOST,
    }
    return page(request, "compare.html", context, canonical=asked.string())


def _differing(whole: Sequence[Section]) -> list[Section]:
    """Only the rows in which the projects differ, only the sections that have any."""
    kept = [
        Section(part.key, part.name, [one for one in part.questions if one.differs])
        for part in whole
    ]
    return [part for part in kept if part.questions]


def _candidates(asked: Asked) -> list[tuple[Row, str]]:
    """Projects that the search finds, each with the address of the comparison that has it too."""
    if not asked.find or len(asked.slugs) >= MOST:
        return []
    rows = page_of(Query(q=asked.find, per_page=FOUND)).rows
    return [(row, asked.string(add=row.slug)) for row in rows if row.slug not in asked.slugs]


def _examples() -> list[Link]:
    """Comparisons of well-known projects, of those that are here."""
    names = dict(
        Project.objects.filter(slug__in=[slug for slugs in EXAMPLES for slug in slugs]).values_list(
            "slug", "name"
        )
    )
    return [
        Link(
            ", ".join(names[slug] for slug in slugs),
            urlencode([("p", slug) for slug in slugs]),
        )
        for slugs in EXAMPLES
        if all(slug in names for slug in slugs)
    ]


COLUMNS = tuple(
    Column(name)
    for name in (
        *("section", "key", "question", "slug", "name"),
        *("answer", "detail", "license", "source"),
    )
)


@require_safe
@one_state(daily=True)
def compare_csv(request: HttpRequest) -> HttpResponseBase:
    """`/compare.csv?p=a&p=b`: a line for each row and project; 400 with a reason for nonsense."""
    try:
        asked = Asked.parse(request)
    except ValueError as error:
        return refused(str(error))
    if asked.ignored or len(asked.slugs) < 2:
        return refused("; ".join(asked.ignored) or f"p: 2 to {MOST} projects are compared")
    compared = gather(asked.slugs, asked.moment)
    whole = sections(compared)
    text = csv_text(COLUMNS, _lines(compared, _differing(whole) if asked.diff else whole))
    return streamed(request, text, content_type=CSV, name="compare.csv")


def _lines(compared: Sequence[Compared], found: Sequence[Section]) -> Iterator[Sequence[object]]:
    for part in found:
        for question in part.questions:
            for one, answer in zip(compared, question.answers, strict=True):
                yield (
                    *(part.key, question.key, question.text),
                    *(one.project.slug, one.project.name, answer.text or answer.label),
                    *(answer.small or answer.foreign, answer.license, answer.link),
                )
