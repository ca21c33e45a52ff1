"""Ten thousand addresses, visited by two real workers within what the hub grants, in three minutes.

What is measured: visits a second, questions in any window of the budget, the memory that the
workers hold half-way and at the end, and what the unchanged ones gave the database to do. All but a
hundred of the addresses are as they were at their last visit. The budget here is forty times that
of the real Hub, where the same would take a little over two hours with a token.
"""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from openness.models import Evidence, Fetch, Identifier, Listing, PendingScore, Project, Revision
from openness.sources import LIVE
from openness.sources.budget import SHARE
from tests.fakehub import FakeHub
from tests.fakehub.server import Request
from tests.refresh.conftest import Start
from tests.refresh.test_workers import most_in_a_window, worker

pytestmark = pytest.mark.long

COUNT, CHANGED = 10_000, 100
WINDOW = 10.0  # seconds
GRANTED = 1500  # questions in a window, of which the workers take SHARE
# The slowest machine that this is meant for, busy with many other things besides.
SLOWEST = 8  # visits a second; the real Hub grants less than two


def fill(hub: FakeHub, visit: Callable[..., object], target: Callable[..., Identifier]) -> None:
    """So many due addresses that were visited before, all but the first by the stroke of a pen."""
    names = [f"shore/heron-{n}" for n in range(COUNT)]
    for name in names:
        hub.models[name] = hub.model(name, license="apache-2.0")
    visit(target(names[0]))
    projects = Project.objects.bulk_create(
        Project(slug=name.partition("/")[2], name=name, kind="model") for name in names[1:]
    )
    Identifier.objects.bulk_create(
        Identifier(
            project=project,
            source="hub",
            kind="model",
            reference=name,
            state="ok",
            etag=etag_of(hub, name),
        )
        for project, name in zip(projects, names[1:], strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO openness_observation (identifier_id, field, value, source, snapshot_id,"
            " parser_version, first_seen_at, last_seen_at) SELECT i.id, field, value, o.source,"
            " snapshot_id, parser_version, first_seen_at, last_seen_at FROM openness_observation o"
            " JOIN openness_identifier i ON i.id <> o.identifier_id"
        )
        cursor.execute("ANALYZE")
    PendingScore.objects.all().delete()
    Identifier.objects.update(next_due_at=timezone.now())


def etag_of(hub: FakeHub, name: str) -> str:
    reply, _ = hub.answer(Request(0, LIVE["hub"].path("model", name), {}))
    return reply.headers["ETag"]


def memory(pid: int) -> int:
    """Bytes that a process and its children hold for themselves alone."""
    family = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    lines = [
        line
        for one in family
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
    ]
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


def left() -> int:
    return Identifier.objects.filter(next_due_at__lte=timezone.now()).count()


def wait_until(few: int, *, within: float) -> None:
    """Wait until so few addresses are left; asked once a second, so as not to be the work."""
    deadline = time.monotonic() + within
    while (now := left()) > few:
        assert time.monotonic() < deadline, f"{now} are left after {within} s"
        time.sleep(1)


def test_ten_thousand_addresses_take_what_the_budget_allows_in_flat_memory(
    hub: FakeHub,
    start: Start,
    visit: Callable[..., object],
    target: Callable[..., Identifier],
    eventually: Callable[..., None],
) -> None:
    fill(hub, visit, target)
    for n in range(0, COUNT, COUNT // CHANGED):
        name = f"shore/heron-{n}"
        hub.models[name] = hub.model(name, license="cc-by-nc-4.0")
    revisions = Revision.objects.filter(kind="refresh").count()
    hub.reset()
    hub.quota(GRANTED, WINDOW)
    workers = [worker(start, "first"), worker(start, "second")]
    start("beat", "--pidfile=")
    wait_until(COUNT - 1000, within=300)
    samples, began = [], time.monotonic()
    while left():
        samples.append([memory(one.pid) for one in workers])
        assert time.monotonic() - began < (COUNT - 1000) / SLOWEST, f"{left()} are left"
        time.sleep(1)
    rate = (COUNT - 1000) / (time.monotonic() - began)
    eventually(lambda: not PendingScore.objects.exists(), within=300)

    asked = hub.asked("heron")
    assert len(asked) == COUNT
    assert all("if-none-match" in request.headers for request in asked)
    assert hub.refused == 0
    # A question arrives a moment after it was counted, one more or less so than another.
    assert most_in_a_window(hub, WINDOW) <= GRANTED * SHARE * 1.01
    # The unchanged ones gave nobody anything to do.
    assert Fetch.objects.filter(meaning="unchanged").count() == COUNT - CHANGED
    assert Revision.objects.filter(kind="refresh").count() - revisions == CHANGED
    assert Listing.objects.count() == CHANGED
    held = Evidence.objects.in_force().filter(component="weights_end")
    assert held.filter(license_id="CC-BY-NC-4.0").count() == CHANGED
    # By the middle both workers have done everything that there is to do, scores too.
    middle, late = samples[len(samples) // 2], samples[-1]
    grown = max(now / then for now, then in zip(late, middle, strict=True))
    told = f"{rate:.0f} visits a second, bytes held {samples[0]}, {middle}, {late}"
    print(told)  # noqa: T201 what was measured
    assert grown < 1.1, told
