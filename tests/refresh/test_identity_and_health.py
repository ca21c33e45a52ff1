"""A path is not an identity, one failure proves nothing, and an ill source is left alone."""

from datetime import timedelta

import pytest
import redis
from django.conf import settings as site
from django.utils import timezone

from openness.models import (
    Change,
    Fetch,
    Identifier,
    Observation,
    SourceState,
    Watch,
)
from openness.services import refresh_schedule
from openness.services.refresh_health import Rest
from openness.services.refresh_record import Visit
from openness.services.refresh_schedule import News
from openness.services.refresh_scores import score_pending
from openness.sources import LIVE
from openness.sources.live import Meaning
from tests.factories import evidence_of
from tests.fakehub import Action, sites
from tests.fakehub.replies import json_reply
from tests.fakehub.server import html, status
from tests.refresh.rounds import due_address


def earlier(row: Identifier, **ago: float) -> None:
    """Let the first failure have been so long ago."""
    Identifier.objects.filter(pk=row.pk).update(first_failed_at=timezone.now() - timedelta(**ago))


def test_a_renamed_repository_is_followed_because_its_id_is_the_same(hub, target, visit):
    hub.models["shore/heron"] = hub.model("shore/heron")
    row = target("shore/heron")
    visit(row)
    identity = row.immutable_id
    hub.rename("shore/heron", "coast/heron")
    visit(row)
    assert (row.reference, row.state, row.immutable_id) == ("coast/heron", "ok", identity)
    hub.reset()
    visit(row)
    assert hub.requests[0].path.startswith("/api/models/coast/heron?")


def test_another_repository_at_the_same_path_is_not_taken_for_the_old_one(hub, target, visit):
    hub.models["shore/heron"] = hub.model("shore/heron", license="apache-2.0")
    row = target("shore/heron")
    visit(row)
    hub.rename("shore/heron", "coast/heron", same_id=False)
    hub.models["coast/heron"] |= hub.model("x/y", license="cc-by-nc-4.0") | {
        "id": "coast/heron",
        "_id": "of-another",
    }
    [done] = visit(row)
    assert (done.meaning, row.state, row.reference) == ("replaced", "moved", "shore/heron")
    assert "another repository" in done.words
    assert evidence_of(row.project)["weights_end"].license_id == "Apache-2.0"
    assert not Change.objects.exists()


def test_a_redirect_in_the_recordings_leads_to_another_repository(hub, shared, target, visit):
    hub.load(shared / "data/sources/hf_api_recorded_2026-10")
    row = target("runwayml/stable-diffusion-v1-5")
    row.immutable_id = "6306bd3c5a24a1b2c3d4e5f6"  # the one of 2022
    row.save()
    [done] = visit(row)
    assert done.meaning == "replaced"


def test_a_rename_onto_a_path_of_another_row_keeps_the_old_path(hub, target, visit):
    hub.models["shore/heron"] = hub.model("shore/heron")
    row = target("shore/heron")
    visit(row)
    hub.rename("shore/heron", "coast/heron")
    due_address("coast/heron")
    visit(row)
    assert (row.reference, row.state) == ("shore/heron", "ok")


def test_other_letter_case_is_the_same_repository(hub, target, visit):
    hub.models["Shore/Heron"] = hub.model("Shore/Heron")
    row = target("shore/heron")
    visit(row)
    assert (row.reference, row.state) == ("Shore/Heron", "ok")


def test_one_answer_that_it_is_missing_proves_nothing(hub, target, visit):
    hub.models["shore/heron"] = hub.model("shore/heron")
    row = target("shore/heron")
    visit(row)
    hub.remove("shore/heron")
    visit(row)
    assert (row.state, row.fails) == ("gone_suspected", 1)
    assert evidence_of(row.project)["weights_end"].access_least == "public"
    assert timedelta(hours=24) < row.next_due_at - timezone.now() < timedelta(hours=30)


def test_three_failures_within_two_days_prove_nothing(hub, target, visit):
    hub.models["shore/heron"] = hub.model("shore/heron")
    row = target("shore/heron")
    visit(row)
    hub.remove("shore/heron")
    for _ in range(3):
        visit(row)
        earlier(row, hours=47)
    assert row.state == "gone_suspected"
    assert not Change.objects.exists()


def test_gone_is_confirmed_after_three_failures_over_two_days_and_undone_by_a_return(
    hub, target, visit
):
    hub.models["shore/heron"] = body = hub.model("shore/heron")
    row = target("shore/heron")
    visit(row)
    hub.remove("shore/heron")
    visit(row)
    visit(row)
    earlier(row, hours=49)
    hub.reset()
    visit(row)
    assert hub.asked("openai-community/gpt2")  # the source itself was asked whether it is well
    assert (row.state, row.fails) == ("gone", 3)
    change = Change.objects.get()
    assert (change.change_class, change.new) == ("withdrawn", "closed, none, Apache-2.0")
    assert evidence_of(row.project)["weights_end"].note.startswith("withdrawn")
    assert row.next_due_at - timezone.now() > timedelta(days=20)

    hub.models["shore/heron"] = body
    visit(row)
    assert row.state == "ok"
    assert evidence_of(row.project)["weights_end"].access_least == "public"
    assert Observation.objects.get(field="gone", ended_at__isnull=True).value == "false"


def test_nothing_is_gone_while_the_source_itself_is_ill(hub, target, visit):
    hub.models["shore/heron"] = hub.model("shore/heron")
    row = target("shore/heron")
    visit(row)
    hub.remove("shore/heron")
    visit(row)
    visit(row)
    earlier(row, hours=49)
    hub.remove("openai-community/gpt2")  # it says of everything that it is missing
    visit(row)
    assert row.state == "gone_suspected"
    assert not Change.objects.exists()


def test_an_outage_neither_feeds_nor_drops_a_suspicion(hub, target, visit):
    hub.models["shore/heron"] = hub.model("shore/heron")
    row = target("shore/heron")
    visit(row)
    hub.remove("shore/heron")
    visit(row)
    hub.script("shore/heron", status(503))
    visit(row)
    assert (row.state, row.fails) == ("gone_suspected", 1)


@pytest.mark.parametrize(
    "action",
    [html(), status(500), Action(reset=True), Action(truncate=True), Action(garbage=True)],
)
def test_an_outage_says_nothing_of_the_target(hub, target, visit, action):
    hub.models["shore/heron"] = hub.model("shore/heron")
    row = target("shore/heron")
    visit(row)
    seen = Observation.objects.count()
    Identifier.objects.update(etag="")
    hub.script("shore/heron", action)
    [done] = visit(row)
    assert (done.meaning, row.state, row.fails) == ("outage", "failing", 1)
    assert timedelta(minutes=4) < row.next_due_at - timezone.now() < timedelta(minutes=16)
    assert Observation.objects.filter(ended_at__isnull=True).count() == seen
    visit(row)
    assert (row.state, row.fails) == ("ok", 0)


def test_a_disabled_repository_is_closed_and_keeps_its_license(hub, target, visit):
    hub.models["shore/heron"] = hub.model("shore/heron")
    row = target("shore/heron")
    visit(row)
    hub.models["shore/heron"]["disabled"] = True
    visit(row)
    held = evidence_of(row.project)["weights_end"]
    assert (row.state, held.access_least, held.license_id) == ("disabled", "none", "Apache-2.0")


def test_a_source_of_which_many_visits_fail_is_paused_and_comes_back_by_its_canary(
    hub, target, visit
):
    for n in range(8):
        hub.models[f"shore/heron-{n}"] = hub.model(f"shore/heron-{n}")
        target(f"shore/heron-{n}")
    hub.script("heron", *[status(503)] * 8)
    *_, rest = visit()
    assert isinstance(rest, Rest)
    assert "visits failed" in rest.words
    assert Fetch.objects.filter(meaning=Meaning.OUTAGE).count() == 5
    state = SourceState.objects.get(key="hub")
    assert state.paused_until > timezone.now()
    hub.reset()
    assert [type(one) for one in visit()] == [Rest]
    assert not hub.requests  # it is left alone

    SourceState.objects.update(paused_until=timezone.now() - timedelta(seconds=1))
    hub.script("gpt2", status(503))
    visit()
    state.refresh_from_db()
    assert (state.pauses, len(hub.requests)) == (2, 1)

    SourceState.objects.update(paused_until=timezone.now() - timedelta(seconds=1))
    Identifier.objects.update(next_due_at=timezone.now())
    hub.reset()
    done = visit()
    assert [one.meaning for one in done] == ["ok"] * 8
    state.refresh_from_db()
    assert (state.paused_until, state.pauses) == (None, 0)


def test_a_refusal_for_haste_rests_the_whole_source_for_the_time_it_names(hub, target, visit):
    for n in range(3):
        hub.models[f"shore/heron-{n}"] = hub.model(f"shore/heron-{n}")
        target(f"shore/heron-{n}")
    hub.script("heron-0", status(429, Retry_After="30"))
    [rest] = visit()
    assert (rest.seconds, len(hub.requests)) == (30, 1)
    first = Identifier.objects.get(reference="shore/heron-0")
    assert (first.fails, first.lease_token) == (0, None)
    assert first.next_due_at > timezone.now() + timedelta(seconds=25)
    [rest] = visit()
    assert 25 < rest.seconds <= 30
    assert len(hub.requests) == 1


def test_a_source_that_says_that_little_is_left_is_left_alone(hub, target, visit):
    for n in range(40):
        hub.models[f"shore/heron-{n}"] = hub.model(f"shore/heron-{n}")
        target(f"shore/heron-{n}")
    hub.quota(20, 60)
    done = visit()
    assert isinstance(done[-1], Rest)
    assert len(hub.requests) == 8  # 40 % of the window, learned from the first answer
    assert hub.refused == 0


def test_a_repository_costs_one_question_unless_it_was_pushed_to(hub, target, visit):
    hub.repositories["shore/kit"] = sites.repository("shore/kit")
    row = target("shore/kit", source="github", kind="repository")
    row.project.kind = "software"
    row.project.save()
    visit(row, source="github")
    assert [one.path for one in hub.requests] == [
        "/gh/repos/shore/kit",
        "/gh/repos/shore/kit/license",
        "/gh/repos/shore/kit/releases/latest",
        "/gh/repos/shore/kit/community/profile",
    ]
    held = evidence_of(row.project)["source_code"]
    assert (held.state, held.access_least, held.license_id) == ("open", "public", "MIT")
    hub.reset()
    visit(row, source="github")
    assert len(hub.requests) == 1
    hub.repositories["shore/kit"] |= {"stargazers_count": 6}
    visit(row, source="github")
    assert len(hub.requests) == 2  # new stars are no news
    hub.repositories["shore/kit"] |= {
        "pushed_at": "2026-09-02T00:00:00Z",
        "license": {"spdx_id": "AGPL-3.0"},
    }
    visit(row, source="github")
    assert len(hub.requests) == 6
    assert evidence_of(row.project)["source_code"].license_id.startswith("AGPL-3.0")


def test_a_renamed_repository_on_github_keeps_its_number(hub, target, visit):
    hub.repositories["shore/kit"] = sites.repository("shore/kit")
    row = target("shore/kit", source="github", kind="repository")
    visit(row, source="github")
    body = hub.repositories.pop("shore/kit") | {"full_name": "coast/kit"}
    hub.repositories["coast/kit"] = body
    hub.moved["shore/kit"] = "coast/kit"
    visit(row, source="github")
    assert (row.reference, row.state) == ("coast/kit", "ok")


def test_githubs_limit_without_a_time_rests_it_for_a_minute(hub, target, visit):
    row = target("shore/kit", source="github", kind="repository")
    words = json_reply({"message": "You have exceeded a secondary rate limit"}, 403)
    hub.script("shore/kit", Action(words))
    [rest] = visit(row, source="github")
    assert rest.words == "GitHub's rate limit is reached"
    assert rest.seconds == 60


def test_a_license_text_that_could_not_be_read_is_asked_for_again(hub, target, visit):
    hub.repositories["shore/kit"] = sites.repository("shore/kit")
    row = target("shore/kit", source="github", kind="repository")
    hub.script("license", status(502))
    visit(row, source="github")
    assert row.state == "failing"
    assert not Observation.objects.exists()
    visit(row, source="github")
    assert Observation.objects.filter(field="license_sha256").exists()


def test_a_paper_that_is_there_is_held_and_one_that_was_withdrawn_is_closed(hub, target, visit):
    hub.papers |= {"2401.00001": {}, "2401.00002": {"comment": "This paper has been withdrawn"}}
    there = target("2401.00001", source="arxiv", kind="paper")
    visit(there, source="arxiv")
    assert evidence_of(there.project)["preprint"].state == "open"
    assert there.state == "ok"


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


SAMPLES = {"hub": "shore/heron", "github": "shore/kit", "arxiv": "2401.00001"}


@pytest.mark.parametrize("key", LIVE)
def test_each_source_has_a_canary_that_decides_whether_it_is_well(hub, target, visit, key):
    """What confirms "gone" and what ends a pause is the same question at every source."""
    source, kind = LIVE[key], LIVE[key].canary[0]
    row = target(SAMPLES[key], source=key, kind=kind)
    there = {"hub": hub.models, "github": hub.repositories, "arxiv": hub.papers}[key]

    def round_of_visits() -> list[Rest | Visit]:
        """One round, in a new window of the budget."""
        with redis.Redis.from_url(site.REDIS_URL) as broker:
            for held in broker.scan_iter("openness:budget:*"):
                broker.delete(held)
        return visit(row, source=key)

    for _ in range(2):
        round_of_visits()
    earlier(row, hours=49)
    canary = there.pop(source.canary[1])
    [rest] = round_of_visits()
    assert rest.words == "paused: what is always there is not"
    assert (row.state, row.fails) == ("gone_suspected", 2)
    SourceState.objects.filter(key=key).update(paused_until=timezone.now() - timedelta(seconds=1))
    [rest] = round_of_visits()
    assert rest.words == "the source has not recovered"
    assert SourceState.objects.get(key=key).pauses == 2
    there[source.canary[1]] = canary
    SourceState.objects.filter(key=key).update(paused_until=timezone.now() - timedelta(seconds=1))
    for _ in range(2):  # where the budget is one question, the canary takes the first of them
        round_of_visits()
    assert row.state == "gone"
    assert SourceState.objects.get(key=key).paused_until is None


def test_a_backoff_doubles_up_to_a_day(db):
    row = due_address("shore/heron")
    row.state = "failing"
    now = timezone.now()
    for fails, minutes in ((1, 10), (3, 40), (30, 24 * 60)):
        row.fails = fails
        waits = refresh_schedule.next_visit(row, Meaning.OUTAGE, now, News()) - now
        assert timedelta(minutes=minutes * 0.5) <= waits <= timedelta(minutes=minutes * 1.5)
