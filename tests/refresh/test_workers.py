"""Two real workers and a real schedule on real servers, and what is done to them."""

import os
import signal
import subprocess
import time
from bisect import bisect_left
from collections import Counter

import pytest

from openness.models import Evidence, Fetch, Identifier, Listing, PendingScore, Score
from tests.fakehub import Action, FakeHub
from tests.fakehub.server import html, status
from tests.refresh.conftest import Start
from tests.refresh.rounds import due_address

pytestmark = pytest.mark.long


def worker(start: Start, name: str) -> subprocess.Popen[bytes]:
    quiet = ("--without-gossip", "--without-mingle", "--hostname", f"{name}@%h")
    return start("worker", "--concurrency", "1", "--queues", "hub,score", *quiet)


def fill(hub: FakeHub, count: int) -> None:
    for n in range(count):
        name = f"shore/heron-{n}"
        hub.models[name] = hub.model(name, license="apache-2.0" if n % 2 else "cc-by-nc-4.0")
        due_address(name)


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
    assert Score.objects.filter(lens="open-to-whom", basis="derived").count() == 2
    recorded = Counter(
        Fetch.objects.filter(meaning="ok", identifier__isnull=False).values_list(
            "identifier", flat=True
        )
    )
    assert set(recorded.values()) == {1}
    assert len(recorded) == count


def scored(count: int) -> bool:
    return (
        done() == count and not PendingScore.objects.exists() and Listing.objects.count() == count
    )


def test_two_workers_never_pass_the_quota_and_a_killed_one_loses_nothing(hub, start, eventually):
    fill(hub, 60)
    hub.quota(20, 1)
    first, _ = worker(start, "first"), worker(start, "second")
    start("beat", "--pidfile=")
    eventually(lambda: done() >= 15, within=60)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    eventually(lambda: scored(60), within=90)
    assert hub.refused == 0
    assert most_in_a_window(hub, 1) <= 20
    all_is_right(hub, 60)
    asked = Counter(request.path for request in hub.asked("heron"))
    # Only what the killed worker had in hand was asked for again.
    assert sum(count - 1 for count in asked.values()) <= 1


def test_a_hundred_targets_within_twenty_questions_per_five_seconds(hub, start, eventually):
    fill(hub, 100)
    hub.quota(20, 5)
    worker(start, "first")
    worker(start, "second")
    start("beat", "--pidfile=")
    eventually(lambda: scored(100), within=200)
    assert hub.refused == 0
    assert most_in_a_window(hub, 5) <= 20
    all_is_right(hub, 100)
    assert set(Counter(r.path for r in hub.asked("heron")).values()) == {1}


def test_a_source_that_hangs_drips_lies_and_answers_html_is_visited_to_the_end(
    hub, start, eventually
):
    fill(hub, 30)
    # Few enough among the good ones that the source as a whole counts as well.
    hub.script("heron-7[?]", html())
    hub.script("heron-13[?]", Action(delay=1.5))
    hub.script("heron-19[?]", status(503))
    hub.script("heron-25[?]", Action(truncate=True))
    worker(start, "only")
    start("beat", "--pidfile=")
    eventually(lambda: done() >= 27, within=60)
    failing = Identifier.objects.filter(state="failing")
    assert set(failing.values_list("reference", flat=True)) == {
        "shore/heron-7",
        "shore/heron-19",
        "shore/heron-25",
    }
    assert not Evidence.objects.filter(project__identifiers__in=failing).exists()
    failing.update(next_due_at="2020-01-01T00:00Z")
    eventually(lambda: scored(30), within=60)
    all_is_right(hub, 30)


def test_a_worker_that_is_told_to_stop_gives_its_target_back(hub, start, eventually):
    fill(hub, 10)
    hub.script("heron-0[?]", Action(delay=20))
    one = worker(start, "one")
    start("beat", "--pidfile=")
    eventually(lambda: hub.asked("heron-0"), within=30)
    started = time.monotonic()
    one.send_signal(signal.SIGTERM)
    one.wait(timeout=20)
    assert time.monotonic() - started < 15
    worker(start, "two")
    eventually(lambda: scored(10), within=60)
    all_is_right(hub, 10)


def test_a_killed_worker_and_restarts_of_both_servers_in_one_run_lose_and_repeat_nothing(
    hub, own_servers, eventually
):
    fill(hub, 100)
    hub.quota(20, 5)
    hub.script("heron-9[?]", Action(drip=0.002))
    hub.script("heron-21[?]", Action(delay=3))  # longer than a turn, shorter than a lease
    lies = {"heron-27": html(), "heron-47": Action(truncate=True), "heron-67": Action(reset=True)}
    lies |= {"heron-87": status(503)}
    for name, lie in lies.items():
        hub.script(f"{name}[?]", lie)
    first, _ = worker(own_servers.start, "first"), worker(own_servers.start, "second")
    own_servers.start("beat", "--pidfile=")
    eventually(lambda: done() >= 15, within=120)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    worker(own_servers.start, "third")
    eventually(lambda: done() >= 30, within=120)
    own_servers.restart(own_servers.valkey)
    eventually(lambda: done() >= 50, within=120)
    own_servers.restart(own_servers.postgres)
    eventually(lambda: done() >= 100 - len(lies), within=240)
    failing = Identifier.objects.filter(state="failing")
    assert {row.reference for row in failing} == {f"shore/{name}" for name in lies}
    failing.update(next_due_at="2020-01-01T00:00Z")
    eventually(lambda: scored(100), within=120)
    assert hub.refused == 0
    assert most_in_a_window(hub, 5) <= 20
    all_is_right(hub, 100)
    asked = Counter(request.path for request in hub.asked("heron"))
    again = sum(count - 1 for count in asked.values()) - len(lies)
    # What the killed worker had in hand, and what could not be recorded without a database.
    assert again <= 2
