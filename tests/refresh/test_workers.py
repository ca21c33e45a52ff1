"""Two real workers and a real schedule on real servers, and what is done to them.

Nothing here depends on how fast the machine is: conditions are waited for.
"""

import os
import signal
import subprocess
import time
from bisect import bisect_left
from collections import Counter

import pytest

from openness.facts import facts_in_batches
from openness.models import (
    Change,
    Evidence,
    Fetch,
    Identifier,
    Listing,
    Observation,
    PendingScore,
    Project,
    Revision,
    Score,
    Snapshot,
)
from scoring.lenses import LENSES, Unanswered
from scoring.profile import profile_of
from scoring.result import Value
from tests.fakehub import Action, FakeHub
from tests.fakehub.server import html, status
from tests.refresh.conftest import Start
from tests.refresh.rounds import due_address

pytestmark = pytest.mark.long

LONG = 300.0
"""Seconds to wait for what has to come, on however busy a machine."""


def worker(start: Start, name: str) -> subprocess.Popen[bytes]:
    quiet = ("--without-gossip", "--without-mingle", "--hostname", f"{name}@%h")
    return start("worker", "--concurrency", "1", "--queues", "hub,score", *quiet)


def fill(hub: FakeHub, count: int) -> None:
    for n in range(count):
        name = f"shore/heron-{n}"
        hub.models[name] = hub.model(name, license="apache-2.0" if n % 2 else "cc-by-nc-4.0")
        due_address(name)


def asked_again(hub: FakeHub) -> list[str]:
    """The paths of targets that were asked for more than once, as often as again."""
    asked = Counter(request.path for request in hub.asked("heron"))
    return list((asked - Counter(asked.keys())).elements())


def done() -> int:
    return Identifier.objects.filter(state="ok").count()


def most_in_a_window(hub: FakeHub, window: float) -> int:
    """The most requests in any window of so many seconds."""
    times = sorted(request.at for request in hub.requests)
    return max(bisect_left(times, begin + window) - n for n, begin in enumerate(times))


def all_is_right(hub: FakeHub, count: int) -> None:
    """Every target has its evidence and score, once, and they are those of its license."""
    assert Evidence.objects.in_force().filter(component="weights_end").count() == count
    assert Evidence.objects.filter(superseded__isnull=False).count() == 0
    assert Listing.objects.count() == count
    terms = Counter(Listing.objects.values_list("license", flat=True))
    assert terms == {"Apache-2.0": count // 2, "CC-BY-NC-4.0": count // 2}
    nothing_is_recorded_twice(count)
    no_score_is_wrong()


def nothing_is_recorded_twice(count: int) -> None:
    """One answer in the log of each target, one revision that it made, each field read once."""
    good = Fetch.objects.filter(meaning="ok", identifier__isnull=False)
    assert Counter(good.values_list("identifier", flat=True)) == dict.fromkeys(
        Identifier.objects.values_list("pk", flat=True), 1
    )
    read = Counter(Observation.objects.values_list("identifier", "field"))
    assert set(read.values()) == {1}
    assert len({at for at, _ in read}) == count
    assert Revision.objects.filter(kind="refresh").count() == count
    assert Snapshot.objects.count() == count  # each target has a body of its own
    assert not Change.objects.exists()  # what is stated for the first time, once, is none


def no_score_is_wrong() -> None:
    """Each score is what the rules give for the evidence as it stands, computed anew."""
    kept = {
        (slug, lens): value
        for slug, lens, *value in Score.objects.filter(basis="derived").values_list(
            "profile__listings__project__slug", "lens", "low", "high", "grade"
        )
    }
    anew = {}
    for batch in facts_in_batches(Project.objects.order_by("pk").iterator(chunk_size=100)):
        for project, facts in batch:
            for lens in (one for one in LENSES.values() if "derived" in one.bases):
                try:
                    value = lens.derive(profile_of(facts))
                except Unanswered:
                    value = Value(None, None)
                anew[project.slug, lens.key] = [value.low, value.high, value.grade]
    assert anew
    assert kept == anew


def scored(count: int) -> bool:
    return (
        done() == count and not PendingScore.objects.exists() and Listing.objects.count() == count
    )


def test_two_workers_never_pass_the_quota_and_a_killed_one_loses_nothing(hub, start, eventually):
    fill(hub, 60)
    hub.quota(20, 1)
    first, _ = worker(start, "first"), worker(start, "second")
    start("beat", "--pidfile=")
    eventually(lambda: done() >= 15, within=LONG)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    eventually(lambda: scored(60), within=LONG)
    assert hub.refused == 0
    assert most_in_a_window(hub, 1) <= 20
    all_is_right(hub, 60)
    # Only what the killed worker had in hand was asked for again.
    assert len(asked_again(hub)) <= 1


def test_a_hundred_targets_within_twenty_questions_per_five_seconds(hub, start, eventually):
    fill(hub, 100)
    hub.quota(20, 5)
    worker(start, "first")
    worker(start, "second")
    start("beat", "--pidfile=")
    eventually(lambda: scored(100), within=LONG)
    assert hub.refused == 0
    assert most_in_a_window(hub, 5) <= 20
    all_is_right(hub, 100)
    assert asked_again(hub) == []


def test_a_source_that_hangs_drips_lies_and_answers_html_is_visited_to_the_end(
    hub, start, eventually
):
    fill(hub, 30)
    # Few enough among the good ones that the source as a whole counts as well.
    hub.script("heron-3[?]", Action(drip=0.002))
    hub.script("heron-7[?]", html())
    hub.script("heron-13[?]", Action(delay=40))  # longer than anybody waits
    hub.script("heron-19[?]", status(503))
    hub.script("heron-25[?]", Action(truncate=True))
    worker(start, "only")
    start("beat", "--pidfile=")
    eventually(lambda: done() >= 26, within=LONG)
    failing = Identifier.objects.filter(state="failing")
    assert set(failing.values_list("reference", flat=True)) == {
        f"shore/heron-{n}" for n in (7, 13, 19, 25)
    }
    assert not Evidence.objects.filter(project__identifiers__in=failing).exists()
    failing.update(next_due_at="2020-01-01T00:00Z")
    eventually(lambda: scored(30), within=LONG)
    all_is_right(hub, 30)


def test_a_worker_that_is_told_to_stop_gives_its_target_back(hub, start, eventually):
    fill(hub, 10)
    hub.script("heron-0[?]", Action(delay=20))
    one = worker(start, "one")
    start("beat", "--pidfile=")
    eventually(lambda: hub.asked("heron-0"), within=LONG)
    started = time.monotonic()
    one.send_signal(signal.SIGTERM)
    one.wait(timeout=20)
    assert time.monotonic() - started < 15
    worker(start, "two")
    eventually(lambda: scored(10), within=LONG)
    all_is_right(hub, 10)


def test_a_killed_worker_and_restarts_of_both_servers_in_one_run_lose_and_repeat_nothing(
    hub, own_servers, eventually
):
    fill(hub, 100)
    hub.quota(20, 5)
    hub.script("heron-9[?]", Action(drip=0.002))
    hub.script("heron-21[?]", Action(delay=6))  # longer than a turn, shorter than a lease
    lies = {"heron-27": html(), "heron-47": Action(truncate=True), "heron-67": Action(reset=True)}
    lies |= {"heron-87": status(503)}
    for name, lie in lies.items():
        hub.script(f"{name}[?]", lie)
    first, _ = worker(own_servers.start, "first"), worker(own_servers.start, "second")
    own_servers.start("beat", "--pidfile=")
    eventually(lambda: done() >= 15, within=LONG)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    worker(own_servers.start, "third")
    eventually(lambda: done() >= 30, within=LONG)
    own_servers.restart(own_servers.valkey)
    eventually(lambda: done() >= 50, within=LONG)
    own_servers.restart(own_servers.postgres)
    eventually(lambda: done() >= 100 - len(lies), within=LONG)
    failing = Identifier.objects.filter(state="failing")
    assert {row.reference for row in failing} == {f"shore/{name}" for name in lies}
    failing.update(next_due_at="2020-01-01T00:00Z")
    eventually(lambda: scored(100), within=LONG)
    assert hub.refused == 0
    assert most_in_a_window(hub, 5) <= 20
    all_is_right(hub, 100)
    # What was no answer, what the killed worker had in hand, and what could not be recorded while
    # there was no database.
    assert len(asked_again(hub)) <= len(lies) + 2
