"""A price list becomes statements on our releases, and on nothing else."""

import json
from datetime import date
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from openness import tasks
from openness.models import (
    Change,
    Edition,
    Evidence,
    Fetch,
    Identifier,
    Judgement,
    Listing,
    PendingScore,
    Project,
    SourceState,
    Subject,
)
from openness.services import price_lists
from openness.services.refresh_scores import score_pending
from openness.sources import PRICE_LISTS
from openness.sources.reading import Refused, Unavailable
from openness.sources.wheels import Member
from tests.factories import ProjectFactory
from tests.fakehub import Action, FakeHub, others
from tests.fakehub.replies import json_reply
from tests.fakehub.server import html, status

LITELLM = PRICE_LISTS["litellm"]
OPENROUTER = PRICE_LISTS["openrouter"]
pytestmark = pytest.mark.django_db


def member(version: str = "1.0", host: str = "deepinfra", *, price: float = 2e-7) -> Member:
    entries = {
        f"{host}/shore/Heron-7B": {"litellm_provider": host, "input_cost_per_token": price},
        "wren-1": {"litellm_provider": "openai", "input_cost_per_token": 5e-06},
        "nobodys-1": {"litellm_provider": "openai", "input_cost_per_token": 5e-06},
    }
    body = json.dumps(entries).encode()
    return Member(LITELLM.package, version, f"{version}{host}{price}", LITELLM.member, body)


@pytest.fixture
def heron() -> Project:
    project = ProjectFactory(slug="heron")
    Identifier.objects.create(
        project=project, source="hub", kind="model", reference="shore/heron-7b"
    )
    return project


def test_a_list_speaks_of_our_releases_and_makes_none(heron):
    wren = ProjectFactory(slug="wren")
    Subject.objects.create(
        index="litellm", key="openai/wren-1", name="Wren", project=wren, matched_by="curator"
    )
    done = price_lists.read_price_list(LITELLM, member=member())
    assert (done.read, done.projects) == (2, {heron.pk, wren.pk})
    assert Project.objects.count() == 2
    held = Evidence.objects.get(project=heron)
    assert (held.component, held.hosting_least, held.trust) == ("hosted_api", "paid_api", 1)
    assert held.note == "offered by deepinfra"
    assert Edition.objects.get(index="litellm").key == "1.0"
    assert Judgement.objects.get(subject__project=heron).value == "input 0.2"
    assert set(PendingScore.objects.values_list("project", flat=True)) == done.projects
    assert SourceState.objects.get(key="litellm").last_ok_at


def test_the_same_list_again_changes_nothing_and_a_new_version_only_what_moved(heron):
    with time_machine.travel(date(2026, 11, 1)):
        price_lists.read_price_list(LITELLM, member=member())
    with time_machine.travel(date(2026, 11, 20)):
        assert not price_lists.read_price_list(LITELLM, member=member()).projects
        assert not price_lists.read_price_list(LITELLM, member=member("1.1")).projects
        assert not Change.objects.exists()
        moved = price_lists.read_price_list(LITELLM, member=member("1.2", "nebius"))
    assert moved.projects == {heron.pk}
    assert Evidence.objects.in_force().get(project=heron).stated_on == date(2026, 11, 20)


def test_an_offer_that_a_list_still_has_is_dated_anew_before_it_looks_stale(heron):
    for day, stated in (
        (date(2026, 10, 1), date(2026, 10, 1)),
        (date(2026, 10, 20), date(2026, 10, 1)),
        (date(2026, 11, 1), date(2026, 11, 1)),
    ):
        with time_machine.travel(day):
            price_lists.read_price_list(LITELLM, member=member(f"1.{day:%m%d}"))
        assert Evidence.objects.in_force().get(project=heron).stated_on == stated


def test_one_list_makes_an_offer_possible_and_a_second_one_proves_it(heron):
    price_lists.read_price_list(LITELLM, member=member())
    score_pending()
    listing = Listing.objects.get(project=heron)
    assert (listing.api_least, listing.api_most) == ("none", "paid_api")
    second = PRICE_LISTS["genai-prices"]
    body = b"""providers = [Provider(id='doubleword', models=[ModelInfo(id='shore/Heron-7B',
        prices=ModelPrice(input_mtok=Decimal('0.1')))])]"""
    price_lists.read_price_list(
        second, member=Member(second.package, "1", "cd", second.member, body)
    )
    score_pending()
    listing.refresh_from_db()
    assert (listing.api_least, listing.api_most) == ("paid_api", "paid_api")


def test_the_schedule_reads_a_list_once_a_week_and_one_that_failed_the_next_day(heron, monkeypatch):
    asked = []

    def download(package, name):
        asked.append(package)
        if len(asked) == 1:
            raise Unavailable("litellm: pip reaches no index that has a wheel of it.")
        return member()

    monkeypatch.setattr(price_lists, "download", download)
    for day in range(1, 10):
        with time_machine.travel(date(2026, 11, day)):
            tasks.read_price_list("litellm")
        if day == 1:
            assert "no index" in SourceState.objects.get(key="litellm").reason
    assert len(asked) == 3  # the 1st, in vain; the 2nd; the 9th
    assert not SourceState.objects.get(key="litellm").reason


def test_a_list_can_be_read_at_once_and_says_why_not(heron, monkeypatch):
    monkeypatch.setattr(price_lists, "download", lambda package, name: member())
    out = StringIO()
    call_command("refresh", "--source", "litellm", "--now", stdout=out, stderr=StringIO())
    first, scored = map(json.loads, out.getvalue().splitlines())
    assert (first["source"], first["created"], scored["scored"]) == ("litellm", 1, 1)

    def unreachable(package, name):
        raise Unavailable(f"{package}: pip reaches no index that has a wheel of it.")

    monkeypatch.setattr(price_lists, "download", unreachable)
    with pytest.raises(CommandError, match="no index"):
        call_command("refresh", "--source", "litellm", "--now", stdout=out)
    with pytest.raises(CommandError, match="comes whole"):
        call_command("refresh", "--source", "litellm", "--project", "heron")


def test_a_list_that_is_asked_for_becomes_evidence_within_its_budget(hub: FakeHub, heron: Project):
    hub.offers = [others.offer("shore/heron-7b", expiration_date="2027-01-01")]
    done = price_lists.read_price_list(OPENROUTER)
    assert done.projects == {heron.pk}
    held = Evidence.objects.in_force().get(project=heron)
    assert (held.source, held.hosting_least, held.price) == ("openrouter", "paid_api", "paid")
    assert held.expires_at == date(2027, 1, 1)
    assert Judgement.objects.get().value == "input 0.2, output 0.4, until 2027-01-01"
    [request] = hub.requests
    assert request.path == "/openrouter/api/v1/models"
    assert "authorization" not in request.headers
    log = Fetch.objects.get(source="openrouter")
    assert (log.meaning, log.words) == ("ok", "releases named: 1")
    # The very same bytes are no new edition.
    assert not price_lists.read_price_list(OPENROUTER).projects
    assert Edition.objects.filter(index="openrouter").count() == 1


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (status(503), "in trouble"),
        (status(429), "too many requests"),
        (status(404), "it answers 404"),
        (Action(truncate=True), "broke off"),
        (html(), "is not JSON"),
        (Action(json_reply({"data": []})), "names no offer"),
    ],
)
def test_a_list_that_does_not_come_says_why_and_changes_nothing(
    hub: FakeHub, heron: Project, action: Action, reason: str
):
    hub.offers = [others.offer("shore/heron-7b")]
    price_lists.read_price_list(OPENROUTER)
    hub.script("openrouter", action)
    with pytest.raises((Unavailable, Refused), match=reason):
        price_lists.read_price_list(OPENROUTER)
    assert Evidence.objects.in_force().filter(project=heron).exists()
    assert reason in SourceState.objects.get(key="openrouter").reason
    assert Fetch.objects.filter(source="openrouter").first().meaning in ("outage", "our_error")


def test_without_the_broker_or_beyond_the_budget_a_list_is_not_asked_for(
    hub: FakeHub, db: None, settings: object
):
    hub.offers = [others.offer("shore/heron-7b")]
    for _ in range(10):
        price_lists.read_price_list(OPENROUTER)
    with pytest.raises(Unavailable, match="enough was asked"):
        price_lists.read_price_list(OPENROUTER)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with pytest.raises(Unavailable, match="the broker"):
        price_lists.read_price_list(OPENROUTER)
    assert len(hub.requests) == 10


def test_a_list_that_lost_most_of_itself_is_not_taken_for_whole(hub: FakeHub, db: None):
    for n in range(price_lists.MANY):
        Identifier.objects.create(
            project=ProjectFactory(), source="hub", kind="model", reference=f"shore/heron-{n}"
        )
    whole = [others.offer(f"shore/heron-{n}") for n in range(price_lists.MANY)]
    hub.offers = whole
    assert len(price_lists.read_price_list(OPENROUTER).projects) == price_lists.MANY
    hub.offers = whole[:4]
    with pytest.raises(Refused, match="names 4 of our releases, after 10"):
        price_lists.read_price_list(OPENROUTER)
    hub.offers = whole[:5]
    assert price_lists.read_price_list(OPENROUTER).read == 5
