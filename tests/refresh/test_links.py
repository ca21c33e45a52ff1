"""Links that statements rest on are asked once a month; one failure proves nothing."""

import socket
from datetime import timedelta

import pytest
import redis
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from openness.models import Fetch, LinkCheck, SourceState
from openness.services.links import check_due, enroll, last_check, note
from openness.sources.http import Guard, Limits, Strangers
from tests.factories import SubmissionFactory, component, project_with
from tests.fakehub import Action, FakeHub
from tests.fakehub.replies import Reply
from tests.fakehub.server import status

HTML = {"Content-Type": "text/html"}


@pytest.fixture
def site(hub: FakeHub, db):
    """A stranger's site with one page, which we may visit."""
    cache.clear()
    hub.pages["/robots.txt"] = Reply(404)
    hub.pages["/heron"] = Reply(200, b"<title>Heron</title>" + b"x" * 5000, HTML)
    return hub


@pytest.fixture
def check(site, settings):
    """Check what is due, as if nobody had been asked lately; after so many days."""

    def run(*, after: float = 0) -> list[LinkCheck]:
        with redis.Redis.from_url(settings.REDIS_URL) as broker:
            for key in broker.scan_iter("openness:budget:*"):
                broker.delete(key)
        port = int(site.url.rpartition(":")[2])

        def resolve(host, port, **_):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

        guard = Guard(permits=lambda _: True, ports=frozenset({port}), resolve=resolve)
        with time_machine.travel(timezone.now() + timedelta(days=after)):
            strangers = Strangers(guard=guard, limits=Limits(total=2, hops=4))
            return list(check_due(seconds=20, client=strangers))

    return run


def link(site: FakeHub, path: str = "/heron") -> LinkCheck:
    note([site.url + path], now=True)
    return LinkCheck.objects.get(url=site.url + path)


def other_site_answers() -> None:
    """Our own network works: another site answered just now."""
    LinkCheck.objects.create(
        url="https://well.example/",
        host="well.example",
        state="ok",
        last_ok_at=timezone.now() + timedelta(days=365),
        next_due_at=timezone.now() + timedelta(days=365),
    )


def test_a_link_is_asked_with_its_robots_txt_and_then_left_alone_for_a_month(site, check):
    row = link(site)
    [done] = check()
    assert [request.path for request in site.requests] == ["/robots.txt", "/heron"]
    assert (done.state, done.title, done.fails) == ("ok", "Heron", 0)
    assert timedelta(days=30) <= done.next_due_at - timezone.now() < timedelta(days=35)
    assert last_check(row.url).state == "ok"
    assert last_check("https://never.example/") is None
    assert check() == []


def test_a_page_that_robots_txt_keeps_from_machines_is_not_asked_for(site, check):
    site.pages["/robots.txt"] = Reply(200, b"User-agent: *\nDisallow: /heron")
    link(site)
    [done] = check()
    assert done.state == "blocked"
    assert [request.path for request in site.requests] == ["/robots.txt"]


def test_a_link_that_leads_elsewhere_says_where(site, check):
    site.pages["/old"] = Reply(301, b"", {"Location": "/heron"})
    link(site, "/old")
    [done] = check()
    assert (done.state, done.leads_to) == ("redirected", f"{site.url}/heron")


def test_dead_is_what_failed_three_times_over_a_week(site, check):
    row = link(site)
    check()
    del site.pages["/heron"]
    states = []
    for days in (40, 45, 50):
        check(after=days)
        row.refresh_from_db()
        states.append((row.state, row.fails))
    assert states == [("suspected", 1), ("suspected", 2), ("dead", 3)]
    site.pages["/heron"] = Reply(200, b"<title>Heron</title>", HTML)
    check(after=90)
    row.refresh_from_db()
    assert (row.state, row.fails, row.first_failed_at) == ("ok", 0, None)


def test_three_failures_within_a_week_are_not_enough(site, check):
    row = link(site, "/nothing")
    for _ in range(3):
        LinkCheck.objects.update(next_due_at=timezone.now())
        check()
    row.refresh_from_db()
    assert (row.state, row.fails) == ("suspected", 3)


def test_a_page_in_place_of_the_one_that_was_there_is_no_answer(site, check):
    row = link(site)
    check()
    site.pages["/heron"] = Reply(200, b"<title>Page not found</title>", HTML)
    for days in (40, 45, 50):
        check(after=days)
    row.refresh_from_db()
    assert row.state == "soft_404"


def test_a_server_that_hangs_or_fails_is_in_doubt_only_while_other_sites_answer(site, check):
    row = link(site)
    site.script("/heron", Action(delay=3), status(503), status(503))
    assert check() != []
    row.refresh_from_db()
    # Nobody answered: that may be our own network, so nothing is known.
    assert (row.state, row.fails, row.checked_at) == ("new", 0, None)
    other_site_answers()
    check(after=2)
    row.refresh_from_db()
    assert (row.state, row.fails) == ("suspected", 1)


def test_where_nobody_answers_all_links_are_left_alone(site, check):
    site.script("/", *[status(503)] * 50)
    port = site.url.rpartition(":")[2]
    note([f"http://site-{n}.example:{port}/" for n in range(20)], now=True)
    check()
    assert SourceState.objects.get(key="links").paused_until > timezone.now()
    assert not LinkCheck.objects.exclude(state="new").exists()
    site.reset()
    assert check() == []
    assert not site.requests


def test_a_site_is_asked_seldom_however_many_links_lead_to_it(site, check):
    note([f"{site.url}/heron?{n}" for n in range(20)], now=True)
    check()
    assert len(site.requests) <= 3
    waiting = LinkCheck.objects.filter(next_due_at__lt=timezone.now() + timedelta(seconds=16))
    assert waiting.count() == 20 - Fetch.objects.filter(source="links").count()


def test_links_of_statements_are_spread_and_those_that_a_reviewer_waits_for_are_due(db):
    project_with(component("model_card", link="https://shore.example/card"))
    SubmissionFactory()
    assert enroll() == 2
    assert enroll() == 0
    now = timezone.now()
    waits = LinkCheck.objects.get(url="https://huggingface.co/shore/pelican-7b")
    spread = LinkCheck.objects.get(url="https://shore.example/card")
    assert waits.next_due_at <= now
    assert now < spread.next_due_at < now + timedelta(days=30)


@pytest.mark.parametrize("url", ["", "ftp://a.example/", "https://a.example/ b", "mailto:a@b.c"])
def test_what_is_no_link_is_not_noted(db, url):
    assert note([url]) == 0


def test_a_reader_sees_at_each_statement_what_the_last_check_found(client, db):
    project = project_with(
        component("model_card", link="https://shore.example/card"), slug="heron", name="Heron"
    )
    page = reverse("project", args=[project.slug])
    assert "link answers" not in client.get(page).content.decode()
    note(["https://shore.example/card"])
    LinkCheck.objects.update(state="dead", checked_at=timezone.now())
    assert "link is dead" in client.get(page).content.decode()
