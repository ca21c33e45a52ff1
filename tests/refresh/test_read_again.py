"""A better parser reads again what was received before: no network, the history told anew."""

import json
from collections.abc import Callable
from dataclasses import replace
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
)
from openness.services.refresh_again import behind, read_again
from openness.services.refresh_runs import start_run
from openness.services.refresh_scores import score_pending
from openness.sources import LIVE
from openness.sources import hub as reader
from openness.sources.live import LiveSource, Verdict
from tests.factories import evidence_of
from tests.fakehub import FakeHub, sites

NEXT = LIVE["hub"].parser_version + 1


def rows_of(row: Identifier, field: str) -> list[Observation]:
    held = Observation.objects.filter(identifier=row, field=field)
    return list(held.order_by("first_seen_at"))


def better(source: LiveSource, mend: Callable[[dict[str, str]], dict[str, str]]) -> LiveSource:
    """The source with a newer parser that mends what is observed."""

    def judge(target: object, answer: object) -> Verdict:
        verdict = source.judge(target, answer)
        return replace(verdict, observed=mend(dict(verdict.observed)))

    return replace(source, parser_version=source.parser_version + 1, judge=judge, pages=None)


def of_library(observed: dict[str, str]) -> dict[str, str]:
    """A parser that reads a license off the name of a library, and no longer who the author is."""
    observed.pop("author", None)
    return observed | {"license": {"one": "mit", "two": "gpl-3.0"}[observed["library"]]}


@pytest.fixture
def heron(hub: FakeHub, target: Callable, visit: Callable) -> Identifier:
    """An address with a history of three bodies, and an unchanged answer between."""
    row = target("shore/heron")
    for library in ("one", "two", "two"):
        hub.models["shore/heron"] = sites.model("shore/heron", library_name=library)
        visit(row)
    hub.models["shore/heron"]["lastModified"] = "2026-01-01T00:00:00.000Z"
    visit(row)
    score_pending()
    hub.reset()
    return row


def test_the_history_of_a_field_is_told_anew_and_others_keep_their_rows(hub, heron):
    assert [one.value for one in rows_of(heron, "license")] == ["apache-2.0"]
    before = rows_of(heron, "library")
    visits = Fetch.objects.filter(snapshot__isnull=False).order_by("pk")
    [done] = read_again(better(LIVE["hub"], of_library))
    assert done.fields == ("author", "license")
    first, second = rows_of(heron, "license")
    assert (first.value, second.value, second.ended_at) == ("mit", "gpl-3.0", None)
    assert first.ended_at == second.first_seen_at
    assert first.snapshot != second.snapshot
    assert [one.first_seen_at for one in (first, second)] == [one.at for one in visits[:2]]
    after = rows_of(heron, "library")
    assert [one.pk for one in after] == [one.pk for one in before]
    assert {one.parser_version for one in after} == {NEXT}
    [author] = rows_of(heron, "author")
    assert author.ended_at is not None  # nobody reads it any more; it stays on record
    assert not hub.requests


def test_what_is_corrected_is_no_news_of_the_source(heron):
    stated = evidence_of(heron.project)["weights_end"].stated_on
    since = timezone.now()
    [done] = read_again(better(LIVE["hub"], of_library))
    held = evidence_of(heron.project)["weights_end"]
    assert held.license_id.startswith("GPL-3.0")
    assert held.stated_on == stated
    change = Change.objects.get(revision__at__gte=since)
    assert change.change_class == "corrected"
    assert "GPL-3.0" in done.evidence[0]
    assert PendingScore.objects.get().project_id == heron.project_id


def test_twice_is_the_same_as_once(heron):
    newer = better(LIVE["hub"], of_library)
    list(read_again(newer))
    held = list(Observation.objects.order_by("pk").values())
    revisions = Revision.objects.count()
    assert not behind(newer).exists()
    assert list(read_again(newer)) == []
    assert (list(Observation.objects.order_by("pk").values()), Revision.objects.count()) == (
        held,
        revisions,
    )


def test_a_parser_that_reads_the_same_changes_nothing_but_its_number(heron):
    held = list(Observation.objects.order_by("pk").values_list("pk", "value", "ended_at"))
    revisions = Revision.objects.count()
    [done] = read_again(better(LIVE["hub"], dict))
    assert (done.fields, done.evidence) == ((), ())
    assert list(Observation.objects.order_by("pk").values_list("pk", "value", "ended_at")) == held
    assert set(Observation.objects.values_list("parser_version", flat=True)) == {NEXT}
    assert Revision.objects.count() == revisions


def test_that_something_is_gone_and_back_is_not_the_parsers_to_read(hub, heron, visit):
    body = hub.models.pop("shore/heron")
    for hours in (0, 0, 49):
        Identifier.objects.filter(pk=heron.pk, first_failed_at__isnull=False).update(
            first_failed_at=timezone.now() - timedelta(hours=hours)
        )
        visit(heron)
    assert heron.state == "gone"
    list(read_again(better(LIVE["hub"], dict)))
    assert [one.value for one in rows_of(heron, "gone")] == ["true"]
    assert evidence_of(heron.project)["weights_end"].access_least == "none"
    hub.models["shore/heron"] = body
    visit(heron)
    Observation.objects.update(parser_version=0)
    [done] = read_again(LIVE["hub"])
    assert done.fields == ()
    assert [one.value for one in rows_of(heron, "gone")] == ["true", "false"]


def test_a_page_of_a_listing_and_the_parts_of_a_repository_are_read_as_what_they_are(
    hub: FakeHub, target: Callable, visit: Callable
):
    listed = target("shore/heron")
    hub.models["shore/heron"] = sites.model("shore/heron")
    start_run(source="hub", owner="")
    visit()
    kit = target("shore/kit", source="github", kind="repository")
    hub.repositories["shore/kit"] = sites.repository("shore/kit")
    visit(kit, source="github")
    Observation.objects.filter(field="has_readme").delete()  # of a time before it was read
    Observation.objects.update(parser_version=0)
    [of_hub], [of_github] = read_again(LIVE["hub"]), read_again(LIVE["github"])
    assert (of_hub.target, of_hub.fields) == (listed.reference, ())
    assert (of_github.target, of_github.fields) == (kit.reference, ("has_readme",))
    assert [one.value for one in rows_of(kit, "has_readme")] == ["true"]


def test_an_address_that_a_worker_has_in_hand_is_left_for_the_next_time(heron):
    newer = better(LIVE["hub"], of_library)
    lease = {"leased_until": timezone.now() + timedelta(minutes=1), "lease_token": "0" * 32}
    Identifier.objects.update(**lease)
    assert list(read_again(newer)) == []
    Identifier.objects.update(leased_until=None, lease_token=None)
    assert len(list(read_again(newer))) == 1


def test_the_command_says_what_was_read_otherwise_and_scores_it(hub, heron, monkeypatch):
    monkeypatch.setitem(LIVE, "hub", better(reader.SOURCE, of_library))
    out, words = StringIO(), StringIO()
    call_command("refresh", "--read-again", "--source", "hub", stdout=out, stderr=words)
    told, read, scored = map(json.loads, out.getvalue().splitlines())
    assert (told["target"], told["fields"]) == ("shore/heron", ["author", "license"])
    assert (read, scored["scored"]) == ({"read_again": 1}, 1)
    assert "shore/heron: author, license read otherwise" in words.getvalue()
    assert Listing.objects.get(project=heron.project_id).license.startswith("GPL-3.0")
    out = StringIO()
    call_command("refresh", "--read-again", stdout=out, stderr=StringIO())
    assert json.loads(out.getvalue()) == {"read_again": 0}
    assert not hub.requests
    assert Fetch.objects.count() == 4
    for more in (["--project", "x"], ["--source", "litellm"]):
        with pytest.raises(CommandError, match="--read-again takes"):
            call_command("refresh", "--read-again", *more)
