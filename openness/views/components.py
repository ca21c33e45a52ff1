"""Every part of the interface in every state, on one page: what pictures and tests are made of."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from openness import charts, plots, words
from openness.charts import Bar
from openness.views.home import picture_of
from openness.views.page import page
from scoring.components import COMPONENTS
from scoring.facts import Access, Hosting, Kind, Quantity, Right, State, exactly
from scoring.hardware import fits
from scoring.lenses.open_to_whom import LENS, parts
from scoring.profile import Profile

GLYPHS = ("open", "open-u", "partial", "partial-u", "closed", "closed-u", "unknown", "far", "na")
COLORS = (
    *("ink", "ink-2", "ink-3", "edge", "line", "slot", "wash", "paper"),
    *("data", "data-wash", "far", "far-wash"),
)

# Components that the grid reads; a judgement of the whole is none of them.
SAMPLED = [key for key, info in COMPONENTS.items() if info.applies_to(Kind.MODEL)]


def _sample(
    size: float, access: Access, right: Right, state: State, hosted: Hosting = Hosting.NONE
) -> Profile:
    """A made-up model of so many billion parameters, alike in all its parts."""
    quantities = {
        "parameters": (Quantity("parameters", size * 1e9, size * 1e9),),
        "tokens": (Quantity("tokens", 2e12, 2e12),),
    }
    machine = fits(Kind.MODEL, quantities)
    return Profile(
        kind=Kind.MODEL,
        components={key: exactly(state) for key in SAMPLED if state is not State.UNKNOWN},
        access=exactly(access),
        hosted=exactly(hosted),
        use=exactly(right),
        modify=exactly(right),
        share=exactly(right),
        fit_run=machine.run,
        fit_adapt=machine.adapt,
        fit_train=machine.train,
    )


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """`/components/`."""
    samples = (
        (_("Everything, 7B"), _sample(7, Access.PUBLIC, Right.OPEN, State.OPEN, Hosting.FREE_API)),
        (
            _("Weights under terms, 70B"),
            _sample(70, Access.CLICK_THROUGH, Right.CONDITIONAL, State.PARTIAL),
        ),
        (
            _("On request, 175B"),
            _sample(175, Access.BY_REQUEST, Right.NONCOMMERCIAL, State.PARTIAL),
        ),
        (
            _("Only an API"),
            _sample(300, Access.NONE, Right.FORBIDDEN, State.CLOSED, Hosting.PAID_API),
        ),
        (
            _("Only the weights are known"),
            _sample(7, Access.PUBLIC, Right.OPEN, State.UNKNOWN, Hosting.UNKNOWN),
        ),
    )
    grids = [(name, LENS.grid(profile)) for name, profile in samples]
    mosaics = [
        (
            name,
            charts.mosaic(
                grid.cells, width=120, height=40, label=words.split_sentence(parts(grid))
            ),
            charts.split(parts(grid), label=words.split_sentence(parts(grid))),
        )
        for name, grid in grids
    ]
    context = {
        "glyphs": GLYPHS,
        "colors": COLORS,
        "mosaics": mosaics,
        "large": picture_of(grids[1][1]),
        "intervals": _intervals(),
        "bars": _bars(),
        "small": _small(),
        "plot": plots.squares(
            {(0, 0): 40, (0, 8): 4, (1, 2): 12, (2, 5): 1},
            [_("small"), _("middle"), _("large")],
            [str(10 * at) if at % 5 == 0 else "" for at in range(11)],
            across=_("parameters"),
            label=_("57 models by size and score"),
        ),
        "history": plots.steps(
            [(0, 20, 80), (0.4, 45, 70), (0.8, 60, 62)],
            100,
            ("2025-01-01", "2026-01-01"),
            _("From 20 to 60 of 100"),
        ),
    }
    return page(request, "components.html", context)


def _intervals() -> list[tuple[str, object]]:
    return [
        (
            _("A published score, every judgement sourced"),
            charts.interval(12.5, 12.5, 14, median=5.5, label=_("12.5 of 14")),
        ),
        (
            _("A published score and where it would fall if unsourced judgements fell otherwise"),
            charts.interval(8.5, 8.5, 14, median=5.5, band=(0.5, 13.5), label=_("8.5 of 14")),
        ),
        (
            _("Our own: proven, and possible while something is unknown"),
            charts.interval(57.7, 96, 100, median=40, label=_("58 proven, 96 possible")),
        ),
        (_("Nothing known"), charts.interval(0, 100, 100, label=_("0 proven, 100 possible"))),
        (_("No number"), charts.interval(None, None, 100, label=_("no score"))),
    ]


def _bars() -> list[tuple[str, object]]:
    full = [
        [Bar("open")] * 6,
        [Bar("open")] * 4 + [Bar("closed"), Bar("open")],
        [Bar("partial"), Bar("open")],
    ]
    faint = [
        [Bar("open", False)] * 4 + [Bar("closed"), Bar("partial", False)],
        [Bar("partial"), Bar("unknown"), Bar("closed")] * 2,
        [Bar("open", False), Bar("unknown")],
    ]
    return [
        (_("Sourced"), charts.bars(full, label=_("12 open, 1 partial, 1 closed"))),
        (
            _("Without sources"),
            charts.bars(faint, label=_("5 open, 3 partial, 3 closed, 3 unknown")),
        ),
    ]


def _small() -> list[tuple[str, object]]:
    """Pictures of a row's height that one list or one lens has."""
    return [
        (_("Steps: come so far"), charts.track(5, 5, 6, label=_("step 5 of 6"))),
        (_("Steps: between two"), charts.track(1, 4, 6, label=_("step 1–4 of 6"))),
        (_("A share of a whole"), charts.share(12, 34)),
        (
            _("Projects of an organization"),
            plots.strip([2, 3, 3, 4, 20, 61, 95], 100, label=_("7 projects, from 2 to 95")),
        ),
        (
            _("Editions, the last by other indicators"),
            plots.editions([54, 60, 31], 100, broken=2, label=_("54, 60; 31")),
        ),
        (
            _("Editions, not judged in one"),
            plots.editions([48, None, 35], 100, broken=2, label=_("48; 35")),
        ),
        (
            _("All that a lens judges, of one part too little known"),
            charts.histogram([600, 700, 4, 10], undecided={1}, label=_("600, 700, 4, 10")),
        ),
    ]
