"""How the refresh stands: read in few questions, shown on the page, told in the terminal."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
import redis
from django.conf import settings as site
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from openness.celery import WORKERS_KEY, Presence
from openness.management import visits
from openness.models import Fetch, Identifier, LinkCheck, RefreshRun, SourceState
from openness.refresh_status import RefreshStatus, RunStatus, SourceStatus, refresh_status
from openness.services.refresh_runs import end_runs, start_run
from openness.sources import LIVE, PRICE_LISTS
from openness.tasks import read_price_list
from openness.tasks import visit as visit_task
from tests.fakehub import FakeHub
from tests.fakehub.server import status

HTMX = {"HX-Request": "true"}


def of(found: RefreshStatus, key: str) -> SourceStatus:
    return next(one for one in found.sources if one.key == key)


def test_each_source_says_how_it_stands(hub: FakeHub, target: Callable, visit: Callable):
    hub.quota(500, 300)
    for n in range(4):
        hub.models[f"shore/heron-{n}"] = hub.model(f"shore/heron-{n}")
        target(f"shore/heron-{n}")
    hub.script("heron-3", status(503))
    visit()
    Identifier.objects.filter(reference="shore/heron-0").update(
        next_due_at=timezone.now() - timedelta(hours=2)
    )
    Identifier.objects.filter(reference="shore/heron-1").update(next_due_at=timezone.now())
    found = of(refresh_status(), "hub")
    assert (found.addresses, found.due, found.overdue, found.failing) == (4, 2, 1, 1)
    assert (found.visits, found.failures) == ({"ok": 3, "outage": 1}, {"outage": 1})
    assert (found.budget, found.budget_used) == (200, 4)  # 40 % of what the source grants
    assert timezone.now() - found.last_ok_at < timedelta(seconds=30)
    assert of(refresh_status(), "github").last_ok_at is None


def test_a_price_list_and_the_links_have_a_row_each(hub: FakeHub, db: None, client: Client):
    now = timezone.now()
    before = of(refresh_status(), "litellm")
    assert (before.addresses, before.due, before.overdue, before.last_ok_at) == (1, 1, 0, None)
    SourceState.objects.create(key="litellm", last_ok_at=now - timedelta(days=8))
    SourceState.objects.create(key="models-dev", last_ok_at=now - timedelta(days=2))
    hub.script("openrouter", status(503))
    read_price_list("openrouter")
    LinkCheck.objects.create(url="https://a.example/", host="a", state="dead", next_due_at=now)
    hours = timedelta(hours=2)
    LinkCheck.objects.create(
        url="https://b.example/", host="b", state="ok", next_due_at=now - hours, last_ok_at=now
    )
    found = {one.key: one for one in refresh_status().sources}
    assert list(found) == [*LIVE, *PRICE_LISTS, "links"]
    assert [(found[key].due, found[key].overdue) for key in ("litellm", "models-dev")] == [
        (1, 1),
        (0, 0),
    ]
    asked = found["openrouter"]
    assert (asked.failing, asked.failures) == (1, {"outage": 1})
    assert asked.reason == "OpenRouter: the source is in trouble (503)."
    links = found["links"]
    assert (links.addresses, links.due, links.overdue, links.gone) == (2, 2, 1, 1)
    assert links.last_ok_at == now
    html = client.get("/status/?renew=no").content.decode()
    assert "could not be read" in html
    assert "OpenRouter: the source is in trouble (503)." in html
    for name in ("genai-prices", "LiteLLM", "models.dev", "OpenRouter", "Links"):
        assert f'<th scope="row">{name}</th>' in html


def test_it_takes_as_many_queries_for_many_addresses_as_for_few(
    hub: FakeHub, target: Callable, visit: Callable, django_assert_num_queries: Callable
):
    with django_assert_num_queries(6):
        refresh_status()
    for n in range(30):
        hub.models[f"shore/heron-{n}"] = hub.model(f"shore/heron-{n}")
        target(f"shore/heron-{n}")
    visit()
    with django_assert_num_queries(6):
        refresh_status()


def test_a_run_counts_what_was_visited_whatever_came_of_it(
    hub: FakeHub, target: Callable, visit: Callable
):
    for n in range(12):
        hub.models[f"shore/heron-{n}"] = hub.model(f"shore/heron-{n}")
        target(f"shore/heron-{n}")
    target("shore/heron-0", kind="space")  # an address that nobody visits
    run = start_run(source="hub")
    hub.script("heron-3", status(503))
    hub.script("heron-7", status(429, Retry_After="1"))
    visit()
    [seen] = refresh_status().runs
    assert (seen.total, seen.visited, seen.ended_at) == (12, 7, None)
    assert seen.per_minute > 7
    assert seen.remaining == pytest.approx(5 / seen.per_minute * 60)
    Identifier.objects.update(next_due_at=timezone.now())
    with redis.Redis.from_url(site.REDIS_URL) as broker:
        for key in broker.scan_iter("openness:budget:*:held"):
            broker.delete(key)
    visit()
    assert end_runs() == 1
    [seen] = refresh_status().runs
    assert (seen.id, seen.visited, seen.left) == (run.pk, 12, 0)
    assert seen.ended_at is not None


def test_a_later_run_takes_over_what_an_earlier_one_waits_for(db: None, target: Callable):
    target("shore/heron")
    earlier = start_run()
    later = start_run(source="hub")
    earlier.refresh_from_db()
    assert earlier.ended_at is not None
    assert (later.awaited.count(), later.ended_at) == (1, None)


def test_a_queue_says_how_long_its_first_task_has_waited(hub: FakeHub, db: None):
    before = {queue.name: queue for queue in refresh_status().queues}
    visit_task.apply_async(("arxiv",), queue="links")
    after = {queue.name: queue for queue in refresh_status().queues}
    try:
        assert after["links"].waiting == before["links"].waiting + 1
        assert 0 <= after["links"].oldest < 10
        assert set(after) == {"score", "hub", "github", "links", "webhooks"}
    finally:
        visit_task.app.control.purge()


def test_a_worker_that_fell_silent_is_not_among_the_living(hub: FakeHub, db: None):
    with redis.Redis.from_url(site.REDIS_URL) as broker:
        broker.delete(WORKERS_KEY)
        silent = json.dumps({"name": "silent@here", "queues": ["hub"], "processes": 1})
        broker.zadd(WORKERS_KEY, {silent: timezone.now().timestamp() - 60})
        presence = Presence()
        presence.renew()  # a process that is no worker says nothing
        presence.begin(name="lively@here", queues=["score"], processes=2)
        presence.renew()
        [worker] = refresh_status().workers
        assert (worker.name, worker.queues, worker.processes) == ("lively@here", ("score",), 2)
        presence.end()
        assert refresh_status().workers == []
        broker.delete(WORKERS_KEY)


def test_the_page_shows_it_and_renews_only_that_part(
    hub: FakeHub, target: Callable, client: Client
):
    target("shore/heron")
    start_run()
    SourceState.objects.create(
        key="hub",
        paused_until=timezone.now() + timedelta(minutes=5),
        reason="5 of the last 5 visits failed",
    )
    Fetch.objects.create(
        source="hub",
        at=timezone.now(),
        url="x",
        status=0,
        meaning="outage",
        words="",
        seconds=1,
        size=0,
    )
    html = client.get("/status/").content.decode()
    assert "paused until" in html
    assert "5 of the last 5 visits failed" in html
    assert "no answer of use: 1" in html
    assert "0 of 1 addresses visited" in html
    assert '<progress max="1" value="0"' in html
    part = client.get("/status/", headers=HTMX).content.decode()
    assert part.lstrip().startswith("<section")
    assert 'hx-trigger="every 10s"' in part
    still = client.get("/status/?renew=no").content.decode()
    assert "hx-trigger" not in still


def test_without_its_broker_the_page_says_that_nothing_is_asked(
    hub: FakeHub, db: None, client: Client, settings: object
):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    html = client.get("/status/", headers=HTMX).content.decode()
    assert "The broker does not answer" in html


def test_a_refresh_in_the_terminal_is_a_run_of_its_own(hub: FakeHub, target: Callable):
    hub.models["shore/heron"] = hub.model("shore/heron")
    target("shore/heron")
    out = StringIO()
    call_command("refresh", "--now", "--source", "hub", "--json", stdout=StringIO())
    run = RefreshRun.objects.get()
    assert (run.total, run.ended_at is None) == (1, False)
    call_command("refresh", "--source", "hub", stdout=out, stderr=StringIO())
    assert json.loads(out.getvalue())["due"] == 1


def test_the_progress_of_a_run_is_one_line():
    began = timezone.now()
    run = RunStatus(7, "hub", "", began, None, 1547, 1135, 120.0)
    assert visits.progress(run) == (
        "refresh 7: 412 of 1,547 visited (27%), 120 a minute, about 9 min 28 s to go"
    )
    ended = RunStatus(7, "", "", began, began + timedelta(minutes=13), 1547, 0, 119.0)
    assert visits.progress(ended) == "refresh 7: 1,547 of 1,547 visited (100%), done in 13 min"
