"""Pictures of many projects, each with its sentence and the same as a table of numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from django.core.cache import cache
from django.utils.translation import get_language
from markupsafe import Markup

from openness.filters import Query
from openness.plotted.makers import portfolios, transparency_plot
from openness.plotted.plot import Plot, Table
from openness.plotted.releases import PAIRED, against, by_date, by_size, machines
from openness.rankings import current_revision

__all__ = ["PLOTS", "Plot", "by_size", "plot"]

PLOTS: Mapping[str, Callable[[], Plot]] = {
    "machines": lambda: machines(Query()),
    "by-size": lambda: by_size(Query(kind="model")),
    "by-date": lambda: by_date(Query()),
    **{f"against-{lens}": partial(against, lens) for lens in PAIRED},
    "organizations": portfolios,
    "fmti": transparency_plot,
}


def plot(key: str) -> Plot:
    """The plot of this key, kept per revision and language."""
    at = f"plotted:{current_revision()}:{get_language()}:{key}"
    # Plain values are kept: a class that was renamed meanwhile could not be read back.
    found: tuple[str, str, str, str, list[str], Table] | None = cache.get(at)
    if found is None:
        made = PLOTS[key]()
        found = (made.key, made.title, made.sentence, str(made.picture), made.head, made.rows)
        cache.set(at, found)
    name, title, sentence, picture, head, rows = found
    return Plot(name, title, sentence, Markup(picture), head, rows)  # noqa: S704  # made here, see above
