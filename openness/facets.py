"""What a filter offers: the values of each condition with counts, and what dropping one gives."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from django.core.cache import cache
from django.db.models import Count

from openness.board import board
from openness.filters import Query
from openness.models import Organization
from openness.rankings import conditions, count, current_revision, on_board, paths, roots

# Choices offered of one condition: a page must stay light when thousands of makers are on record.
# Any value is accepted in an address all the same.
MOST = 300
CHOICES_BYTES = 200_000
"""About how large the choices of a lens are in memory."""

FACETS = ("kind", "organization", "license", "license_class", "weights", "api", "runs_on")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, its label and how many rows of the lens have it."""

    value: str
    label: str
    count: int


def choices(query: Query) -> dict[str, list[Choice]]:
    """{parameter: its values with counts over the whole lens}, kept per revision."""
    if on_board(query):
        with board() as held:
            return held.kept.get(
                ("choices", query.lens, query.edition),
                lambda: {name: _choices(name, n) for name, n in held.facets(query).items()},
                CHOICES_BYTES,
            )
    of = f"{query.lens}:{query.basis}:{query.edition}:{query.past}"
    key = f"choices:{current_revision()}:{of}"
    # Plain tuples are kept: a class that was renamed meanwhile could not be read back.
    found: dict[str, list[tuple[str, str, int]]] | None = cache.get(key)
    if found is None:
        found = {
            name: [astuple(one) for one in _choices(name, _count(query, name))] for name in FACETS
        }
        cache.set(key, found)
    return {name: [Choice(*one) for one in values] for name, values in found.items()}


def _count(query: Query, name: str) -> dict[str, int]:
    at = paths(query)
    path = {
        "kind": f"{at['project']}kind",
        "organization": f"{at['project']}organization__slug",
        "license": f"{at['listing']}license_ids",
        "license_class": f"{at['listing']}license_class",
        "weights": f"{at['listing']}weights_least",
        "api": f"{at['listing']}api_least",
        "runs_on": f"{at['profile']}runs_on",
    }[name]
    counts: dict[str, int] = {}
    for value, n in roots(query).values_list(path).annotate(n=Count("pk")).order_by():
        for one in value if isinstance(value, list) else [value]:
            if one:
                counts[one] = counts.get(one, 0) + n
    return counts


def _choices(name: str, counts: dict[str, int]) -> list[Choice]:
    # A comma parts values in an address, so what holds one cannot be asked for.
    offered = [item for item in counts.items() if "," not in item[0]]
    most = sorted(offered, key=lambda item: (-item[1], item[0]))[:MOST]
    labels = (
        dict(
            Organization.objects.filter(slug__in=[slug for slug, _ in most]).values_list(
                "slug", "name"
            )
        )
        if name == "organization"
        else {}
    )
    return [Choice(value, labels.get(value, value), n) for value, n in most]


def without(query: Query) -> list[tuple[str, str, int]]:
    """(condition, query string without it, rows that gives) for each condition that is set."""
    found = []
    for name in conditions(query):
        rest = Query.of(query.string(**{name: None}))
        found.append((name, rest.string(), count(rest)))
    return found
