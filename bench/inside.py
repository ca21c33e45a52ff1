"""What can only be measured within the site: `python -m bench.inside NAME`, answers in JSON."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import django
from django.conf import settings
from django.db import connection, transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openness.settings")


CHANGED = 16
"""Projects whose evidence is changed, one by one."""


class _RolledBack(Exception):
    """Nothing that was measured stays."""


def stop_scoring() -> int:
    """End the settling of the whole catalogue with which each start begins; how many ended.

    It finds nothing to do, and would be measured with everything else for minutes.
    """
    from openness.celery import app

    active = app.control.inspect(timeout=5).active() or {}
    found = [one["id"] for tasks in active.values() for one in tasks if _settles(one["name"])]
    for key in found:
        app.control.revoke(key, terminate=True, signal="SIGKILL")
    return len(found)


def _settles(name: str) -> bool:
    return name.endswith(".rescore_all")


def rescore(repeats: str, *lenses: str) -> list[float]:
    """Seconds to compute these derived lenses (none: all) anew for everybody, so many times."""
    from openness.models import Revision, Score
    from openness.services.scores import score_derived
    from scoring.lenses import LENSES

    keys = list(lenses or LENSES)
    times = []
    for _ in range(int(repeats)):
        with suppress(_RolledBack), transaction.atomic():
            Score.objects.filter(basis="derived", lens__in=keys).delete()
            revision = Revision.objects.create(kind="rescore", summary="bench")
            began = time.perf_counter()
            score_derived(revision, keys)
            times.append(time.perf_counter() - began)
            raise _RolledBack
    return times


def change(url: str) -> list[float]:
    """Seconds from the commit of one project's new evidence until its page shows it.

    The projects are spread evenly over all, as they were made: the first are those that others
    derive from, and with one of these many change.
    """
    from bench.load import ANEW, fetch
    from openness.models import Evidence
    from openness.services.assess import assess

    claims = Evidence.objects.in_force().filter(
        component="weights_end", license_id="Apache-2.0", project__synthetic=True
    )
    every = max(1, claims.count() // CHANGED)
    all_ = claims.values_list("pk", "project_id", "project__slug").order_by("pk")
    found = list(all_[every // 2 :: every])
    times = []
    for claim, project, slug in found:
        Evidence.objects.filter(pk=claim).update(license_id="MIT", license_raw="MIT")
        began = time.perf_counter()
        done = assess(projects=[project])
        page = fetch(f"{url}/projects/{slug}/", ANEW, keep=True)
        times.append(time.perf_counter() - began)
        if not done.listed or b"MIT" not in page.body:
            raise RuntimeError(f"the page of {slug} does not show what was committed")
    return times[1:]


def ingest(number: str) -> float:
    """Seconds to write so many synthetic projects, which are then taken back."""
    from openness.services.simulate.write import simulate

    began = time.perf_counter()
    with suppress(_RolledBack), transaction.atomic():
        simulate(int(number), seed=7)
        raise _RolledBack
    return time.perf_counter() - began


def export_sql() -> str:
    """The statement of the whole ranking as CSV, for psql."""
    from openness.exports.ranking_rows import copy_statement
    from openness.exports.rankings import COLUMNS
    from openness.filters import Query

    with transaction.atomic():
        return copy_statement(Query(), [column.name for column in COLUMNS])


COMMANDS: dict[str, Callable[..., Any]] = {
    one.__name__: one for one in (stop_scoring, rescore, change, ingest, export_sql)
}


def main() -> None:
    """Run one and print its answer."""
    django.setup()
    settings.LOGGING_CONFIG = None
    name, *words = sys.argv[1:]
    try:
        answer = COMMANDS[name](*words)
    finally:
        connection.close()
    sys.stdout.write(f"\n{json.dumps(answer)}\n")


if __name__ == "__main__":
    main()
