"""Feeds: what changed together is one entry, older ones are pages away, any part has its own."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import jsonschema
import pytest
from django.test import Client
from lxml import etree

from openness.models import Change, Project, Revision
from openness.services.disputes import note_disputes
from openness.services.hold import Statements, hold
from openness.views.data import entries
from openness.views.data.entries import ALIKE, MANY_PROJECTS
from scoring.facts import Trust
from tests.factories import OrganizationFactory, ProjectFactory, RevisionFactory, component
from tests.views.test_data import lines

FORMATS = Path(__file__).parent.parent / "formats"
ATOM = "{http://www.w3.org/2005/Atom}"


def change(project: Project, revision: Revision, field: str = "preprint") -> Change:
    return Change.objects.create(
        project=project,
        revision=revision,
        field=field,
        old="closed",
        new="open",
        change_class="more_open",
    )


@pytest.fixture
def record(shelf: Project) -> Iterator[Project]:
    """Two changes of one project together, one of another, and a wide revision."""
    together = RevisionFactory(summary="a refresh")
    change(shelf, together)
    change(shelf, together, "model_card")
    change(Project.objects.get(slug="stork-176b"), RevisionFactory())
    wide = RevisionFactory(summary="import of mof")
    for _ in range(MANY_PROJECTS + 1):
        change(ProjectFactory(), wide)
    return shelf


def test_a_feed_groups_what_changed_together(client: Client, record: Project) -> None:
    root = ElementTree.fromstring(client.get("/changes.atom").content)  # noqa: S314  # it is ours
    titles = [node.findtext(f"{ATOM}title") for node in root.iter(f"{ATOM}entry")]
    assert titles == [
        "11 projects changed: import of mof",
        "Stork 176B: more open",
        "Heron 7B: more open",
    ]
    heron = list(root.iter(f"{ATOM}entry"))[2]
    assert heron.findtext(f"{ATOM}content").count("\n") == 1
    assert heron.find(f"{ATOM}category").get("term") == "more_open"


def test_a_feed_is_whole(client: Client, record: Project) -> None:
    root = ElementTree.fromstring(client.get("/changes.atom").content)  # noqa: S314  # it is ours
    for node in chain([root], root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert node.findtext(f"{ATOM}{name}"), name
    ids = [node.findtext(f"{ATOM}id") for node in root.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    assert root.find(f"{ATOM}link[@rel='self']").get("href").endswith("/changes.atom")
    said = client.get("/changes.json").json()
    assert said["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"] for item in said["items"]] == ids
    assert all(item["content_text"] and item["date_published"] for item in said["items"])


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("project=heron-7b", ["Heron 7B: more open"]),
        ("organization=shore", ["Heron 7B: more open"]),
        ("license=CC-BY-NC-4.0", ["Stork 176B: more open"]),
        ("lens=mof&organization=shore", []),
        ("change_class=withdrawn", []),
        ("field=model_card", ["Heron 7B: more open"]),
    ],
)
def test_a_feed_can_be_of_any_part(
    client: Client, record: Project, query: str, titles: list[str]
) -> None:
    items = client.get(f"/changes.json?{query}").json()["items"]
    assert [item["title"] for item in items] == titles
    assert len(lines(client, f"/changes.csv?{query}")) >= len(titles)


@pytest.mark.parametrize(
    "query", ["color=red", "since=x", "change_class=x", "page=2", "before=now"]
)
def test_a_feed_refuses_what_it_does_not_understand(
    client: Client, heron: Project, query: str
) -> None:
    for address in ("/changes.atom", "/changes.json", "/changes.csv"):
        assert client.get(f"{address}?{query}").status_code == 400


@pytest.fixture
def relicensed() -> list[Project]:
    """As many projects of one maker as make a bulk edit, each changed in a revision of its own."""
    maker = OrganizationFactory(name="Marsh University", slug="marsh")
    projects = [ProjectFactory(name=f"Reed {n}", organization=maker) for n in range(ALIKE)]
    for project in projects:
        relicense(project)
    return projects


def relicense(project: Project, new: str = "open, Apache-2.0", *, days: int = 0) -> None:
    revision = RevisionFactory(kind="refresh")
    Revision.objects.filter(pk=revision.pk).update(
        at=datetime(2026, 11, 20, 12, tzinfo=UTC) + timedelta(days=days)
    )
    Change.objects.create(
        project=project,
        revision=revision,
        field="weights_end",
        old="open, MIT",
        new=new,
        change_class="lateral",
    )


def items(client: Client, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/changes.json?{query}").json()["items"]
    return found


def test_what_one_maker_changes_alike_on_one_day_is_one_entry(
    client: Client, relicensed: list[Project]
) -> None:
    [entry] = items(client)
    assert entry["title"] == "Marsh University, 3 projects: changed, no more and no less open"
    first, *names = entry["content_text"].splitlines()
    assert first == "Released weights: from open, MIT to open, Apache-2.0."
    assert names == ["Reed 0", "Reed 1", "Reed 2"]
    assert entry["url"].endswith("/changes/?organization=marsh&field=weights_end")
    relicense(ProjectFactory(organization=relicensed[0].organization))
    [later] = items(client)
    assert later["id"] == entry["id"]  # a reader that has seen it sees it grow
    assert "4 projects" in later["title"]


def test_what_one_page_of_a_listing_showed_is_told_as_if_each_had_been_asked_alone(
    client: Client,
) -> None:
    page = RevisionFactory(kind="refresh", summary="Hugging Face Hub: 12 addresses")
    maker = OrganizationFactory(name="Marsh University")
    for _ in range(MANY_PROJECTS):
        change(ProjectFactory(organization=maker), page)
    change(ProjectFactory(name="Heron 7B"), page)
    assert [item["title"] for item in items(client)] == [
        "Heron 7B: more open",
        "Marsh University, 10 projects: more open",
    ]


def test_what_a_source_states_first_or_spells_otherwise_is_history_and_no_news(
    client: Client,
) -> None:
    refresh, edit = RevisionFactory(kind="refresh"), RevisionFactory(kind="edit")
    for revision in (refresh, edit):
        for kind in ("first_declared", "renamed"):
            Change.objects.create(
                project=ProjectFactory(name=f"{kind} by {revision.kind}"),
                revision=revision,
                field="weights_end",
                old="open, MIT",
                new="open, mit",
                change_class=kind,
            )
    assert {item["title"].partition(":")[0] for item in items(client)} == {
        "first_declared by edit",
        "renamed by edit",
    }
    assert len(items(client, "change_class=renamed")) == 2  # whoever asks for a class gets it
    assert len(lines(client, "/changes.csv")) == 4


@pytest.mark.parametrize("apart", ["the day", "the value", "the maker", "the number"])
def test_what_is_not_alike_stays_apart(client: Client, apart: str) -> None:
    maker = OrganizationFactory()
    for n in range(ALIKE - (apart == "the number")):
        project = ProjectFactory(
            organization=OrganizationFactory() if apart == "the maker" else maker
        )
        relicense(
            project,
            f"open, GPL-{n}.0" if apart == "the value" else "open, Apache-2.0",
            days=n if apart == "the day" else 0,
        )
    assert len(items(client)) >= ALIKE - 1
    assert all(item["title"].startswith("Model ") for item in items(client))


def test_a_feed_comes_in_pages_of_whole_days_and_no_entry_is_lost(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "REVISIONS", 3)
    for n in reversed(range(11)):
        relicense(ProjectFactory(), days=-(n // 2))
    whole = [item["id"] for item in items(client)]
    seen, pages, address = [], 0, "/changes.json"
    while address:
        said = client.get(address).json()
        seen += [item["id"] for item in said["items"]]
        page = ElementTree.fromstring(  # noqa: S314  # it is ours
            client.get(address.replace(".json", ".atom")).content
        )
        links = {node.get("rel"): node.get("href") for node in page.findall(f"{ATOM}link")}
        assert links["first"] == page.findtext(f"{ATOM}id") == "http://127.0.0.1:8000/changes.atom"
        assert links["self"].endswith(address.replace(".json", ".atom"))
        address = said.get("next_url", "").removeprefix("http://127.0.0.1:8000")
        assert bool(address) == ("next" in links)
        pages += 1
    assert pages == 3
    assert len(seen) == len(set(seen)) == 11
    assert set(whole) < set(seen)
    before = client.get("/changes.json?before=2026-11-19").content
    relicense(ProjectFactory(), days=3)  # what is added later moves no page
    assert client.get("/changes.json?before=2026-11-19").content == before


def test_what_a_machine_contradicts_is_disputed_in_record_and_feed(client: Client) -> None:
    project = ProjectFactory(name="Heron 7B", slug="heron-7b")
    person = component("model_card", "open", trust=Trust.REVIEWED, stated_on=date(2026, 1, 1))
    hold([Statements(project.pk, [person], "vendor", author="ana")], revision=RevisionFactory())
    for state, disputed in (("open", 0), ("partial", 1), ("closed", 1)):
        seen = component(
            "model_card", state, source="hub", trust=Trust.VENDOR_API, stated_on=date(2026, 2, 1)
        )
        revision = RevisionFactory()
        hold([Statements(project.pk, [seen], "hub")], revision=revision)
        note_disputes(revision, [project.pk])
        assert Change.objects.filter(change_class="disputed").count() == disputed, state
    [entry] = items(client, "change_class=disputed")
    assert entry["title"] == "Heron 7B: disputed"
    assert entry["tags"] == ["disputed"]
    assert entry["content_text"] == (
        "Model card: disputed. A person found open, its source shows partial."
    )


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("/", ""),
        ("/changes/?change_class=withdrawn", "change_class=withdrawn"),
        ("/projects/heron-7b/", "project=heron-7b"),
        ("/projects/heron-7b/history/", "project=heron-7b"),
        ("/organizations/shore/", "organization=shore"),
        ("/methods/mof/", "lens=mof"),
        ("/rankings/?kind=model&sort=name&view=grid", "kind=model"),
    ],
)
def test_a_page_names_its_feeds_and_they_answer(
    client: Client, shelf: Project, page: str, query: str
) -> None:
    head = client.get(page).content.decode().partition("</head>")[0]
    found = re.findall(
        r'rel="alternate" type="application/(?:atom|feed)\+\w+".*?href="(.*?)"', head
    )
    suffix = f"?{query}" if query else ""
    assert found == [f"/changes.atom{suffix}", f"/changes.json{suffix}"]
    for address in found:
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("query", ["", "?project=heron-7b", "?change_class=withdrawn", "?lens=mof"])
def test_a_feed_is_accepted_by_a_strict_grammar_and_by_a_reader(
    client: Client, record: Project, relicensed: list[Project], query: str
) -> None:
    body = client.get(f"/changes.atom{query}").content
    grammar = etree.RelaxNG(etree.parse(FORMATS / "atom.rng"))
    grammar.assertValid(etree.fromstring(body))  # it is ours
    read = feedparser.parse(body, response_headers={"content-type": "application/atom+xml"})
    assert not read.bozo, read.bozo_exception
    assert read.version == "atom10"
    assert len(read.entries) == len(client.get(f"/changes.json{query}").json()["items"])
    for entry in read.entries:
        assert entry.id
        assert entry.link.startswith("http://127.0.0.1:8000/")
        assert entry.updated_parsed
        assert entry.tags


FEED = json.loads((FORMATS / "json-feed-1.1.schema.json").read_text())


@pytest.mark.parametrize("query", ["", "?project=heron-7b", "?change_class=withdrawn", "?lens=mof"])
def test_a_feed_is_a_json_feed_to_the_last_member(
    client: Client, record: Project, relicensed: list[Project], query: str
) -> None:
    said = client.get(f"/changes.json{query}").json()
    validator = jsonschema.Draft202012Validator(FEED, format_checker=jsonschema.FormatChecker())
    validator.validate(said)
    for wrong in ({"version": "1.1"}, {"items": [{"id": "1"}]}, {"feed_url": "/changes.json"}):
        assert not validator.is_valid(said | wrong)
    ids = [item["id"] for item in said["items"]]
    assert len(set(ids)) == len(ids)
