"""As of: pages, data and the API as they were, whatever has become of them since."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from openness.filters import Query
from openness.models import (
    Change,
    Edition,
    Judgement,
    Organization,
    Project,
    ProjectPeriod,
    ProjectProfile,
    Quantity,
    Revision,
    Subject,
)
from openness.rankings import page_of, stream
from openness.services.assess import assess
from openness.services.hold import Statements, hold, hold_quantities
from openness.services.periods import keep_projects, keep_published
from openness.services.renames import describe, rename
from openness.services.scores import publish
from scoring.facts import Quantity as Size
from tests.factories import RevisionFactory, component, project_with, weights
from tests.views.shelf import heron_7b, judged_by_opening_up

pytestmark = pytest.mark.django_db
THEN = "2026-03-01"


@pytest.fixture
def reviewer() -> User:
    return User.objects.create_user("wader")


def long_ago() -> None:
    """Whatever was on record until now was so on the first of March."""
    Revision.objects.update(at=datetime(2026, 3, 1, 12, tzinfo=UTC))


@pytest.fixture
def changed(reviewer: User) -> Project:
    """Heron: in March open with 7 billion parameters; by now renamed, closed and larger."""
    heron = judged_by_opening_up(heron_7b())
    project_with(weights("by_request"), name="Stork", slug="stork")
    assess()
    long_ago()
    hold(
        [Statements(project_id=heron.pk, claims=[weights("none", "")], source="vendor")],
        revision=RevisionFactory(),
    )
    hold_quantities(
        {heron.pk: [Size(name="parameters", low=9e9, high=9e9, source="vendor")]}, source="vendor"
    )
    rename(heron, name="Bittern 9B", slug="bittern-9b", by=reviewer)
    project_with(weights(), component("model_card"), name="Late", slug="late")
    assess()
    return Project.objects.get(pk=heron.pk)


def rows(text: str) -> dict[str, Any]:
    return {row.slug: row for row in stream(Query.of(text))}


def test_a_past_ranking_has_the_names_ranks_values_and_sizes_of_then(changed: Project) -> None:
    then, now = rows(f"as_of={THEN}"), rows("")
    assert list(then) == ["heron-7b", "stork"]
    assert [row.rank for row in then.values()] == [1, 2]
    assert list(now) == ["late", "stork", "bittern-9b"]
    assert then["heron-7b"].name == "Heron 7B"
    assert then["heron-7b"].parameters == 7e9
    assert then["heron-7b"].weights == "public"
    assert then["heron-7b"].low > now["bittern-9b"].low
    # The newest revision of that day names the same state for good.
    (day,) = Revision.objects.filter(at__lt=datetime(2026, 3, 2, tzinfo=UTC))[:1]
    assert rows(f"rev={day.pk}") == then


def test_a_ranking_shows_by_how_much_a_result_has_moved_since_it_was_first_on_record(
    client: Client, changed: Project
) -> None:
    (then, now) = rows(f"as_of={THEN}")["heron-7b"], rows("")["bittern-9b"]
    page = client.get("/rankings/").content.decode()
    assert f"−{round(then.low - now.low)}" in page  # a minus
    assert f"since {THEN}" in page
    assert page.count('<td class="own moved">') == 3
    # Nothing had moved then, so there is no column.
    assert "own moved" not in client.get(f"/rankings/?as_of={THEN}").content.decode()


def test_the_citation_of_a_ranking_leads_to_the_same_rows_for_good(
    client: Client, changed: Project
) -> None:
    page = client.get(f"/rankings/?sort=name&page=1&as_of={THEN}").content.decode()
    cited = re.search(r"http://\S+/rankings/\?(sort=name&amp;rev=\d+)", page)
    assert cited
    query = cited[1].replace("&amp;", "&")
    assert list(rows(query)) == ["heron-7b", "stork"]
    entry = client.get(f"/rankings/cite.bib?{query}").content.decode()
    assert f"/rankings/?{query}" in entry
    assert "sort=name" in client.get("/rankings/cite.csl.json?sort=name").json()[0]["URL"]
    assert client.get("/rankings/cite.bib?colour=red").status_code == 400
    both = client.get(f"/rankings.csv?{query}&as_of={THEN}")
    assert (both.status_code, b"one of them" in both.content) == (400, True)


@pytest.mark.parametrize("lens", ["open-to-whom", "osaid", "gradient", "mof&basis=derived"])
def test_today_read_as_the_past_is_the_ranking_of_today(changed: Project, lens: str) -> None:
    for name in ("Avocet", "Zebra finch"):
        project_with(component("data_card"), name=name, slug=name[:5].lower(), kind="dataset")
    project_with(name="Rumor", slug="rumor")
    today = datetime.now(UTC).date().isoformat()
    assert list(rows(f"lens={lens}&as_of={today}").values()) == list(rows(f"lens={lens}").values())


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        ("weights=public", ["heron-7b"]),
        ("parameters_max=8000000000", ["heron-7b"]),
        ("q=heron", ["heron-7b"]),
        ("q=bittern", []),
        ("organization=shore", ["heron-7b"]),
        ("training_code=partial", ["heron-7b"]),
        ("sort=-rank", ["stork", "heron-7b"]),
        ("sort=name", ["heron-7b", "stork"]),
    ],
)
def test_filters_and_orders_ask_the_past(changed: Project, filter_: str, found: list[str]) -> None:
    assert list(rows(f"{filter_}&as_of={THEN}")) == found


def test_equal_values_shared_their_rank_in_the_past_too(reviewer: User) -> None:
    for slug in ("egret", "heron"):
        project_with(weights(), slug=slug)
    long_ago()
    project_with(weights(), component("model_card"), slug="late")
    found = page_of(Query.of(f"as_of={THEN}"))
    assert [(row.rank, row.tied) for row in found.rows] == [(1, True), (1, True)]


def test_what_a_publisher_said_is_kept_as_it_was(changed: Project) -> None:
    query = f"lens=opening-up&as_of={THEN}"
    (then,) = rows(query).values()
    assert (then.name, then.rank, then.low) == ("Heron 7B", 1, 13.5)
    (now,) = rows("lens=opening-up").values()
    assert now.name == "Bittern 9B"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "&view=grid",
        "&lens=mof",
        "&lens=opening-up",
        "&lens=opening-up&view=grid",
        "&lens=osaid",
    ],
)
def test_a_page_of_the_past_says_so_and_leads_back(
    client: Client, changed: Project, query: str
) -> None:
    page = client.get(f"/rankings/?as_of={THEN}{query}").content.decode()
    assert "Not today" in page
    assert "Bittern" not in page
    assert "Not today" not in client.get(f"/rankings/?{query}").content.decode()


def test_a_project_of_the_past_shows_its_statements_results_and_sizes(
    client: Client, changed: Project
) -> None:
    first = ProjectPeriod.objects.filter(project=changed).last()
    assert first is not None
    for asked in (f"as_of={THEN}", f"rev={first.since_id}"):
        page = client.get(f"/projects/bittern-9b/?{asked}").content.decode()
        assert "<h1>Heron 7B</h1>" in page
        assert "Not today" in page
        said = client.get(f"/api/v1/projects/bittern-9b/?{asked}").json()
        assert said["project"]["name"] == "Heron 7B"
        assert said["facts"]["access"] == "public"
        assert [size["low"] for size in said["quantities"]] == [7e9]
        assert said["lenses"]["open-to-whom"]["rank"] == 1
        assert {row["component"] for row in said["evidence"]} >= {"weights_end", "model_card"}
    now = client.get("/api/v1/projects/bittern-9b/").json()
    assert now["facts"]["access"] == "none"
    assert [row["component"] for row in now["evidence"]] == ["weights_end"]


def test_the_data_of_the_past_is_that_of_the_page(client: Client, changed: Project) -> None:
    def lines(address: str) -> list[dict[str, str]]:
        text = b"".join(client.get(address).streaming_content).decode()
        return list(csv.DictReader(io.StringIO(text)))

    assert [row["slug"] for row in lines(f"/rankings.csv?as_of={THEN}")] == ["heron-7b", "stork"]
    assert len(lines(f"/projects/bittern-9b.csv?as_of={THEN}")) == 4
    assert len(lines("/projects/bittern-9b.csv")) == 1
    listed = client.get(f"/api/v1/projects/?as_of={THEN}").json()["results"]
    assert [(row["slug"], row["rank"]) for row in listed] == [("heron-7b", 1), ("stork", 2)]
    said = client.get(f"/api/v1/evidence/?as_of={THEN}&project=bittern-9b").json()["results"]
    assert len(said) == 4


def test_a_comparison_of_the_past_compares_what_was(client: Client, changed: Project) -> None:
    page = client.get(f"/compare/?p=bittern-9b&p=stork&as_of={THEN}").content.decode()
    assert "Heron 7B" in page
    assert "Not today" in page
    lines = b"".join(
        client.get(f"/compare.csv?p=bittern-9b&p=stork&as_of={THEN}").streaming_content
    ).decode()
    assert "Heron 7B" in lines
    assert "Bittern" not in lines


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("as_of=yesterday", "YYYY-MM-DD"),
        ("as_of=20260301", "YYYY-MM-DD"),
        ("as_of=1999-01-01", "the record begins on 2026-03-01"),
        ("as_of=2999-01-01", "still to come"),
        ("rev=0", "no such revision"),
        ("rev=99999999999999999999", "no such revision"),
        (f"rev=1&as_of={THEN}", "one of them"),
    ],
)
def test_a_past_that_is_none_is_refused_with_the_reason(
    client: Client, changed: Project, asked: str, reason: str
) -> None:
    for address in ("/projects/bittern-9b/", "/projects/bittern-9b.json", "/compare/"):
        response = client.get(f"{address}?{asked}")
        assert response.status_code == 400
        assert reason in response.content.decode()
    by_program = client.get(f"/api/v1/projects/bittern-9b/?{asked}")
    assert by_program.status_code == (400 if "day as" in reason or "YYYY" in reason else 404)
    assert reason in by_program.json()["errors"][0]["reason"]
    if "&" not in asked:
        response = client.get(f"/rankings.csv?{asked}")
        assert response.status_code == 400
        assert reason in response.content.decode()
        assert reason in client.get(f"/rankings/?{asked}").content.decode()


def test_a_project_that_was_not_on_record_then_is_not_found(
    client: Client, changed: Project
) -> None:
    for address in ("/projects/late/", "/projects/late.json", "/api/v1/projects/late/"):
        assert client.get(f"{address}?as_of={THEN}").status_code == 404


FORMER = (
    "/projects/heron-7b/",
    "/zh-hans/projects/heron-7b/",
    "/projects/heron-7b/history/",
    "/projects/heron-7b.json",
    "/projects/heron-7b.csv",
    "/projects/heron-7b/badge/open-to-whom.svg",
    "/projects/heron-7b/badge/mof.json",
    "/projects/heron-7b/reach.svg",
    "/api/v1/projects/heron-7b/",
)


@pytest.mark.parametrize("address", FORMER)
def test_the_former_address_of_a_project_leads_to_its_present_one(
    client: Client, changed: Project, address: str
) -> None:
    query = f"?rev={Revision.objects.latest('pk').pk}"
    response = client.get(address + query)
    assert response.status_code == 301
    assert response["Location"] == address.replace("heron-7b", "bittern-9b") + query


def test_an_address_that_another_project_has_now_is_that_projects(
    client: Client, changed: Project
) -> None:
    project_with(weights(), name="Another Heron", slug="heron-7b")
    assert "Another Heron" in client.get("/projects/heron-7b/").content.decode()
    assert client.get("/projects/never-was/").status_code == 404


def test_a_rename_is_on_record(changed: Project, reviewer: User) -> None:
    said = Change.objects.filter(project=changed, change_class="renamed").values_list("old", "new")
    assert set(said) == {("Heron 7B", "Bittern 9B"), ("heron-7b", "bittern-9b")}
    before = Revision.objects.count()
    assert not rename(changed, name=changed.name, slug=changed.slug, by=reviewer)
    assert Revision.objects.count() == before


def test_nothing_new_makes_no_period_and_no_revision(changed: Project) -> None:
    before = Revision.objects.count(), ProjectPeriod.objects.count()
    assess()
    assert (Revision.objects.count(), ProjectPeriod.objects.count()) == before


def test_a_size_that_changes_nothing_else_is_kept_as_well(heron_of_march: Project) -> None:
    Quantity.objects.filter(project=heron_of_march).update(note="as corrected")
    assess(projects=[heron_of_march.pk])
    notes = [p.details["quantities"][0]["note"] for p in heron_of_march.periods.all()]
    assert notes == ["as corrected", ""]


@pytest.fixture
def heron_of_march() -> Project:
    heron = heron_7b()
    long_ago()
    return heron


def raised_version(monkeypatch: pytest.MonkeyPatch) -> None:
    from scoring.lenses import LENSES  # noqa: PLC0415 Django must be set up

    monkeypatch.setattr(LENSES["open-to-whom"], "version", "9")


def test_a_new_version_of_a_lens_is_a_revision_and_the_past_keeps_the_old_one(
    heron_of_march: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Query.of(f"as_of={THEN}").edition
    newest = Revision.objects.count()
    raised_version(monkeypatch)
    assess()
    assert Revision.objects.count() == newest + 1
    assert Query.of("").edition == "9"
    assert Query.of(f"as_of={THEN}").edition == before
    assert rows(f"as_of={THEN}")["heron-7b"].edition == before


Do = Callable[[Project, User], object]
SHOWN: dict[str, Do] = {
    "a rename": lambda project, by: rename(project, name="Ibis", slug=project.slug, by=by),
    "a size": lambda project, by: (
        hold_quantities(
            {project.pk: [Size(name="tokens", low=1e12, high=1e12, source="us")]}, source="us"
        ),
        assess(projects=[project.pk]),
    ),
}


@pytest.mark.parametrize("what", SHOWN)
def test_every_change_of_what_is_shown_changes_the_tag(
    client: Client, heron_of_march: Project, reviewer: User, what: str
) -> None:
    addresses = ("/rankings.csv", "/projects/heron-7b.json", "/api/v1/projects/heron-7b/")
    before = {address: client.get(address)["ETag"] for address in addresses}
    SHOWN[what](heron_of_march, reviewer)
    for address, tag in before.items():
        response = client.get(address, headers={"If-None-Match": tag})
        assert response.status_code == 200
        assert response["ETag"] != tag


def test_a_release_with_another_version_of_a_lens_has_other_tags() -> None:
    from openness.exports import snapshot  # noqa: PLC0415 Django must be set up

    before = snapshot.tag(1, "a")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshot, "METHODS", ())
        assert snapshot.tag(1, "a") != before


def test_old_enough_days_do_not_move(changed: Project) -> None:
    until = Revision.objects.latest("at").at
    assert until - datetime(2026, 3, 1, tzinfo=UTC) > timedelta(days=1)
    days = ("2026-03-01", "2026-04-01", "2026-06-30")
    assert len({tuple(rows(f"as_of={day}")) for day in days}) == 1


def test_the_migration_begins_with_what_is_on_record(changed: Project) -> None:
    migration = import_module("openness.migrations.0007_periods")
    named = import_module("openness.migrations.0015_names_of_makers")
    with connection.cursor() as cursor:
        for table, fill in (
            ("projectperiod", migration.PROJECTS),
            ("publishedperiod", migration.PUBLISHED),
            ("methodversion", migration.METHODS),
        ):
            cursor.execute(f"DELETE FROM openness_{table}")  # noqa: S608  # a name of our own
            cursor.execute(fill)
        for statement in (named.PROJECTS, named.PUBLISHED):
            cursor.execute(statement)
    held = ProjectPeriod.objects.filter(project=changed).order_by("since_id")
    profiles = ProjectProfile.objects.filter(project=changed).order_by("since_id")
    assert [(row.profile_id, row.since_id, row.until_id) for row in held] == [
        (row.profile_id, row.since_id, row.until_id) for row in profiles
    ]
    assert not keep_projects(Revision(kind="edit"))
    assert not keep_published(Revision(kind="edit"))
    assert list(rows(f"as_of={THEN}")) == ["bittern-9b", "stork"]


LASTING = (
    "/rankings.csv?",
    "/rankings.json?sort=organization&",
    "/rankings.csv?lens=opening-up&",
    "/rankings.csv?lens=fmti&",
    "/projects/heron-7b.json?",
    "/projects/heron-7b.csv?",
    "/projects/heron-7b.mot.yml?",
    "/projects/heron-7b.spdx.json?",
    "/projects/heron-7b.cdx.json?",
    "/projects/heron-7b/cite.bib?",
    "/compare.csv?p=heron-7b&p=stork&",
    "/compare/cite.csl.json?p=heron-7b&p=stork&",
    "/changes.csv?project=heron-7b&",
    "/api/v1/projects/?",
    "/api/v1/projects/heron-7b/?",
    "/api/v1/projects/heron-7b/disagreements/?",
    "/api/v1/comparison/?p=heron-7b&p=stork&",
    "/api/v1/evidence/?project=heron-7b&",
    "/api/v1/scores/?lens=osaid&",
)
"""Addresses that name a revision; whatever becomes of what they show."""


def rewritten(heron: Project, base: Project, by: User) -> None:
    """Rename and edit everything that such an address shows, and give its old name to another."""
    hold(
        [Statements(project_id=heron.pk, claims=[weights("none", "")], source="vendor")],
        revision=RevisionFactory(),
    )
    hold_quantities(
        {heron.pk: [Size(name="parameters", low=9e9, high=9e9, source="vendor")]}, source="vendor"
    )
    rename(heron, name="Bittern 9B", slug="bittern-9b", by=by)
    rename(base, name="Ibis", slug="ibis", by=by)
    for maker in Organization.objects.all():
        maker.name = f"{maker.name} and Sons"
        describe(maker, by=by)
    project_with(weights(), component("model_card"), name="Another Heron", slug="heron-7b")
    assess()
    RevisionFactory().changes.create(project=heron, field="license", change_class="lateral")


def test_an_address_with_a_revision_has_the_same_bytes_for_good(
    client: Client, reviewer: User
) -> None:
    base = project_with(weights("by_request"), name="Stork", slug="stork")
    heron = judged_by_opening_up(heron_7b())
    heron.derived_from = base
    heron.save()
    maker = Subject.objects.create(
        index="fmti",
        key="shore",
        name="shore",
        organization=heron.organization,
        matched_by="a test",
        matched_on="2025-01-01",
    )
    edition = Edition.objects.create(index="fmti", key="2025-12", title="The index")
    Judgement.objects.bulk_create(
        Judgement(edition=edition, subject=maker, position=n, dimension=f"indicator {n}", value="1")
        for n in range(1, 101)
    )
    RevisionFactory().changes.create(project=heron, field="name", change_class="renamed")
    publish(revision=RevisionFactory())
    assess()
    revision = Revision.objects.latest("pk").pk

    def told(address: str) -> bytes:
        response = client.get(f"{address}rev={revision}")
        assert response.status_code == 200, address
        body: bytes = response.getvalue()
        return body

    before = {address: told(address) for address in LASTING}
    rewritten(heron, base, reviewer)
    assert [address for address, body in before.items() if told(address) != body] == []
