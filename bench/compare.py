"""Compare what lists, counts, ranks and downloads say with a recomputation row by row.

    python -m bench.compare --questions 40

reads the site's database as it is, at any size: every list row once, as plain Python values, and
asks random questions of both. It prints each difference and exits with 1 if there is one. A million
rows take some 2 GB and a few seconds a question.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openness.filters import Query

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openness.settings")

LENSES = ("open-to-whom", "mof", "osai", "osaid", "gradient")
SORTS = ("rank", "name", "organization", "parameters", "sourced", "updated", "score")
WHOLE = 100_000
"""Rows up to which a download is compared as a whole, above that its page."""

_ROWS = """
    SELECT p.slug, p.name, upper(p.name), upper(p.slug), coalesce(upper(o.name), ''),
        coalesce(o.slug, ''), o.name, p.kind, l.license_ids, l.license_class, l.weights_least,
        l.api_least, l.parameters, l.sourced, l.statements, l.updated_at, l.profile_id
    FROM openness_listing l JOIN openness_project p ON p.id = l.project_id
    LEFT JOIN openness_organization o ON o.id = p.organization_id
"""
_PROFILES = "SELECT id, runs_on, states::text FROM openness_profile"
_SCORES = """
    SELECT profile_id, low, high, grade FROM openness_score
    WHERE basis = 'derived' AND lens = %s AND version = %s
"""


@dataclass(slots=True)
class One:
    """A list row as plain values."""

    slug: str
    name: str
    upper_name: str
    upper_slug: str
    upper_maker: str
    maker: str
    maker_name: str | None
    kind: str
    licenses: list[str]
    license_class: str
    weights: str
    api: str
    parameters: int | None
    sourced: int
    statements: int
    updated: Any
    profile: int


class Truth:
    """Everything, read once; each answer is worked out from all rows."""

    def __init__(self) -> None:
        self.rows = [One(*row) for row in _asked(_ROWS)]
        self.rows.sort(key=lambda row: (row.name, row.slug))
        self.profiles = {key: (on, json.loads(states)) for key, on, states in _asked(_PROFILES)}
        self._facets: dict[tuple[str, str], dict[str, Counter[str]]] = {}
        self._ranks: dict[tuple[str, str], dict[int, tuple[Any, ...]]] = {}

    def ranks(self, query: Query) -> dict[int, tuple[Any, ...]]:
        """{profile: (key, rank, whether shared, low)} by the lens of a query."""
        from scoring.lenses import LENSES as RULES
        from scoring.result import Value

        of_lens = query.lens, query.edition
        if of_lens not in self._ranks:
            values = {one: Value(*value) for one, *value in _asked(_SCORES, *of_lens)}
            keys = {one: RULES[query.lens].rank_key(value) for one, value in values.items()}
            held = Counter(keys[row.profile] for row in self.rows if row.profile in keys)
            rank_of, better = {}, 0
            for key in sorted((key for key in held if key is not None), reverse=True):
                rank_of[key] = better + 1
                better += held[key]
            self._ranks[of_lens] = {
                one: (key, rank_of.get(key or ()), key is not None and held[key] > 1, value.low)
                for (one, value), key in zip(values.items(), keys.values(), strict=True)
            }
        return self._ranks[of_lens]

    def covered(self, query: Query) -> list[One]:
        """All rows of the lens."""
        ranks = self.ranks(query)
        return [row for row in self.rows if row.profile in ranks]

    def found(self, query: Query) -> list[One]:
        """The rows that meet every condition, in the query's order."""
        ranks = self.ranks(query)
        rows = [row for row in self.covered(query) if self._fits(query, row)]
        # Stable: names decide last, before them ranks, first of all the column.
        rows.sort(key=lambda row: _down(ranks[row.profile][0]))
        name, down = query.sort.removeprefix("-"), query.sort.startswith("-")
        if query.sort == "rank":
            return rows
        columns: dict[str, Callable[[One], Any]] = {
            "rank": lambda row: ranks[row.profile][1],
            "score": lambda row: ranks[row.profile][3],
            "name": lambda row: row.name,
            "organization": lambda row: row.maker_name,
        }
        column = columns.get(name) or attrgetter(name)
        known = [row for row in rows if column(row) is not None]
        known.sort(key=column)
        if down:  # the other way round, but equal ones as they were
            groups = [list(alike) for _value, alike in groupby(known, key=column)]
            known = [row for alike in reversed(groups) for row in alike]
        return known + [row for row in rows if column(row) is None]

    def _fits(self, query: Query, row: One) -> bool:
        runs_on, states = self.profiles[row.profile]
        words = (word.upper() for word in query.q.split())
        texts = (row.upper_name, row.upper_slug, row.upper_maker)
        one_of = {
            "kind": row.kind,
            "organization": row.maker,
            "license_class": row.license_class,
            "weights": row.weights,
            "api": row.api,
            "runs_on": runs_on,
        }
        least, most, size = query.parameters_min, query.parameters_max, row.parameters
        floors = {"partial": ("partial", "open"), "open": ("open",)}
        return (
            all(any(word in text for text in texts) for word in words)
            and all(
                not (asked := getattr(query, name)) or value in asked.split(",")
                for name, value in one_of.items()
            )
            and (not query.license or bool({*query.license.split(",")} & {*row.licenses}))
            and (least is None or (size is not None and size >= least))
            and (most is None or (size is not None and size <= most))
            and _sourced(query.sourced, row)
            and all(states.get(name) in floors[floor] for name, floor in query.floors)
        )

    def facets(self, query: Query) -> dict[str, Counter[str]]:
        """{condition: {value: rows of the lens}}."""
        of_lens = query.lens, query.edition
        if of_lens not in self._facets:
            self._facets[of_lens] = self._counted(self.covered(query))
        return self._facets[of_lens]

    def _counted(self, rows: list[One]) -> dict[str, Counter[str]]:
        return {
            "kind": Counter(row.kind for row in rows),
            "license_class": Counter(row.license_class for row in rows),
            "weights": Counter(row.weights for row in rows),
            "api": Counter(row.api for row in rows),
            "runs_on": Counter(self.profiles[row.profile][0] for row in rows),
            "license": Counter(name for row in rows for name in set(row.licenses)),
            "organization": Counter(row.maker for row in rows),
        }

    @cached_property
    def conditions(self) -> list[str]:
        """Conditions that random questions combine, some of them on what is really there."""
        return [
            *("kind=model", "kind=software,dataset", "license_class=open,unstated"),
            *("weights=public", "weights=by_request", "api=none", "api=free_api,paid_api"),
            *("runs_on=laptop,lab", "license=apache-2.0", "license=Apache-2.0,MIT"),
            *("license=gemma", "q=7b", "q=7b+gguf", "q=100%25_", "q=%E9%B9%AD", "q=maker+1"),
            *("parameters_min=7000000000", "parameters_max=7000000000", "sourced=2"),
            "parameters_min=1000000000&parameters_max=13000000000",
            *("sourced=all", "training_data=open", "training_code=partial", "model_card=open"),
            "training_data=partial&training_code=partial&model_card=open",
            *(f"organization={row.maker}" for row in self.rows[:: 1 + len(self.rows) // 5]),
        ]


def _down(key: tuple[float, ...] | None) -> tuple[Any, ...]:
    return (1,) if key is None else (0, *(-part for part in key))


def _sourced(asked: str, row: One) -> bool:
    if asked == "all":
        return 0 < row.statements == row.sourced
    return not asked or row.sourced >= int(asked)


def _asked(sql: str, *params: str) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def questions(truth: Truth, rng: Random, number: int) -> Iterator[Query]:
    """So many random questions: a lens, up to three conditions, an order, a page."""
    from openness.filters import Query

    for _ in range(number):
        sort = rng.choice(("", "-")) + rng.choice(SORTS)
        parts = [f"lens={rng.choice(LENSES)}", "basis=derived", f"sort={sort}"]
        parts += rng.sample(truth.conditions, rng.randrange(4))
        parts.append(f"per_page={rng.choice((7, 50))}&page={rng.choice((1, 2, 9, 500))}")
        yield Query.of("&".join(parts))


def differences(truth: Truth, query: Query) -> Iterator[str]:
    """In what the site's answers to a question are not those of the recomputation."""
    from openness.exports.rankings import ranking_csv
    from openness.facets import choices
    from openness.rankings import count, page_of

    ranks = truth.ranks(query)
    found = truth.found(query)
    page = page_of(query)
    if not page.total == count(query) == len(found):
        yield f"{page.total} and {count(query)} rows for {len(found)}"
    start = (page.page - 1) * query.per_page
    shown = [(row.slug, row.rank, row.tied) for row in page.rows]
    wanted = [(one.slug, *ranks[one.profile][1:3]) for one in found[start:][: query.per_page]]
    if shown != wanted:
        yield f"page {page.page}: {shown} for {wanted}"
    whole = len(found) <= WHOLE
    asked = replace(query, page=None if whole else page.page)
    text = b"".join(ranking_csv(asked)).decode()
    listed = [(row["slug"], row["rank"]) for row in csv.DictReader(io.StringIO(text))]
    rows = found if whole else found[start : start + query.per_page]
    if listed != [(one.slug, str(ranks[one.profile][1] or "")) for one in rows]:
        yield "the download has other rows or ranks"
    counted = truth.facets(query)
    for name, offered in choices(query).items():
        for one in offered:
            if one.count != counted[name][one.value]:
                yield f"{name}={one.value}: {one.count} for {counted[name][one.value]}"


def main() -> int:
    """Compare, print what differs, and how much was asked."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection, transaction

    from openness import embedded

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    wrong = 0
    with embedded.servers(settings.ENVIRONMENT), transaction.atomic():
        connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        truth = Truth()
        rng = Random(given.seed)  # noqa: S311 questions that can be asked again, no secret
        for query in questions(truth, rng, given.questions):
            for text in differences(truth, query):
                wrong += 1
                sys.stdout.write(f"{query.string()}: {text[:2000]}\n")
    said = f"{given.questions} questions among {len(truth.rows)} rows, {wrong} differences\n"
    sys.stdout.write(said)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
