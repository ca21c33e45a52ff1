"""What else is asked for often: a project's page, a comparison of four, a badge."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from bench.pages import ours
from bench.programs import Missing, say
from bench.row import Goal, Promise, Row
from bench.site import Site
from bench.stage import Stage

GOALS = {
    "project page": Promise("project page, over 1", "ms", Goal(15)),
    "compare of four": Promise("compare of four, over 1", "ms", Goal(30)),
    "badge": Promise("badge, over 1", "ms", Goal(2)),
}
PROMISES = tuple(GOALS.values())


def paths(site: Site) -> dict[str, str]:
    """The addresses, of synthetic projects in the middle of the ranking."""
    slugs = [
        slug
        for (slug,) in site.ask(
            "SELECT slug FROM openness_project WHERE synthetic ORDER BY id LIMIT 4 OFFSET %s",
            [site.rows // 2],
        )
    ]
    return {
        "project page": f"/projects/{slugs[0]}/",
        "compare of four": "/compare/?" + "&".join(f"p={slug}" for slug in slugs),
        "badge": f"/projects/{slugs[0]}/badge/open-to-whom.svg",
    }


def measure(stage: Stage) -> Iterator[Row]:
    """Medians over one connection, rendered anew."""
    for name, address in paths(stage.site).items():
        say(name)
        try:
            loads = ours(stage.site, address, 1, stage.repeats, stage.seconds)
        except Missing as missing:
            yield GOALS[name].broken(str(missing))
            continue
        stage.growth.setdefault(name, {})[stage.rows] = median(load.p50 for load in loads)
        yield GOALS[name].kept([load.p50 for load in loads])
