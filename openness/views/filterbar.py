"""The controls of a list: every one is a parameter of the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from openness import words
from openness.facets import Choice
from openness.filters import FLOORS, Query
from scoring.components import COMPONENTS, DERIVED_COMPONENTS


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a control, with the number of rows that have it (None: not counted)."""

    value: str
    label: str
    count: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Control:
    """One select of the filter bar."""

    name: str
    label: str
    any: str  # what the blank value says
    options: list[Option]

    @property
    def set(self) -> bool:
        """Whether it restricts the list now."""
        return any(option.chosen for option in self.options)


@dataclass(frozen=True, slots=True)
class FilterBar:
    """The controls always in sight, those under "More", and the floors of components by group."""

    first: list[Control]
    more: list[Control]
    floors: Mapping[str, list[Control]]
    kept: list[tuple[str, str]] = field(default_factory=list)  # parameters without a control

    @property
    def more_open(self) -> bool:
        """Whether a control under "More" restricts the list."""
        return any(control.set for control in self.more) or self.floors_open

    @property
    def floors_open(self) -> bool:
        """Whether a floor restricts the list."""
        return any(control.set for group in self.floors.values() for control in group)


def filter_bar(query: Query, facets: Mapping[str, list[Choice]]) -> FilterBar:
    """The controls of a query: what is chosen, and how many rows of the lens have each value."""

    def control(name: str, label: str, anything: str, table: words.Words | None = None) -> Control:
        return Control(name, label, anything, _options(facets[name], getattr(query, name), table))

    return FilterBar(
        first=[
            control("license_class", _("Terms"), _("Any terms"), words.LICENSE_CLASSES),
            control("weights", _("Weights"), _("Any access"), words.ACCESS),
            control("runs_on", _("Smallest machine"), _("Any machine"), words.ACTORS),
            control("kind", _("Kind"), _("Any kind"), words.KINDS),
        ],
        more=[
            control("organization", _("Organization"), _("Anybody")),
            control("license", _("License"), _("Any license")),
            control("api", _("API"), _("Any offer"), words.HOSTING),
            _sourced(query),
            _sort(query),
        ],
        floors=_floors(query),
        kept=[
            (name, value)
            for name, value in query.parameters().items()
            if name in {"lens", "basis", "edition", "as_of", "rev", "view", "per_page"}
        ],
    )


def _options(found: Iterable[Choice], chosen: str, table: words.Words | None) -> list[Option]:
    """The counted values in the order of their vocabulary; what is chosen is always among them."""
    options = [
        Option(
            choice.value,
            words.of(table, choice.value) if table else choice.label,
            choice.count,
            choice.value == chosen,
        )
        for choice in found
    ]
    if table:
        order = list(table)
        options.sort(key=lambda option: order.index(option.value) if option.value in order else 99)
    if chosen and not any(option.chosen for option in options):
        label = _(" or ").join(
            words.of(table, word) if table else word for word in chosen.split(",")
        )
        options.insert(0, Option(chosen, label, None, True))
    return options


def _sourced(query: Query) -> Control:
    steps = {"4": _("at least 4"), "8": _("at least 8"), "12": _("at least 12"), "all": _("all")}
    if query.sourced and query.sourced not in steps:
        steps = {query.sourced: _("at least %(count)s") % {"count": query.sourced}, **steps}
    options = [Option(key, text, None, key == query.sourced) for key, text in steps.items()]
    return Control("sourced", _("Sourced statements"), _("Any number"), options)


def _sort(query: Query) -> Control:
    options = [
        Option(key, words.of(words.SORTS, key), None, key == query.sort)
        for key in words.SORTS
        if key != "rank"
    ]
    return Control("sort", _("Order"), words.of(words.SORTS, "rank"), options)


def _floors(query: Query) -> dict[str, list[Control]]:
    chosen = dict(query.floors)
    levels = {"partial": _("at least partial"), "open": _("open")}
    groups: dict[str, list[Control]] = {}
    for key, info in {**DERIVED_COMPONENTS, **COMPONENTS}.items():
        options = [
            Option(level, levels[level], None, chosen.get(key) == level)
            for level in reversed(FLOORS)
        ]
        group = words.of(words.CONTENT_TYPES, info.content_type)
        groups.setdefault(group, []).append(
            Control(key, words.component(key), _("any state"), options)
        )
    return groups
