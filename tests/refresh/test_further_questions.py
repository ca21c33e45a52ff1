"""What is asked beside a repository's own record: its parts, data sets, and who releases."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from openness import tasks
from openness.models import Fetch, Identifier, Observation, Snapshot, SourceState
from openness.services import refresh_makers
from openness.sources import github
from openness.sources import hub as reader
from openness.sources.http import Answer
from openness.sources.live import Target
from scoring.facts import Kind
from tests.factories import OrganizationFactory, evidence_of
from tests.fakehub import FakeHub, sites
from tests.fakehub import hub as fake_hub
from tests.fakehub.server import html, status


def seen_at(row: Identifier) -> dict[str, str]:
    rows = Observation.objects.filter(identifier=row, ended_at__isnull=True)
    return dict(rows.values_list("field", "value"))


@pytest.fixture
def kit(hub: FakeHub, target: Callable) -> Identifier:
    hub.repositories["shore/kit"] = sites.repository(
        "shore/kit", community=("readme", "contributing")
    )
    return target("shore/kit", source="github", kind="repository")


def test_a_repository_says_which_files_of_a_community_it_has(kit, visit):
    visit(kit, source="github")
    seen = seen_at(kit)
    found = {name: seen[f"has_{name}"] for name in ("readme", "contributing", "code_of_conduct")}
    assert found == {"readme": "true", "contributing": "true", "code_of_conduct": "false"}
    assert (seen["has_license_file"], seen["release"]) == ("true", "v1.0")


def test_a_fork_has_no_profile_and_nobody_asks_for_it(hub, kit, visit):
    hub.repositories["shore/kit"] |= {"fork": True, "release": None}
    visit(kit, source="github")
    assert not hub.asked("community")
    assert "has_readme" not in seen_at(kit)
    assert seen_at(kit)["release"] == ""  # GitHub says that there is none
    hub.reset()
    hub.repositories["shore/kit"] |= {"stargazers_count": 6}
    visit(kit, source="github")
    assert len(hub.requests) == 1


def test_after_a_push_each_part_is_asked_for_with_the_validator_of_its_last_answer(hub, kit, visit):
    visit(kit, source="github")
    before = seen_at(kit)
    hub.reset()
    hub.repositories["shore/kit"] |= {"pushed_at": "2026-09-02T00:00:00Z", "release": "v1.1"}
    visit(kit, source="github")
    assert len(hub.requests) == 4
    assert all("if-none-match" in one.headers for one in hub.requests)
    told = dict(Fetch.objects.filter(url__contains="/kit/").values_list("url", "status")[:3])
    by_part = {url.rpartition("/kit/")[2]: code for url, code in told.items()}
    # The profile names the day of the push.
    assert by_part == {"license": 304, "releases/latest": 200, "community/profile": 200}
    after = seen_at(kit)
    moved = {name for name in after if after[name] != before.get(name)}
    assert moved == {"pushed_at", "release"}


def test_a_part_that_was_away_is_not_asked_for_with_an_old_validator(hub, kit, visit):
    visit(kit, source="github")
    text = hub.repositories["shore/kit"]["license_text"]
    for day, there in ((2, ""), (3, text)):
        hub.reset()
        hub.repositories["shore/kit"] |= {
            "pushed_at": f"2026-09-0{day}T00:00:00Z",
            "license_text": there,
        }
        visit(kit, source="github")
        assert seen_at(kit)["license_path"] == ("LICENSE" if there else "")


def test_the_text_of_a_license_is_kept_and_each_field_names_the_bytes_it_was_read_in(kit, visit):
    visit(kit, source="github")
    where = dict(Observation.objects.filter(identifier=kit).values_list("field", "snapshot__name"))
    assert where["license_sha256"].endswith("/repos/shore/kit/license")
    assert where["release"].endswith("/releases/latest")
    assert where["archived"].endswith("/repos/shore/kit")
    assert b"content" in Snapshot.objects.get(name=where["license_sha256"]).plain


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        (Answer("", 200, {}, b'{"files": {"readme": null, "license": {}}}'), ["has_readme"]),
        (Answer("", 404), ["has_readme"]),
        (Answer("", 304), []),
        (Answer("", 200, {}, b"<html>"), []),
        (Answer("", 200, {}, b'{"files": 3}'), []),
    ],
)
def test_what_a_profile_does_not_say_is_not_observed(answer, seen):
    found = github.observe_profile(answer)
    assert [name for name in found if name == "has_readme"] == seen
    assert "has_contributing" not in found


COUNTS = Target("dataset", "shore/counts", Kind.DATASET)


@pytest.mark.parametrize(
    ("observed", "state", "gate", "license_id"),
    [
        ({"gated": "false", "data_files": "3"}, "open", "none", ""),
        ({"gated": "auto", "data_files": "3"}, "partial", "click_through", ""),
        ({"gated": "manual", "data_files": "3"}, "partial", "by_request", ""),
        ({"gated": "false", "data_files": "0", "license": "mit"}, "unknown", "", "MIT"),
        ({"disabled": "true", "gated": "false", "data_files": "3"}, "closed", "", ""),
        ({"gone": "true", "gated": "false", "data_files": "3"}, "closed", "", ""),
        ({"license": "odc-by"}, "unknown", "", "ODC-By-1.0"),
    ],
)
def test_a_data_set_has_a_gate_and_a_license_of_its_own(observed, state, gate, license_id):
    [claim] = reader.claims(COUNTS, observed)
    assert (claim.component, claim.state, claim.gate) == ("training_data_base", state, gate)
    assert claim.license_id == license_id
    assert claim.access is None  # said of weights and sources alone
    assert claim.link == "https://huggingface.co/datasets/shore/counts"


def test_of_a_data_set_that_says_nothing_nothing_is_claimed():
    assert reader.claims(COUNTS, {"gated": "false"}) == []
    # A model's own data: which of them it is, its address does not say.
    observed = {"gated": "false", "data_files": "3"}
    assert reader.claims(Target("dataset", "shore/counts", Kind.MODEL), observed) == []


def test_a_data_set_is_visited_at_its_address_and_becomes_evidence(hub, target, visit):
    hub.datasets["shore/counts"] = sites.dataset("shore/counts", license="odc-by")
    row = target("shore/counts", kind="dataset")
    row.project.kind = "dataset"
    row.project.save()
    visit(row)
    assert hub.requests[-1].path.startswith("/api/datasets/shore/counts?expand=")
    held = evidence_of(row.project)["training_data_base"]
    assert (held.state, held.gate, held.license_id) == ("open", "none", "ODC-By-1.0")
    hub.datasets["shore/counts"] = sites.dataset("shore/counts", gated="manual")
    visit(row)
    held = evidence_of(row.project)["training_data_base"]
    assert (held.state, held.partial_reason, held.gate) == ("partial", "gated", "by_request")


def test_the_hub_says_who_an_organization_is_and_is_asked_once_a_month(hub, db):
    row = OrganizationFactory(hub_name="shore")
    OrganizationFactory()  # one that is not at the Hub
    hub.organizations["shore"] = fake_hub.organization("shore", isVerified=True)
    tasks.ask_makers()
    row.refresh_from_db()
    assert (row.hub_id, row.hub_verified) == (hub.organizations["shore"]["_id"], True)
    wait = row.hub_due_at - timezone.now()
    assert timedelta(days=25) < wait < timedelta(days=35)
    log = Fetch.objects.get()
    assert (log.source, log.meaning, log.identifier) == ("hub", "ok", None)
    assert log.snapshot is not None
    tasks.ask_makers()
    assert len(hub.requests) == 1


def test_a_name_that_another_organization_took_takes_nothing_over(hub, db):
    row = OrganizationFactory(hub_name="shore", hub_id="the-first", hub_verified=True)
    hub.organizations["shore"] = fake_hub.organization("shore", isVerified=True)
    [(_, verdict)] = refresh_makers.ask_makers(seconds=5)
    row.refresh_from_db()
    assert (verdict.meaning, row.hub_id, row.hub_verified) == ("replaced", "the-first", None)


def test_what_says_nothing_of_an_organization_leaves_it_as_it_was(hub, db):
    row = OrganizationFactory(hub_name="shore", hub_id="the-first", hub_verified=True)
    answers = (status(503), html(), status(404), status(429, Retry_After="1"))
    hub.script("organizations", *answers)
    meanings = []
    for _ in answers:
        [(row, verdict)] = refresh_makers.ask_makers(seconds=5)
        meanings.append(verdict.meaning)
        row.hub_due_at = None
        row.save()
        SourceState.objects.all().delete()
    assert meanings == ["outage", "outage", "missing", "throttled"]
    row.refresh_from_db()
    assert (row.hub_id, row.hub_verified) == ("the-first", True)
    assert list(refresh_makers.ask_makers(seconds=5)) == []  # the source asked for a rest


def test_nobody_asks_about_organizations_while_the_source_is_paused(hub, db):
    OrganizationFactory(hub_name="shore")
    SourceState.objects.create(key="hub", paused_until=timezone.now() + timedelta(minutes=5))
    assert list(refresh_makers.ask_makers(seconds=5)) == []
    assert not hub.requests
