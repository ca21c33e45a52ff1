"""The Hub's listing: one question for many, and no conclusion from who is not on it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from openness.models import Identifier, Observation, RefreshRun, Snapshot
from openness.services.refresh_runs import end_runs, start_run
from openness.sources import hub as reader
from openness.sources.http import Answer
from tests.factories import evidence_of
from tests.fakehub import Action
from tests.fakehub.replies import json_reply


@pytest.mark.parametrize(
    ("answer", "shown", "after"),
    [
        (Answer("", 200, {}, b'[{"id": "Shore/Heron"}, {"no": 1}, 3]'), {"shore/heron"}, ""),
        (
            Answer(
                "", 200, {"link": '<https://hub.example/api/models?cursor=b>; rel="next"'}, b"[]"
            ),
            *(set(), "/api/models?cursor=b"),
        ),
        # Not the Hub's own: not followed.
        (Answer("", 200, {"link": '<https://hub.example.evil/x>; rel="next"'}, b"[]"), set(), ""),
        (Answer("", 200, {}, b"<html>"), None, None),
        (Answer("", 200, {}, b'{"id": "a/b"}'), None, None),
        (Answer("", 400, {}, b"[]"), None, None),
        (Answer("", 0, error="timeout"), None, None),
    ],
)
def test_a_page_is_a_list_of_models_and_the_way_to_the_next(answer, shown, after, settings):
    settings.HUB_URL = "https://hub.example"
    page = reader.read_page(answer)
    assert (set(page.shown) if page else None, page and page.after) == (shown, after)


def test_pages_answer_for_all_that_they_show_and_the_others_are_asked_alone(
    hub, target, visit, monkeypatch
):
    monkeypatch.setattr(reader, "PAGE", 2)
    rows = [target(f"shore/heron-{n}") for n in range(4)]
    hub.models |= {f"shore/heron-{n}": hub.model(f"shore/heron-{n}") for n in (0, 1, 3)}
    hub.models["shore/stranger"] = hub.model("shore/stranger")
    offers = {"fast": {"status": "live", "task": "x"}}
    hub.models["shore/heron-3"]["inferenceProviderMapping"] = offers
    run = start_run(source="hub", owner="shore")
    done = visit()
    assert [one.status for one in done] == [200, 200, 200, 401]
    asked = [request.path.partition("?")[0] for request in hub.requests]
    assert asked == ["/api/models", "/api/models", "/api/models/shore/heron-2"]
    states = dict(Identifier.objects.values_list("reference", "state"))
    assert states == {
        **{f"shore/heron-{n}": "ok" for n in (0, 1, 3)},
        "shore/heron-2": "gone_suspected",
    }
    assert evidence_of(rows[3].project)["hosted_api"].note == "served by fast"
    # The page is kept as it was received, and the observations point to it.
    assert Observation.objects.get(identifier=rows[0], field="license").snapshot
    assert Snapshot.objects.count() == 2
    end_runs()
    run.refresh_from_db()
    assert (run.cursor, run.ended_at is not None) == ("", True)
    before = Observation.objects.count()
    start_run(source="hub", owner="shore")
    assert {one.meaning for one in visit() if one.status == 200} == {"unchanged"}
    assert (Observation.objects.count(), Snapshot.objects.count()) == (before, 2)


def test_a_name_that_is_another_repository_now_is_not_taken_from_a_page(hub, target, visit):
    hub.models["shore/heron"] = hub.model("shore/heron", license="mit")
    row = target("shore/heron")
    visit(row)
    hub.models["shore/heron"] = hub.model("shore/heron", _id="other", license="cc-by-nc-4.0")
    start_run(source="hub", owner="")
    [done] = visit()
    assert done.meaning == "replaced"
    assert evidence_of(row.project)["weights_end"].license_id == "MIT"


def test_a_cursor_that_the_hub_forgot_ends_the_walk_and_an_outage_only_delays_it(
    hub, target, visit
):
    hub.models["shore/heron"] = hub.model("shore/heron")
    for refusal, kept in (
        (Action(json_reply({}, 503)), True),
        (Action(json_reply({}, 400)), False),
    ):
        target(f"shore/heron-{kept}")
        run = start_run(source="hub", owner="")
        hub.script(r"/api/models\?", refusal)
        visit()
        run.refresh_from_db()
        assert bool(run.cursor) == kept
        RefreshRun.objects.all().delete()


def test_only_a_source_that_lists_can_be_walked_through(db):
    with pytest.raises(CommandError, match="lists what it has: hub"):
        call_command("refresh", "--source", "arxiv", "--listing", stdout=StringIO())
