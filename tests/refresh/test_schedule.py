"""When an address is visited next: sooner where news is likely or wanted, later where none came."""

from datetime import timedelta

import pytest
from django.utils import timezone

from openness.models import Observation, Watch
from openness.services import refresh_schedule
from openness.services.refresh_schedule import News
from openness.services.refresh_scores import score_pending
from openness.sources.live import Meaning
from tests.refresh.rounds import due_address


@pytest.mark.parametrize(
    ("state", "shortest", "longest"),
    [
        ("ok", timedelta(hours=20), timedelta(hours=28)),
        ("gone", timedelta(days=25), timedelta(days=35)),
        ("disabled", timedelta(days=25), timedelta(days=35)),
    ],
)
def test_the_next_visit_depends_on_how_much_news_there_may_be(db, state, shortest, longest):
    row = due_address("shore/heron")
    row.state = state
    now = timezone.now()
    news = refresh_schedule.news_of([row])[row.pk]
    dates = {refresh_schedule.next_visit(row, Meaning.OK, now, news) - now for _ in range(20)}
    assert len(dates) > 15  # by chance, so that they part
    assert all(shortest < one < longest for one in dates)


@pytest.mark.parametrize(
    ("seen", "watched", "hours"),
    [(1, False, 24), (89, False, 24), (91, False, 7 * 24), (91, "asked", 7 * 24), (91, True, 6)],
)
def test_an_address_without_news_is_visited_seldom_unless_somebody_watches(
    db, seen, watched, hours
):
    row, now = due_address("shore/heron"), timezone.now()
    row.state = "ok"
    Observation.objects.create(
        identifier=row,
        field="license",
        value="mit",
        source="hub",
        first_seen_at=now - timedelta(days=seen),
        last_seen_at=now,
    )
    if watched:
        confirmed = now if watched is True else None
        Watch.objects.create(project=row.project, email="a@b.example", confirmed_at=confirmed)
    news = refresh_schedule.news_of([row])[row.pk]
    wait = refresh_schedule.next_visit(row, Meaning.UNCHANGED, now, news) - now
    assert 0.85 <= wait / timedelta(hours=hours) <= 1.15


def test_the_first_hundred_of_a_ranking_are_visited_every_six_hours(
    hub, target, visit, monkeypatch
):
    hub.models["shore/heron"] = hub.model("shore/heron")
    row = target("shore/heron")
    visit(row)
    score_pending()
    assert refresh_schedule.news_of([row])[row.pk].prominent
    monkeypatch.setattr(refresh_schedule, "PROMINENT_RANK", 0)
    assert not refresh_schedule.news_of([row])[row.pk].prominent


def test_a_backoff_doubles_up_to_a_day(db):
    row = due_address("shore/heron")
    row.state = "failing"
    now = timezone.now()
    for fails, minutes in ((1, 10), (3, 40), (30, 24 * 60)):
        row.fails = fails
        waits = refresh_schedule.next_visit(row, Meaning.OUTAGE, now, News()) - now
        assert timedelta(minutes=minutes * 0.5) <= waits <= timedelta(minutes=minutes * 1.5)
