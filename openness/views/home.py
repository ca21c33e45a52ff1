"""The first page: the claim, two projects that show it, and ways in for those with a task."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from markupsafe import Markup

from openness import charts, words
from openness.filters import Query
from openness.kept import kept
from openness.models import Change, Listing
from openness.rankings import count, rows_of
from openness.views.changes import changes
from openness.views.findings import spread
from openness.views.lines import lines
from openness.views.page import page
from openness.views.side_by_side import sides
from scoring.lenses import LENSES
from scoring.lenses.open_to_whom import LENS, Grid, parts
from scoring.profile import Profile

CHANGES = 6
EXAMPLES = ("opt-175b", "olmo-7b")
"""One that can be downloaded and not be run by most, and one that hides nothing."""

KNOWN = (
    *(
        "tensorflow",
        "pythia-12b",
        "olmo-2-32b",
        "bloom-176b",
        "mistral-7b-v0-1",
        "whisper-large-v3",
    ),
    *("llama-3-1-8b", "llama-3-1-405b", "deepseek-r1", "opt-175b", "gemini-2-5-pro", "gpt-4"),
)
"""Projects that many readers have heard of, over the whole range of the lens."""


@dataclass(frozen=True, slots=True)
class Example:
    """One of the two projects of the hero, with its grid."""

    listing: Listing
    picture: Markup


@dataclass(frozen=True, slots=True)
class Step:
    """One more condition on the way from a download to making it again."""

    text: str
    query: str
    n: int


@require_safe
@kept
def home(request: HttpRequest) -> HttpResponse:
    """`/`."""
    query = Query.of("")
    rows = rows_of(query, KNOWN)
    spread_ = spread(query)
    context = {
        "examples": examples(),
        "query": query,
        "spread": spread_,
        "lines": lines(query, rows, spread_.median),
        "steps": steps(),
        "lenses": LENSES,
        "sides": sides(),
        "changes": changes(
            Change.objects.select_related("revision", "project").exclude(
                change_class="first_declared"
            )[:CHANGES]
        ),
    }
    return page(request, "home.html", context, canonical="")


def examples() -> list[Example]:
    """The two projects of the hero; those of them that are here."""
    rows = {
        row.project.slug: row
        for row in Listing.objects.filter(project__slug__in=EXAMPLES).select_related(
            "profile", "project__organization"
        )
    }
    return [
        Example(rows[slug], picture_of(LENS.grid(Profile.parse(rows[slug].profile.canonical))))
        for slug in EXAMPLES
        if slug in rows
    ]


def picture_of(grid: Grid) -> Markup:
    """A grid, large, with its verbs and machines named."""
    return charts.named_mosaic(
        grid.cells,
        verbs={key: str(word) for key, word in words.VERBS.items()},
        label=words.split_sentence(parts(grid)),
    )


def steps() -> list[Step]:
    """From a download to making it again: each step with how many models are left."""
    told: list[Step] = []
    conditions: dict[str, str] = {"kind": "model"}
    for text, more in (
        (_("Models on record"), {}),
        (_("whose weights anybody may download"), {"weights": "public,click_through"}),
        (_("and run on a laptop"), {"runs_on": "laptop"}),
        (_("under terms that are open"), {"license_class": "open"}),
        (_("with all of their training data"), {"training_data": "open"}),
        (_("and the code that trained them"), {"training_code": "open"}),
    ):
        conditions |= more
        query = Query.of("").string(**conditions)
        told.append(Step(text, query, count(Query.of(query))))
    return told
