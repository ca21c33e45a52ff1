"""From a due date to evidence and a score, over real sockets."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from openness.models import (
    Change,
    Fetch,
    Identifier,
    Listing,
    Observation,
    PendingScore,
    Revision,
    Snapshot,
    SourceState,
)
from openness.services import refresh_record
from openness.services.refresh import lease, visit_due
from openness.services.refresh_health import Rest
from openness.services.refresh_runs import start_run
from openness.services.refresh_scores import score_pending
from openness.sources import LIVE
from tests.factories import evidence_of
from tests.fakehub import FakeHub


def test_a_visit_becomes_snapshot_observations_evidence_and_score(hub, target, visit):
    hub.models["shore/heron"] = hub.model("shore/heron", license="apache-2.0")
    row = target("shore/heron")
    [done] = visit(row)
    assert (done.meaning, row.state, row.fails) == ("ok", "ok", 0)
    assert row.immutable_id == hub.models["shore/heron"]["_id"]
    assert json.loads(Snapshot.objects.get().plain)["id"] == "shore/heron"
    seen = dict(Observation.objects.values_list("field", "value"))
    assert (seen["license"], seen["gated"], seen["weight_files"]) == ("apache-2.0", "false", "1")
    held = evidence_of(row.project)["weights_end"]
    assert (held.state, held.access_least, held.license_id) == ("open", "public", "Apache-2.0")
    assert held.source == "hub"
    assert PendingScore.objects.get().project_id == row.project_id
    score_pending()
    listing = Listing.objects.get(project=row.project_id)
    assert (listing.license, listing.weights_least) == ("Apache-2.0", "public")
    assert listing.parameters == 7_000_000_000
    assert not PendingScore.objects.exists()


def test_an_unchanged_target_costs_one_conditional_request_and_no_score_work(hub, target, visit):
    hub.models["shore/heron"] = hub.model("shore/heron")
    row = target("shore/heron")
    visit(row)
    score_pending()
    before = Observation.objects.count(), Revision.objects.count()
    hub.reset()
    [done] = visit(row)
    [request] = hub.requests
    assert "if-none-match" in request.headers
    assert (done.meaning, done.status) == ("unchanged", 304)
    assert (Observation.objects.count(), Revision.objects.count()) == before
    assert not PendingScore.objects.exists()
    assert {one.confirmed_at for one in Observation.objects.all()} == {row.last_ok_at}


def test_a_changed_license_is_a_change_with_its_class_and_the_old_text_is_kept(hub, target, visit):
    hub.models["shore/heron"] = hub.model("shore/heron", license="apache-2.0")
    row = target("shore/heron")
    visit(row)
    hub.models["shore/heron"] = hub.model("shore/heron", license="cc-by-nc-4.0")
    [done] = visit(row)
    change = Change.objects.get()
    assert (change.field, change.change_class) == ("weights_end", "less_open")
    assert "CC-BY-NC-4.0" in done.evidence[0]
    assert done.changed["license"] == ("apache-2.0", "cc-by-nc-4.0")
    assert Snapshot.objects.count() == 2
    ended = Observation.objects.get(field="license", ended_at__isnull=False)
    assert ended.value == "apache-2.0"


def test_terms_that_change_where_no_weights_were_seen_have_their_class(hub, target, visit):
    hub.models["shore/heron"] = hub.model("shore/heron", license="apache-2.0", siblings=[])
    row = target("shore/heron")
    visit(row)
    hub.models["shore/heron"] = hub.model("shore/heron", license="cc-by-nc-4.0", siblings=[])
    visit(row)
    assert Change.objects.get().change_class == "less_open"


def test_what_an_answer_does_not_say_stays_as_it_was(hub, target, visit):
    hub.models["shore/heron"] = hub.model("shore/heron", license="mit")
    row = target("shore/heron")
    visit(row)
    for field in ("cardData", "tags", "gated", "siblings"):
        del hub.models["shore/heron"][field]
    visit(row)
    assert not Change.objects.exists()
    assert evidence_of(row.project)["weights_end"].license_id == "MIT"


def test_a_slow_worker_whose_lease_went_to_another_records_nothing(hub, target, monkeypatch):
    hub.models["shore/heron"] = hub.model("shore/heron")
    row = target("shore/heron")
    genuine = refresh_record.record

    def after_another_took_it(source, leased, asked):
        Identifier.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        lease(LIVE["hub"])
        return genuine(source, leased, asked)

    monkeypatch.setattr("openness.services.refresh.record", after_another_took_it)
    assert list(visit_due(source=LIVE["hub"], seconds=5)) == []
    assert not Observation.objects.exists()
    assert not Fetch.objects.exists()
    row.refresh_from_db()
    assert row.lease_token is not None


def test_a_leased_address_is_not_leased_again_until_the_lease_ends(hub, target):
    target("shore/heron")
    [first] = lease(LIVE["hub"])
    assert lease(LIVE["hub"]) == []
    Identifier.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    [second] = lease(LIVE["hub"])
    assert second.row.lease_token != first.row.lease_token


def test_the_same_answer_recorded_twice_is_recorded_once(hub, target, visit):
    hub.models["shore/heron"] = hub.model("shore/heron")
    row = target("shore/heron")
    visit(row)
    Identifier.objects.update(etag="")  # so that the body comes whole again
    count = Observation.objects.count(), Revision.objects.count(), Snapshot.objects.count()
    visit(row)
    assert count == (
        Observation.objects.count(),
        Revision.objects.count(),
        Snapshot.objects.count(),
    )


def test_a_worker_that_is_stopped_in_the_middle_gives_the_address_back(hub, target, monkeypatch):
    hub.models["shore/heron"] = hub.model("shore/heron")
    row = target("shore/heron")

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("openness.services.refresh._ask", stopped)
    with pytest.raises(KeyboardInterrupt):
        list(visit_due(source=LIVE["hub"], seconds=5))
    row.refresh_from_db()
    assert row.lease_token is None
    assert row.next_due_at <= timezone.now()


def test_a_new_address_gets_a_date_within_a_day_and_not_at_once(hub, target, visit):
    rows = [target(f"shore/heron-{n}") for n in range(20)]
    Identifier.objects.update(next_due_at=None)
    visit()
    dates = list(Identifier.objects.values_list("next_due_at", flat=True))
    assert all(timezone.now() - timedelta(minutes=1) < one for one in dates)
    assert len(set(dates)) == len(rows)
    assert max(dates) < timezone.now() + timedelta(hours=24)


def test_refresh_now_says_what_was_fetched_observed_and_changed(hub: FakeHub, target: Callable):
    hub.models["allenai/OLMo-7B"] = hub.model("allenai/OLMo-7B", license="apache-2.0")
    row = target("allenai/OLMo-7B", slug="olmo-7b", name="OLMo-7B")
    out, words = StringIO(), StringIO()
    call_command("refresh", "--now", "--project", "olmo-7b", stdout=out, stderr=words)
    assert "            license: apache-2.0 (new)\n" in words.getvalue()
    assert "Scores: 1 assessed, with what builds on them; 1 of them moved." in words.getvalue()
    visit, scored = map(json.loads, out.getvalue().splitlines())
    assert (visit["project"], visit["target"], visit["said"]) == (
        "olmo-7b",
        "allenai/OLMo-7B",
        "there",
    )
    assert "license: - -> apache-2.0" in visit["changed"]
    assert visit["evidence"][0].startswith("weights_end: open, public, Apache-2.0")
    assert scored["scored"] == 1
    hub.models["allenai/OLMo-7B"] = hub.model("allenai/OLMo-7B", license="cc-by-nc-4.0")
    out = StringIO()
    call_command("refresh", "--now", "--project", "olmo-7b", stdout=out)
    visit = json.loads(out.getvalue().splitlines()[0])
    assert visit["evidence"] == [
        "weights_end: open, public, Apache-2.0 -> open, public, CC-BY-NC-4.0 (less_open)"
    ]
    row.refresh_from_db()
    assert visit["next_visit"] == row.next_due_at.isoformat(timespec="seconds")


def test_a_page_of_the_listing_answers_for_all_that_it_shows_and_the_others_are_asked_alone(
    hub: FakeHub, target: Callable, visit: Callable
):
    shown = [target(f"shore/heron-{n}") for n in range(3)]
    hidden = target("shore/wren")
    for row in (*shown, hidden):
        hub.models[row.reference] = hub.model(row.reference, private=row == hidden)
    start_run(source="hub", owner="")
    told = [done.target for done in visit()]
    assert sorted(told) == [row.reference for row in (*shown, hidden)]
    assert told[-1] == hidden.reference
    assert (len(hub.asked("/api/models?")), len(hub.asked("/api/models/shore"))) == (1, 1)
    assert not Identifier.objects.filter(leased_until__isnull=False).exists()
    assert not Identifier.objects.filter(next_due_at__lte=timezone.now()).exists()
    state = SourceState.objects.get(key="hub")
    assert state.last_ok_at >= Fetch.objects.earliest("pk").at


def test_refresh_of_a_project_that_is_not_there_names_those_that_may_be_meant(hub, target):
    with pytest.raises(CommandError, match=r"There is no project 'nothing'\.$"):
        call_command("refresh", "--project", "nothing")
    target("allenai/OLMo-7B", slug="olmo-7b")
    with pytest.raises(CommandError, match=r"There is no project 'olmo'\. Perhaps: olmo-7b\.$"):
        call_command("refresh", "--project", "olmo")


def test_without_its_broker_nobody_asks_a_source(hub, target, settings):
    target("shore/heron")
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    [rest] = list(visit_due(source=LIVE["hub"], seconds=5))
    assert isinstance(rest, Rest)
    assert not hub.requests
